import * as Schema from "effect/Schema"
import { DecimalText } from "../Fields.ts"
import { chargeFields } from "./ChargeFields.ts"

/**
 * Money that does not depend on energy.
 *
 * `prorate: "days"` charges the share of days of a part; `"none"` the whole amount in the part that has the
 * first day of the month, year or billing period.
 */
export const FixedCharge = Schema.Struct({
  kind: Schema.Literal("fixed"),
  ...chargeFields,
  amount: DecimalText,
  per: Schema.Literals(["day", "month", "billingPeriod", "year"]),
  prorate: Schema.Literals(["days", "none"])
})
/** Money that does not depend on energy. */
export type FixedCharge = typeof FixedCharge.Type
