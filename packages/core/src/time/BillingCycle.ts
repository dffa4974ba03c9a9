import * as Schema from "effect/Schema"
import type { Instant } from "./Instant.ts"
import type { Interval } from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"

/**
 * Billing periods of a number of months that begin on the anchor's day of the month, or on a shorter month's
 * last.
 */
export const BillingCycle = Schema.Struct({
  anchor: LocalDate.LocalDate,
  months: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 120 }))
})
/**
 * Billing periods of a number of months that begin on the anchor's day of the month, or on a shorter month's
 * last.
 */
export type BillingCycle = typeof BillingCycle.Type

/** The cycle of calendar months. */
export const calendarMonths: BillingCycle = { anchor: "1970-01-01" as LocalDate.LocalDate, months: 1 }

/**
 * One billing period: its first day, the first day after it, and its instants; period 0 begins at the
 * anchor.
 */
export interface BillingPeriod {
  readonly index: number
  readonly from: LocalDate.LocalDate
  readonly to: LocalDate.LocalDate
  readonly interval: Interval
}

/** The first day of a period, always counted from the anchor: 31 January, 28 February, 31 March. */
const startOf = (cycle: BillingCycle, index: number): LocalDate.LocalDate =>
  LocalDate.addMonths(cycle.anchor, index * cycle.months)

/** The period with this index, which is negative before the anchor. */
export const periodAt = (
  cycle: BillingCycle,
  calendar: LocalCalendar.LocalCalendar,
  index: number
): BillingPeriod => {
  const from = startOf(cycle, index)
  const to = startOf(cycle, index + 1)
  const interval = {
    start: LocalCalendar.startOfDay(calendar, from),
    end: LocalCalendar.startOfDay(calendar, to)
  }
  return { index, from, to, interval }
}

/** The index of the period a date lies in. */
export const indexOf = (cycle: BillingCycle, date: LocalDate.LocalDate): number => {
  const anchor = LocalDate.toCivil(cycle.anchor)
  const civil = LocalDate.toCivil(date)
  const index = Math.floor(((civil.year - anchor.year) * 12 + civil.month - anchor.month) / cycle.months)
  return startOf(cycle, index) <= date ? index : index - 1
}

/** The period an instant lies in. */
export const periodContaining = (
  cycle: BillingCycle,
  calendar: LocalCalendar.LocalCalendar,
  instant: Instant
): BillingPeriod => periodAt(cycle, calendar, indexOf(cycle, LocalCalendar.dayOf(calendar, instant)))

/** The periods that share time with the interval, whole and in order. */
export const periodsIn = (
  cycle: BillingCycle,
  calendar: LocalCalendar.LocalCalendar,
  interval: Interval
): ReadonlyArray<BillingPeriod> => {
  const periods: Array<BillingPeriod> = []
  if (interval.end <= interval.start) return periods
  let period = periodContaining(cycle, calendar, interval.start)
  while (period.interval.start < interval.end) {
    periods.push(period)
    period = periodAt(cycle, calendar, period.index + 1)
  }
  return periods
}

/** The number of local days of a period, without days the place skipped: what daily charges count. */
export const daysOf = (calendar: LocalCalendar.LocalCalendar, period: BillingPeriod): number =>
  LocalCalendar.daysIn(calendar, period.interval).length
