import * as Schema from "effect/Schema"
import type { Energy } from "../quantity/Energy.ts"
import type { Interval } from "../time/Interval.ts"
import type { ChannelName, DeviceId } from "./ids.ts"

/**
 * How an energy came to be known: `measured` within the interval, `estimated` over it, or `edited` by hand.
 */
export const Quality = Schema.Literals(["measured", "estimated", "edited"])
/**
 * How an energy came to be known: `measured` within the interval, `estimated` over it, or `edited` by hand.
 */
export type Quality = typeof Quality.Type

/**
 * What a register did that was no plain advance, told on the interval in which it was noticed.
 *
 * `rollover`, `reset` and `exchange` were booked; `glitch` was left out, and costs nothing; `held` is energy
 * that is not booked until somebody confirms what happened.
 */
export const UsageEvent = Schema.Literals(["rollover", "reset", "exchange", "glitch", "held"])
/** What a register did that was no plain advance. */
export type UsageEvent = typeof UsageEvent.Type

/**
 * Energy of one channel over one interval, as it follows from the readings stored.
 *
 * `imported` and `exported` are null when nothing is known of them, which is not the same as none.
 */
export interface Usage {
  readonly within: Interval
  readonly imported: Energy | null
  readonly exported: Energy | null
  /** How much of `imported` + `exported` was divided in proportion to time rather than measured inside. */
  readonly estimated: Energy
  /** How many milliseconds of the interval were really measured. */
  readonly coveredMs: number
  readonly quality: Quality
  readonly events: ReadonlyArray<UsageEvent>
  /** The lowest and highest power of the readings in the interval, null when none of them says one. */
  readonly powerMinW: number | null
  readonly powerMaxW: number | null
  /** How many readings lie in the interval. */
  readonly readings: number
}

/** Usage and whose it is. */
export interface ChannelUsage extends Usage {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
}

/** The share of the interval that was really measured, from 0 to 1. */
export const coverage = ({ coveredMs, within }: Usage): number =>
  within.end > within.start ? coveredMs / (within.end - within.start) : 0
