import type { Reading } from "../model/Reading.ts"
import type { Instant } from "../time/Instant.ts"

/**
 * Readings of one channel as columns, oldest first, each instant once; NaN where a reading says nothing.
 *
 * Usage is computed from columns, because whole months of readings pass here and an object for each would
 * cost more than the sums.
 */
export interface ChannelReadings {
  readonly at: Float64Array
  readonly importWh: Float64Array
  readonly exportWh: Float64Array
  readonly importDeltaWh: Float64Array
  readonly exportDeltaWh: Float64Array
  /** Where the deltas begin; NaN for the reading before. */
  readonly since: Float64Array
  readonly powerW: Float64Array
  /** 1 where a person corrected or added the reading. */
  readonly edited: Uint8Array
}

/** The columns usage is computed from. */
export const columnNames = [
  "importWh",
  "exportWh",
  "importDeltaWh",
  "exportDeltaWh",
  "since",
  "powerW"
] as const satisfies ReadonlyArray<keyof ChannelReadings & keyof Reading>

/** The columns of readings, which stand in order of their instants. */
export const fromReadings = (
  readings: ReadonlyArray<Reading>,
  isEdited: (at: Instant) => boolean = () => false
): ChannelReadings => {
  const column = (name: (typeof columnNames)[number]) =>
    Float64Array.from(readings, (reading) => reading[name] ?? Number.NaN)
  return {
    at: Float64Array.from(readings, ({ at }) => at),
    importWh: column("importWh"),
    exportWh: column("exportWh"),
    importDeltaWh: column("importDeltaWh"),
    exportDeltaWh: column("exportDeltaWh"),
    since: column("since"),
    powerW: column("powerW"),
    edited: Uint8Array.from(readings, ({ at }) => (isEdited(at) ? 1 : 0))
  }
}
