import type { DeviceReading } from "../Words.ts"

/** What can be made to go wrong. */
export type FaultName = "reset" | "rollOver" | "glitch" | "gap" | "skew" | "duplicate" | "late" | "disorder"

/** The truth about one fault: the reading as it would have been without it. */
export interface Label {
  readonly fault: FaultName
  readonly truth: DeviceReading
}

/**
 * Readings in the order in which they arrive, some of them wrong, and the truth about those.
 *
 * The labels are complete when the readings have been consumed; until then they cover what was consumed.
 * Consuming them again starts the labels again.
 */
export interface Faulty extends Iterable<DeviceReading> {
  readonly labels: ReadonlyArray<Label>
}

const labelsOf = (readings: Iterable<DeviceReading>): ReadonlyArray<Label> =>
  "labels" in readings ? (readings as Faulty).labels : []

/** Wraps readings in one more fault; the labels of the faults inside come first. */
export const faulty = (
  readings: Iterable<DeviceReading>,
  run: (note: (fault: FaultName, truth: DeviceReading) => void) => Iterator<DeviceReading>
): Faulty => {
  let own: Array<Label> = []
  return {
    get labels() {
      return [...labelsOf(readings), ...own]
    },
    [Symbol.iterator]() {
      const labels: Array<Label> = []
      own = labels
      return run((fault, truth) => labels.push({ fault, truth }))
    }
  }
}

/** Registers are whole milliwatt-hours; arithmetic on them is put back on that grid. */
export const wholeMwh = (wh: number): number => Math.round(wh * 1_000) / 1_000

/** The reading with each register it carries replaced. */
export const mapRegisters = (
  reading: DeviceReading,
  change: (wh: number, quantity: "importWh" | "exportWh") => number
): DeviceReading => ({
  ...reading,
  ...(reading.importWh === undefined ? {} : { importWh: wholeMwh(change(reading.importWh, "importWh")) }),
  ...(reading.exportWh === undefined ? {} : { exportWh: wholeMwh(change(reading.exportWh, "exportWh")) })
})

/** One text for the device and channel of a reading. */
export const channelOf = (reading: DeviceReading): string => `${reading.deviceId}/${reading.channel}`

/** Whether a reading carries a register. */
export const hasRegister = (reading: DeviceReading): boolean =>
  reading.importWh !== undefined || reading.exportWh !== undefined
