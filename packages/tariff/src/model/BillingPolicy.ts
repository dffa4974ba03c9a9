import * as Schema from "effect/Schema"
import { LocalDate } from "@wattkit/core"
import { Round } from "./Fields.ts"

/** When billing periods begin; day 29 to 31 is the last day of shorter months. */
export const Cycle = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("calendarMonth") }),
  Schema.Struct({
    kind: Schema.Literal("dayOfMonth"),
    day: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 31 }))
  }),
  Schema.Struct({ kind: Schema.Literal("dates"), starts: Schema.NonEmptyArray(LocalDate.LocalDate) })
])
/** When billing periods begin. */
export type Cycle = typeof Cycle.Encoded

/** How a bill is made from lines: periods, what a change inside one does, taxes and rounding. */
export const BillingPolicy = Schema.Struct({
  cycle: Cycle,
  /**
   * What a new version inside a period does to tiers: each part counts from zero with limits in proportion to
   * its days, or one count runs through. Both exist, so there is no default.
   */
  tierProration: Schema.Literals(["byDays", "none"]),
  /** Whether demand is of each version's part for its days, or of the whole period for the last version. */
  demandProration: Schema.optionalKey(Schema.Literals(["perVersion", "wholePeriod"])),
  /** Whether prices already contain the percent charges of group `tax`. */
  taxIncluded: Schema.Boolean,
  rounding: Schema.optionalKey(
    Schema.Struct({
      /** The energy of each interval, in kWh, before anything is priced. */
      quantity: Schema.optionalKey(Round),
      /** Every price. */
      price: Schema.optionalKey(Round),
      /** Every line; percentages are of rounded lines. */
      line: Schema.optionalKey(Round),
      /** The total; the difference is a line of its own. */
      bill: Schema.optionalKey(Round)
    })
  )
})
/** How a bill is made from lines. */
export type BillingPolicy = typeof BillingPolicy.Encoded
