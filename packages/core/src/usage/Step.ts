import type { UsageEvent } from "../model/Usage.ts"

/**
 * Energy between two instants in one direction: what two readings that follow each other say together.
 *
 * A step that was `held`, or of which nothing is known, has no energy.
 */
export interface Step {
  readonly start: number
  readonly end: number
  /** Whole milliwatt-hours, null when it is not known. */
  readonly energy: number | null
  /** Whether the time counts as measured. */
  readonly covered: boolean
  readonly edited: boolean
  readonly event: UsageEvent | null
}

/** Something that happened at an instant and belongs to no step: a reading that was left out. */
export interface Left {
  readonly at: number
  readonly event: "glitch"
}

/** The steps of one direction, oldest first, none overlapping another. */
export interface Steps {
  readonly steps: ReadonlyArray<Step>
  readonly left: ReadonlyArray<Left>
}

/** Two readings further apart have nothing to do with each other. */
export const MAX_STEP_MS = 400 * 86_400_000

/**
 * Energy is judged as if it took this long at least. What a device without a clock said while it could not be
 * heard arrives within milliseconds, each reading with the time it arrived.
 */
const LEAST_MS = 10_000

/** Whether energy over some time implies more power than is possible. */
export const exceeds = (milliWattHours: number, millis: number, maxPowerW: number): boolean =>
  milliWattHours * 3600 > maxPowerW * Math.max(millis, LEAST_MS)
