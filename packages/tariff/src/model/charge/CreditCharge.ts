import * as Schema from "effect/Schema"
import { PositiveDecimal } from "../Fields.ts"
import { Selector, chargeFields } from "./ChargeFields.ts"

/** A credit (or, with `sign: "charge"`, a one-off fee), given once on a date or repeatedly. */
export const CreditCharge = Schema.Struct({
  kind: Schema.Literal("credit"),
  ...chargeFields,
  amount: PositiveDecimal,
  sign: Schema.optionalKey(Schema.Literals(["credit", "charge"])),
  per: Schema.Literals(["once", "day", "month", "billingPeriod", "year"]),
  /** The local date of a credit given once. */
  on: Schema.optionalKey(Schema.String),
  prorate: Schema.optionalKey(Schema.Literals(["days", "none"])),
  /** Gives no more than these charges come to. */
  upTo: Schema.optionalKey(Selector)
})
/** A credit or one-off fee. */
export type CreditCharge = typeof CreditCharge.Type
