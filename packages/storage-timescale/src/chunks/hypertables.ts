/** A table whose parts are chunks: its column of time, and when a chunk is compressed. */
export interface Hypertable {
  readonly table: string
  readonly column: string
  /** A chunk is compressed when it ended so many days ago. */
  readonly compressAfterDays: number
}

/**
 * Every hypertable. Usage is written again for a while after its time, whenever a late reading comes, so it
 * stays as it is for longer than readings do.
 */
export const hypertables: ReadonlyArray<Hypertable> = [
  { table: "readings", column: "at", compressAfterDays: 7 },
  { table: "usage_15m", column: "start", compressAfterDays: 31 },
  { table: "energy_hourly", column: "start", compressAfterDays: 31 }
]
