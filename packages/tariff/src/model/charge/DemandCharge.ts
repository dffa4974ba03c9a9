import * as Schema from "effect/Schema"
import { DecimalText, Months, Name, PositiveDecimal } from "../Fields.ts"
import { chargeFields } from "./ChargeFields.ts"

const Source = Schema.Struct({
  set: Schema.optionalKey(Name),
  periods: Schema.optionalKey(Schema.Array(Name))
})

/**
 * Demand of earlier months that still counts: a share of each of them, exactly so many months back.
 *
 * The share is that of the month looked back to, and the current month counts with its own share too.
 */
export const Ratchet = Schema.Struct({
  percent: Schema.Union([
    PositiveDecimal,
    Schema.Array(PositiveDecimal).check(Schema.isBetweenLength(12, 12))
  ]),
  lookbackMonths: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 24 })),
  sourceMonths: Schema.optionalKey(Months),
  source: Schema.optionalKey(Source),
  floorKw: Schema.optionalKey(PositiveDecimal),
  /** Whether the current month's demand counts in full, for all months or for each. */
  useActual: Schema.Union([
    Schema.Boolean,
    Schema.Array(Schema.Boolean).check(Schema.isBetweenLength(12, 12))
  ])
})
/** Demand of earlier months that still counts. */
export type Ratchet = typeof Ratchet.Type

/** Which of the demands of a period is the one that is charged. */
export const Statistic = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("max") }),
  Schema.Struct({
    kind: Schema.Literal("meanTop"),
    n: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
    distinctDays: Schema.Boolean
  }),
  Schema.Struct({
    kind: Schema.Literal("meanOfMonths"),
    months: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 24 }))
  }),
  Schema.Struct({
    kind: Schema.Literal("coincident"),
    events: Name,
    of: Schema.Literals(["mean", "max"])
  })
])
/** Which of the demands of a period is the one that is charged. */
export type Statistic = typeof Statistic.Type

/** What a demand costs. */
export const DemandPrice = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("price"), price: DecimalText }),
  Schema.Struct({
    kind: Schema.Literal("tiered"),
    upTo: Schema.NonEmptyArray(Schema.NullOr(PositiveDecimal)),
    prices: Schema.NonEmptyArray(DecimalText)
  }),
  /** A sum for each class of demand: `amounts` has one more than `above`. */
  Schema.Struct({
    kind: Schema.Literal("step"),
    above: Schema.Array(PositiveDecimal),
    amounts: Schema.NonEmptyArray(DecimalText),
    thresholdIncluded: Schema.Boolean
  }),
  /** Capacity by contract: what is above it has its own price, and a share of it is charged at least. */
  Schema.Struct({
    kind: Schema.Literal("contracted"),
    param: Name,
    price: DecimalText,
    overPrice: Schema.optionalKey(DecimalText),
    bill: Schema.Literals(["contracted", "used"]),
    atLeastPercent: Schema.optionalKey(PositiveDecimal)
  })
])
/** What a demand costs. */
export type DemandPrice = typeof DemandPrice.Type

/** Money for the highest power of a period, as means over clocked quarter hours, half hours or hours. */
export const DemandCharge = Schema.Struct({
  kind: Schema.Literal("demand"),
  ...chargeFields,
  direction: Schema.Literals(["import", "export"]),
  unit: Schema.Literals(["kW", "kVA", "kvar"]),
  /** Power is the mean over so many minutes of the clock; the length of the readings unless said. */
  minutes: Schema.optionalKey(Schema.Literals([5, 10, 15, 30, 60])),
  pick: Schema.Struct({
    set: Schema.optionalKey(Name),
    periods: Schema.optionalKey(Schema.Array(Name)),
    /** Charged only if the highest demand of all times fell into these periods. */
    onlyAtPeak: Schema.optionalKey(Schema.Boolean)
  }),
  /** Bills the demand of another charge (with its ratchet) instead of its own. */
  demandOf: Schema.optionalKey(Name),
  statistic: Statistic,
  /**
   * The time a demand is the highest of, and that the price is for. A price by the year is charged by the
   * days of each bill, on the highest of the calendar year so far.
   */
  per: Schema.Literals(["billingPeriod", "month", "day", "year"]),
  ratchet: Schema.optionalKey(Ratchet),
  floorKw: Schema.optionalKey(PositiveDecimal),
  price: DemandPrice
})
/** Money for the highest power of a period. */
export type DemandCharge = typeof DemandCharge.Type
