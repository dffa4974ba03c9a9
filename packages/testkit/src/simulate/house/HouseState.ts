import type { ChargerState } from "../physics/Charger.ts"
import type { HeatState } from "../physics/HeatPump.ts"
import { deviceKeys } from "./Household.ts"
import type { DeviceKey, House } from "./Household.ts"

/** One number for each device; devices that the house does not have stay at zero. */
export type PerDevice = { readonly [Key in DeviceKey]: number }

/**
 * A house at one instant: all that is needed to go on from here, as JSON.
 *
 * Energy is counted in whole millijoules since the house's start. Power is whole watts held over a step of
 * whole milliseconds, so every step adds an integer and no sum is ever rounded.
 */
export interface HouseState {
  readonly version: 1
  readonly at: number
  /** Power over the step that ended at `at`: + import, − export. */
  readonly powerW: PerDevice
  readonly importMj: PerDevice
  readonly exportMj: PerDevice
  /** What the grid meter sees and none of its children measures. */
  readonly unmeteredW: number
  readonly unmeteredMj: number
  readonly outdoorC: number
  readonly heat: HeatState
  readonly charger: ChargerState
}

/** A record with the same number for every device. */
export const perDevice = (value: number): { [Key in DeviceKey]: number } =>
  Object.fromEntries(deviceKeys.map((key) => [key, value])) as { [Key in DeviceKey]: number }

/** The house at its start: registers as bought, nothing drawn yet. */
export const initial = (house: House): HouseState => ({
  version: 1,
  at: house.start,
  powerW: perDevice(0),
  importMj: perDevice(0),
  exportMj: perDevice(0),
  unmeteredW: 0,
  unmeteredMj: 0,
  outdoorC: 0,
  heat: { indoorC: house.heatPump?.targetC ?? 20, on: false },
  charger: { plugAt: 0, chargedMj: 0 }
})
