import * as Schema from "effect/Schema"
import { ClockTime, MonthDay, Months, Name } from "./Fields.ts"

/** A day of the week, or a kind of day; a holiday is one of the tariff's own calendar. */
export const DayKind = Schema.Literals([
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
  "weekday",
  "weekend",
  "holiday",
  "workday"
])
/** A day of the week, or a kind of day; a holiday is one of the tariff's own calendar. */
export type DayKind = typeof DayKind.Type

const Period = Schema.Struct({ id: Name, label: Schema.optionalKey(Schema.String) })

/**
 * When a period applies. The first rule that matches an instant decides.
 *
 * A clock span that passes midnight (`22:00`–`06:00`) is matched by the clock of the instant itself, and so
 * are its day and season: Saturday 01:00 is Saturday.
 */
export const TouRule = Schema.Struct({
  period: Name,
  months: Schema.optionalKey(Months),
  dates: Schema.optionalKey(Schema.Struct({ from: MonthDay, to: MonthDay })),
  days: Schema.optionalKey(Schema.NonEmptyArray(DayKind)),
  from: Schema.optionalKey(ClockTime),
  to: Schema.optionalKey(ClockTime)
})
/** When a period applies. The first rule that matches an instant decides. */
export type TouRule = typeof TouRule.Type

/** Time-of-use periods by rules, with the period of all other times. */
export const TouRules = Schema.Struct({
  periods: Schema.NonEmptyArray(Period),
  default: Name,
  calendar: Schema.optionalKey(Name),
  rules: Schema.Array(TouRule)
})
/** Time-of-use periods by rules, with the period of all other times. */
export type TouRules = typeof TouRules.Type

const Hours = Schema.Array(Schema.Int).check(Schema.isBetweenLength(24, 24))
const Matrix = Schema.Array(Hours).check(Schema.isBetweenLength(12, 12))

/**
 * Time-of-use periods as twelve months of twenty-four hours; entries count the periods from 0.
 *
 * Saturdays, Sundays and holidays use the weekend's matrix unless they have their own.
 */
export const TouMatrix = Schema.Struct({
  kind: Schema.Literal("matrix"),
  periods: Schema.NonEmptyArray(Period),
  calendar: Schema.optionalKey(Name),
  weekday: Matrix,
  weekend: Matrix,
  saturday: Schema.optionalKey(Matrix),
  sunday: Schema.optionalKey(Matrix),
  holiday: Schema.optionalKey(Matrix)
})
/** Time-of-use periods as twelve months of twenty-four hours. */
export type TouMatrix = typeof TouMatrix.Type

/** Which period applies when. */
export const TouSet = Schema.Union([TouMatrix, TouRules])
/** Which period applies when. */
export type TouSet = typeof TouSet.Type
