import * as Schema from "effect/Schema"
import { DecimalText, Name } from "./Fields.ts"
import { Tiers } from "./Tiers.ts"

/** One price for all energy. */
export const FlatPrice = Schema.Struct({ kind: Schema.Literal("flat"), price: DecimalText })

/** A price for each month, January first. */
export const MonthlyPrice = Schema.Struct({
  kind: Schema.Literal("monthly"),
  prices: Schema.Array(DecimalText).check(Schema.isBetweenLength(12, 12))
})

/** A price for each time-of-use period. */
export const TouPrice = Schema.Struct({
  kind: Schema.Literal("tou"),
  set: Name,
  prices: Schema.Record(Schema.String, DecimalText)
})

/** Prices by block of energy, and by period when there is a set; `"*"` stands for every other period. */
export const TieredPrice = Schema.Struct({
  kind: Schema.Literal("tiered"),
  tiers: Tiers,
  set: Schema.optionalKey(Name),
  prices: Schema.Record(Schema.String, Schema.NonEmptyArray(DecimalText))
})

/**
 * A price that is another one each interval: `times` × the series (averaged first when asked) `plus` a price,
 * kept between `floor` and `cap`.
 *
 * `whenNegative: "zero"` makes the price nothing while the series is below zero, whatever is added to it.
 */
export const SeriesPrice = Schema.Struct({
  kind: Schema.Literal("series"),
  series: Name,
  times: Schema.optionalKey(DecimalText),
  plus: Schema.optionalKey(Schema.Union([FlatPrice, TouPrice])),
  floor: Schema.optionalKey(DecimalText),
  cap: Schema.optionalKey(DecimalText),
  whenNegative: Schema.optionalKey(Schema.Literals(["price", "zero"])),
  average: Schema.optionalKey(Schema.Literals(["none", "hour", "day", "month"])),
  whenMissing: Schema.Union([Schema.Literals(["error", "hold"]), DecimalText])
})
/** A price that is another one each interval. */
export type SeriesPrice = typeof SeriesPrice.Type

/** Money per kWh. */
export const Price = Schema.Union([FlatPrice, MonthlyPrice, TouPrice, TieredPrice, SeriesPrice])
/** Money per kWh. */
export type Price = typeof Price.Type
