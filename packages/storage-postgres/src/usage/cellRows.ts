import { type Energy, type Instant, type Usage, UsageCells } from "@wattkit/core"

/** A selected cell; whole numbers as `float8`, which numbers are. */
export interface CellRow {
  readonly start: Date
  /** Null where it follows from the start. */
  readonly end: Date | null
  readonly imported: number | null
  readonly exported: number | null
  readonly estimated: number
  readonly covered_ms: number
  readonly quality: number
  readonly events: number
  readonly power_min_w: number | null
  readonly power_max_w: number | null
  readonly readings: number
}

/** The usage of a row whose cell is so long, unless it says its end itself. */
export const toUsage = (row: CellRow, length: number): Usage => {
  const start = row.start.getTime()
  return {
    within: {
      start: start as Instant.Instant,
      end: (row.end?.getTime() ?? start + length) as Instant.Instant
    },
    imported: row.imported as Energy.Energy | null,
    exported: row.exported as Energy.Energy | null,
    estimated: row.estimated as Energy.Energy,
    coveredMs: row.covered_ms,
    quality: UsageCells.qualityOf(row.quality),
    events: UsageCells.eventsOf(row.events),
    powerMinW: row.power_min_w,
    powerMaxW: row.power_max_w,
    readings: row.readings
  }
}
