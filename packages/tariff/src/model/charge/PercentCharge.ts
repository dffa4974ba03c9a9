import * as Schema from "effect/Schema"
import { DecimalText } from "../Fields.ts"
import { Selector, chargeFields } from "./ChargeFields.ts"

/** A tax, rider or (below zero) discount on other charges, in the sequence of `order`. */
export const PercentCharge = Schema.Struct({
  kind: Schema.Literal("percent"),
  ...chargeFields,
  percent: DecimalText,
  base: Selector,
  order: Schema.Int
})
/** A tax, rider or (below zero) discount on other charges, in the sequence of `order`. */
export type PercentCharge = typeof PercentCharge.Type
