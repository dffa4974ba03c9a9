import * as Schema from "effect/Schema"
import { PositiveDecimal } from "../Fields.ts"
import { Selector, chargeFields } from "./ChargeFields.ts"

/**
 * The least (`minimum`) or most (`maximum`) that the selected charges come to.
 *
 * `credits` says whether they count before or after credits. `negative` says what a minimum does to a sum
 * below zero: `raise` lifts it to the minimum; `keep` adds the whole minimum and leaves the credit as it is.
 */
export const LimitCharge = Schema.Struct({
  kind: Schema.Literals(["minimum", "maximum"]),
  ...chargeFields,
  amount: PositiveDecimal,
  per: Schema.Literals(["day", "month", "billingPeriod", "year"]),
  base: Selector,
  credits: Schema.Literals(["before", "after"]),
  negative: Schema.optionalKey(Schema.Literals(["raise", "keep"]))
})
/** The least or most that the selected charges come to. */
export type LimitCharge = typeof LimitCharge.Type
