import * as Schema from "effect/Schema"
import { Name, PositiveDecimal } from "./Fields.ts"

/** What a tier limit counts; `/day` is times the days, `/kW` times the billing demand. */
export const TierUnit = Schema.Literals(["kWh", "kWh/day", "kWh/kW", "kWh/kW/day"])
/** What a tier limit counts; `/day` is times the days, `/kW` times the billing demand. */
export type TierUnit = typeof TierUnit.Type

/**
 * One tier: all energy up to and including its limit, `null` for the open last one.
 *
 * `within` is a second limit of another unit; the smaller one holds (blocks of kWh inside hours of use).
 */
export const TierStep = Schema.Struct({
  upTo: Schema.NullOr(PositiveDecimal),
  unit: Schema.optionalKey(TierUnit),
  within: Schema.optionalKey(Schema.Struct({ upTo: PositiveDecimal, unit: TierUnit }))
})
/** One tier: all energy up to and including its limit, `null` for the open last one. */
export type TierStep = typeof TierStep.Type

/** How energy is divided into tiers. */
export const Tiers = Schema.Struct({
  steps: Schema.NonEmptyArray(TierStep),
  /** The unit of steps that name none; kWh unless said. */
  unit: Schema.optionalKey(TierUnit),
  /** When counting starts again. */
  resets: Schema.Literals(["day", "billingPeriod", "month", "year"]),
  /** One counter for all periods together, or one for each. */
  counts: Schema.Literals(["allPeriods", "eachPeriod"]),
  /** Whether energy fills the tiers in the order of time, or each period gets its share of every tier. */
  allocate: Schema.Literals(["chronological", "proportional"]),
  /** Whether each tier prices its own energy, or the tier reached prices all of it. */
  mode: Schema.Literals(["graduated", "volume"]),
  /** The demand charge whose billing demand sizes tiers per kW; the highest demand unless said. */
  demand: Schema.optionalKey(Name)
})
/** How energy is divided into tiers. */
export type Tiers = typeof Tiers.Type
