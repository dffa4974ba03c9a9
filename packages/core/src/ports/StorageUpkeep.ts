import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../time/Instant.ts"
import type { StorageError } from "./StorageError.ts"

/** What one refresh did. */
export interface RefreshedUsage {
  /** Channels whose usage was computed again. */
  readonly channels: number
  /** Cells that were written because they changed, by resolution. */
  readonly changed: { readonly PT15M: number; readonly PT1H: number; readonly P1D: number }
}

/** How many days each kind of record is kept; a record is given up a whole day at a time. */
export interface Retention {
  readonly readingDays: number
  readonly quarterHourDays: number
  readonly hourDays: number
  readonly dayDays: number
  /** Messages that could not become readings, settled or not; as usual when it is left out. */
  readonly deadLetterDays?: number
  /** Readings that waited for a decision, after it was made; as usual when it is left out. */
  readonly settledDays?: number
  /** Sessions and secrets that work once, after they were over; as usual when it is left out. */
  readonly sessionDays?: number
}

/**
 * Readings for 90 days, quarter hours and hours for a year and a day, days for five years; dead letters for
 * 30 days, settled readings for 90, and sessions for 30 after they were over.
 */
export const usualRetention: Required<Retention> = {
  readingDays: 90,
  quarterHourDays: 367,
  hourDays: 367,
  dayDays: 5 * 366,
  deadLetterDays: 30,
  settledDays: 90,
  sessionDays: 30
}

/** What was made room for and what was given up. */
export interface Retained {
  /**
   * Readings before this instant are given up; one that comes now is answered as `expired`. It moves only
   * when there is something to give up, so a history older than that can still be brought in at first.
   */
  readonly readingsFrom: Instant
  readonly droppedReadingDays: number
  readonly droppedCells: number
  /** Dead letters, settled readings, sessions and secrets that work once. */
  readonly droppedRecords?: number
}

/** The work a store needs done beside its requests; any number of processes may do it at the same time. */
export interface StorageUpkeep {
  /** Brings usage up to date with every reading that was acknowledged before the call. */
  readonly refreshUsage: Effect.Effect<RefreshedUsage, StorageError>
  /**
   * How many milliseconds ago the oldest reading was stored that usage does not show yet; 0 when it shows
   * all.
   */
  readonly lag: Effect.Effect<number, StorageError>
  /** Makes room for the days to come and gives up what is older than it is kept. */
  readonly retain: (now: Instant, retention: Retention) => Effect.Effect<Retained, StorageError>
}

/** The key of the StorageUpkeep service. */
export const StorageUpkeep = Context.Service<StorageUpkeep>("@wattkit/core/StorageUpkeep")
