import type { Device } from "@wattkit/client"

/** What a device takes in (+) or gives out (−) now, in W, by device id; absent when it has not said. */
export type PowerOf = ReadonlyMap<string, number>

/** A device as far as the balance needs it. */
export type Measured = Pick<Device, "id" | "role" | "parentId">

/**
 * Where the power of a location comes from and goes to, in W. A quantity that nobody measures is undefined:
 * not known is not zero.
 */
export interface PowerBalance {
  /** - import from the grid, − export to it. */
  readonly grid: number | undefined
  /** What is produced here; at night an inverter's own use makes it slightly negative. */
  readonly solar: number | undefined
  /** - charging, − discharging. */
  readonly battery: number | undefined
  /** What the house uses, without the battery; not known where more leaves it than devices bring in. */
  readonly house: number | undefined
  /** What is used or exported at least and no device brings in, such as that of panels without a meter. */
  readonly unexplained: number
  /** The part of the house's use that has a device of its own. */
  readonly metered: number | undefined
  /** The part that has none; slightly negative when clocks of meters differ. */
  readonly unmetered: number | undefined
  /** Whether the house's use follows from the grid meter, or is only what its devices add up to. */
  readonly isComplete: boolean
}

/** The nearest device above that has said its power; a device without a reading is looked through. */
const measuredParent = (
  device: Measured,
  byId: ReadonlyMap<string, Measured>,
  power: PowerOf
): Measured | undefined => {
  const seen = new Set([device.id])
  let parent = device.parentId === null ? undefined : byId.get(device.parentId)
  while (parent !== undefined && !seen.has(parent.id)) {
    if (power.has(parent.id)) return parent
    seen.add(parent.id)
    parent = parent.parentId === null ? undefined : byId.get(parent.parentId)
  }
  return undefined
}

/**
 * The power of each device without that of the devices measured inside it.
 *
 * Summed over one role this counts nothing twice, however the tree is nested: a plug inside a circuit, a
 * battery behind a hybrid inverter, a solar panel on a garage's sub-meter. A grid meter contains everything,
 * so nothing is taken from it.
 */
export const ownPower = (devices: ReadonlyArray<Measured>, power: PowerOf): PowerOf => {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const own = new Map<string, number>()
  for (const { id } of devices) {
    const watts = power.get(id)
    if (watts !== undefined) own.set(id, watts)
  }
  for (const device of devices) {
    const watts = power.get(device.id)
    if (watts === undefined) continue
    const parent = measuredParent(device, byId, power)
    if (parent === undefined || (parent.role === "grid" && device.role !== "grid")) continue
    own.set(parent.id, own.get(parent.id)! - watts)
  }
  return own
}

const total = (devices: ReadonlyArray<Measured>, own: PowerOf, role: Device["role"]): number | undefined => {
  const known = devices.filter((device) => device.role === role && own.has(device.id))
  return known.length === 0 ? undefined : known.reduce((sum, device) => sum + own.get(device.id)!, 0)
}

/** Meters do not read at the same instant, so a house that uses nothing may seem to give a little. */
const noiseWatts = 50

const minus = (watts: number | undefined): number | undefined => (watts === undefined ? undefined : 0 - watts)

/** Balances what the devices of one location say. */
export const make = (devices: ReadonlyArray<Measured>, power: PowerOf): PowerBalance => {
  const own = ownPower(devices, power)
  const grid = total(devices, own, "grid")
  const generation = total(devices, own, "generation")
  const battery = total(devices, own, "storage")
  const metered = total(devices, own, "load")
  const left = grid === undefined ? metered : grid - (generation ?? 0) - (battery ?? 0)
  const isExplained = left === undefined || left > -noiseWatts
  const house = isExplained && left !== undefined ? Math.max(0, left) : undefined
  return {
    grid,
    solar: minus(generation),
    battery,
    house,
    unexplained: isExplained ? 0 : (metered ?? 0) - left,
    metered,
    unmetered: grid === undefined || house === undefined ? undefined : house - (metered ?? 0),
    isComplete: grid !== undefined
  }
}
