import type { DeviceKey, House } from "../house/Household.ts"
import type { HouseState } from "../house/HouseState.ts"

/** What is true of a device: its registers in whole milliwatt-hours, and its power. */
export interface Metered {
  readonly importMwh: number
  readonly exportMwh: number
  /** - import, − export. */
  readonly powerW: number
}

/** What is true of one device of a house. */
export const meteredOf = (house: House, key: DeviceKey): ((state: HouseState) => Metered) => {
  const device = house.devices.find((one) => one.key === key)
  const { exportBase = 0, importBase = 0 } = device ?? {}
  return ({ exportMj, importMj, powerW }) => ({
    importMwh: importBase + Math.floor(importMj[key] / 3_600),
    exportMwh: exportBase + Math.floor(exportMj[key] / 3_600),
    powerW: powerW[key]
  })
}

/** What is true of several devices together. */
export const sumOf =
  (all: ReadonlyArray<(state: HouseState) => Metered>): ((state: HouseState) => Metered) =>
  (state) =>
    all
      .map((metered) => metered(state))
      .reduce((sum, one) => ({
        importMwh: sum.importMwh + one.importMwh,
        exportMwh: sum.exportMwh + one.exportMwh,
        powerW: sum.powerW + one.powerW
      }))

/** What is true of a part of a device, such as the panels of one roof; parts are in thousandths. */
export const partOf =
  (metered: (state: HouseState) => Metered, thousandths: number): ((state: HouseState) => Metered) =>
  (state) => {
    const { exportMwh, importMwh, powerW } = metered(state)
    const part = (value: number): number => Math.floor((value * thousandths) / 1_000)
    return {
      importMwh: part(importMwh),
      exportMwh: part(exportMwh),
      powerW: Math.round((powerW * thousandths) / 100) / 10 + 0
    }
  }

/** A register with so many digits behind the point, cut off as meters do it; `unit` is in milliwatt-hours. */
export const shown = (milliWattHours: number, unit: number, digits: number): string => {
  const step = unit / 10 ** digits
  return (Math.floor(milliWattHours / step) / 10 ** digits).toFixed(digits)
}

/** A kilowatt-hour and a watt-hour in milliwatt-hours. */
export const kWh = 1_000_000
export const Wh = 1_000

/** The voltage of the mains, which wanders by the hour. */
export const voltageAt = (at: number): number => Math.round(2_300 + 40 * Math.sin(at / 5_000_000)) / 10
