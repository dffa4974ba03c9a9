import { isObject, member } from "../payload/payloadJson.ts"
import { propertyOf } from "./properties.ts"

/** The units of those of a device's properties that are quantities, by property. */
export type Units = ReadonlyMap<string, string>

const mostDevices = 2_000
const mostProperties = 200
const deepest = 4

const collect = (expose: unknown, units: Map<string, string>, depth: number): void => {
  if (!isObject(expose) || depth > deepest || units.size >= mostProperties) return
  const { features, property, unit } = expose
  if (typeof property === "string" && typeof unit === "string" && unit.length <= 20) {
    if (propertyOf(property) !== undefined) units.set(property, unit)
  }
  if (Array.isArray(features)) for (const one of features) collect(one, units, depth + 1)
}

/** The devices that a bridge lists, with the units of what they expose. */
export const exposedUnits = (devices: unknown): ReadonlyMap<string, Units> => {
  const found = new Map<string, Units>()
  if (!Array.isArray(devices)) return found
  for (const device of devices.slice(0, mostDevices)) {
    const name = member(device, "friendly_name")
    if (typeof name !== "string" || name === "Coordinator") continue
    const units = new Map<string, string>()
    const exposes = member(member(device, "definition"), "exposes")
    if (Array.isArray(exposes)) for (const one of exposes) collect(one, units, 0)
    found.set(name, units)
  }
  return found
}
