import type { Device } from "@wattkit/client"
import * as PowerBalance from "./PowerBalance.ts"

/** One line of the ledger: a device, or what no device measures. */
export interface Entry {
  /** The device's id, `rest` of the house, or what is `unexplained`. */
  readonly id: string
  readonly name: string | undefined
  readonly role: Device["role"] | "rest"
  /** Never negative: the direction is the side it stands on. */
  readonly watts: number
  /** Its part of the whole side, 0 to 1. */
  readonly share: number
  /** How deep it hangs below another device of the same side. */
  readonly depth: number
}

/** Where the power comes from and where it goes; the shares of the entries at depth 0 sum to one a side. */
export interface Ledger {
  readonly from: ReadonlyArray<Entry>
  readonly to: ReadonlyArray<Entry>
  /** Devices that have not said their power lately. */
  readonly silent: ReadonlyArray<Device>
}

/**
 * What stays below this is noise between meters that do not read at the same instant. A grid meter next to a
 * battery that regulates it to zero would change sides with every reading.
 */
const noiseWatts = 5

type Weight = (deviceId: string) => number

interface Row {
  readonly device: Device
  readonly isLoad: boolean
  readonly watts: number
}

const bySize =
  (weight: Weight) =>
  (one: Row, other: Row): number =>
    weight(other.device.id) - weight(one.device.id) || one.device.name.localeCompare(other.device.name)

/** Loads below the loads that contain them, the largest first on every level. */
const nested = (
  rows: ReadonlyArray<Row>,
  weight: Weight,
  parentId: string | undefined,
  depth: number
): ReadonlyArray<Row & { readonly depth: number }> => {
  const loads = new Set(rows.filter(({ isLoad }) => isLoad).map(({ device }) => device.id))
  const inside = ({ device, isLoad }: Row): string | undefined =>
    isLoad && device.parentId !== null && loads.has(device.parentId) ? device.parentId : undefined
  return rows
    .filter((row) => inside(row) === parentId)
    .sort(bySize(weight))
    .flatMap((row) => [{ ...row, depth }, ...nested(rows, weight, row.device.id, depth + 1)])
}

const entriesOf = (
  rows: ReadonlyArray<Row & { readonly depth: number }>,
  id: "rest" | "unexplained",
  rest: number
): ReadonlyArray<Entry> => {
  const whole = rows.reduce((sum, { depth, watts }) => sum + (depth === 0 ? watts : 0), rest)
  const share = (watts: number): number => (whole > 0 ? watts / whole : 0)
  const entries = rows.map(({ depth, device, watts }): Entry => {
    const { id, name, role } = device
    return { id, name, role, watts, share: share(watts), depth }
  })
  if (rest <= noiseWatts) return entries
  return [...entries, { id, name: undefined, role: "rest", watts: rest, share: share(rest), depth: 0 }]
}

/** The side a device stands on: a grid meter imports where everything else exports. */
const isSupply = ({ role }: Device, watts: number): boolean => (role === "grid" ? watts > 0 : watts < 0)

/**
 * Writes the balance of a location as a ledger of two sides.
 *
 * @param weight What the lines are ordered by; a mean over a minute keeps them from jumping.
 */
export const make = (devices: ReadonlyArray<Device>, power: PowerBalance.PowerOf, weight: Weight): Ledger => {
  const own = PowerBalance.ownPower(devices, power)
  const rows = devices.flatMap((device) => {
    const isLoad = device.role === "load"
    // A load shows all it measures, with its parts below it; of the others only what is their own.
    const watts = (isLoad ? power : own).get(device.id)
    return watts === undefined
      ? []
      : [{ device, isLoad, isFrom: isSupply(device, watts), watts: Math.abs(watts) }]
  })
  const surface = (list: ReadonlyArray<Row>) =>
    list.toSorted(bySize(weight)).map((row) => ({ ...row, depth: 0 }))
  const uses = rows.filter(({ isFrom }) => !isFrom)
  const { unexplained, unmetered } = PowerBalance.make(devices, power)
  return {
    from: entriesOf(
      surface(rows.filter(({ isFrom, watts }) => isFrom && watts > noiseWatts)),
      "unexplained",
      unexplained
    ),
    to: entriesOf(
      nested(
        uses.filter(({ isLoad, watts }) => isLoad || watts > noiseWatts),
        weight,
        undefined,
        0
      ),
      "rest",
      Math.max(0, unmetered ?? 0)
    ),
    silent: devices.filter(({ id }) => !power.has(id))
  }
}
