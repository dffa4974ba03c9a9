import type { Quality, Usage, UsageEvent } from "../model/Usage.ts"
import type { Energy } from "../quantity/Energy.ts"
import type { Instant } from "../time/Instant.ts"

/** The length of the cells everything else is added up from: every zone's offset is a multiple of it. */
export const CELL_MS = 900_000

/** Usage of one channel by quarter hours of UTC as columns, ascending, only those something is known of. */
export interface UsageCells {
  readonly starts: Float64Array
  /** Whole milliwatt-hours; NaN when nothing is known. */
  readonly imported: Float64Array
  readonly exported: Float64Array
  readonly estimated: Float64Array
  readonly coveredMs: Float64Array
  /** The place of the quality in `qualities`. */
  readonly quality: Uint8Array
  /** The bits of the events, the first of `events` being 1. */
  readonly events: Uint8Array
  readonly powerMinW: Float64Array
  readonly powerMaxW: Float64Array
  readonly readings: Float64Array
}

/** The qualities, the one that matters more after the other. */
export const qualities = ["measured", "estimated", "edited"] as const satisfies ReadonlyArray<Quality>

/** The events in the order of their bits. */
export const events = [
  "rollover",
  "reset",
  "exchange",
  "glitch",
  "held"
] as const satisfies ReadonlyArray<UsageEvent>

/** The bit of an event. */
export const bitOf = (event: UsageEvent): number => 1 << events.indexOf(event)

/** The events of some bits. */
export const eventsOf = (bits: number): ReadonlyArray<UsageEvent> =>
  bits === 0 ? [] : events.filter((event) => (bits & bitOf(event)) !== 0)

/** The quality of its place among the qualities. */
export const qualityOf = (place: number): Quality => qualities[place] ?? "edited"

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** The cells one by one. */
export const toUsages = (cells: UsageCells): ReadonlyArray<Usage> =>
  Array.from(cells.starts, (start, i) => ({
    within: { start: start as Instant, end: (start + CELL_MS) as Instant },
    imported: orNull(cells.imported[i]!) as Energy | null,
    exported: orNull(cells.exported[i]!) as Energy | null,
    estimated: cells.estimated[i]! as Energy,
    coveredMs: cells.coveredMs[i]!,
    quality: qualityOf(cells.quality[i]!),
    events: eventsOf(cells.events[i]!),
    powerMinW: orNull(cells.powerMinW[i]!),
    powerMaxW: orNull(cells.powerMaxW[i]!),
    readings: cells.readings[i]!
  }))
