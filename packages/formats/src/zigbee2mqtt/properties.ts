import type { QuantityName } from "@wattkit/core"
import { conversion } from "../spec/conversion.ts"

/** What a property means: its quantity, its channel, and the unit it has when the bridge names none. */
export interface Property {
  readonly quantity: QuantityName
  readonly channel: string
  /** Undefined where devices differ, so that only the bridge can tell. */
  readonly usualUnit: string | undefined
}

/** A voltage is that of the mains in V or that of the device's own battery in mV: only the bridge tells. */
const quantities: ReadonlyMap<string, readonly [QuantityName, string | undefined]> = new Map([
  ["power", ["powerW", "W"]],
  ["energy", ["importWh", "kWh"]],
  ["produced_energy", ["exportWh", "kWh"]],
  ["voltage", ["voltageV", undefined]],
  ["current", ["currentA", "A"]],
  ["ac_frequency", ["frequencyHz", "Hz"]],
  ["power_factor", ["powerFactor", "1"]],
  ["temperature", ["temperatureC", "°C"]]
])

const phased = /^(.+)_(?:phase_([abc])|(l[1-9]))$/
const phases: Readonly<Record<string, string>> = { a: "l1", b: "l2", c: "l3" }

/** What a property means, of the device or of one of its phases or outlets; undefined where it is none. */
export const propertyOf = (name: string): Property | undefined => {
  const match = name.length <= 64 ? phased.exec(name) : null
  const [quantity, usualUnit] = quantities.get(match?.[1] ?? name) ?? []
  if (quantity === undefined) return undefined
  const channel = match === null ? "main" : (phases[match[2] ?? ""] ?? match[3] ?? "main")
  return { quantity, channel, usualUnit }
}

const known = new Map<string, ((value: number) => number) | undefined>()
const mostKnown = 256

/** Turns a number in a unit into the quantity; undefined where they do not go together. */
export const converted = (quantity: QuantityName, unit: string, value: number): number | undefined => {
  const key = `${quantity} ${unit}`
  if (!known.has(key) && known.size < mostKnown) known.set(key, conversion(quantity, unit))
  return known.get(key)?.(value)
}
