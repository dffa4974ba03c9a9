import * as Schema from "effect/Schema"
import { LocalDate } from "@wattkit/core"
import { DecimalText, Name, PositiveDecimal } from "./Fields.ts"

/** A tariff in force at a location, with what differs there: parameters, prices agreed, earlier peaks. */
export const Assignment = Schema.Struct({
  id: Name,
  locationId: Name,
  tariffId: Name,
  /** Which energy it prices, where import and export are under tariffs of their own; both when left out. */
  direction: Schema.optionalKey(Schema.Literals(["import", "export"])),
  from: LocalDate.LocalDate,
  to: Schema.optionalKey(LocalDate.LocalDate),
  params: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Union([Schema.Finite, Schema.String, Schema.Boolean]))
  ),
  /** A flat price or fixed amount that replaces the tariff's for one charge. */
  overrides: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        chargeId: Name,
        price: Schema.optionalKey(DecimalText),
        amount: Schema.optionalKey(DecimalText)
      })
    )
  ),
  /** Highest demand in kW of the twelve months before, January first, for ratchets and means. */
  priorPeaksKw: Schema.optionalKey(Schema.Array(PositiveDecimal).check(Schema.isBetweenLength(12, 12)))
})
/** A tariff in force at a location. */
export type Assignment = typeof Assignment.Encoded
