import * as Schema from "effect/Schema"
import type { Instant } from "./Instant.ts"
import { Interval } from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"

/**
 * The periods that follow from the present; week, month and year are the whole current ones, not up to
 * now.
 */
export const PeriodName = Schema.Literals(["today", "yesterday", "week", "month", "year"])
/**
 * The periods that follow from the present; week, month and year are the whole current ones, not up to
 * now.
 */
export type PeriodName = typeof PeriodName.Type

/** The local days from `from` up to but not including `to`. */
export const DateSpan = Schema.Struct({ from: LocalDate.LocalDate, to: LocalDate.LocalDate }).check(
  Schema.makeFilter(({ from, to }) => from <= to || "expected a `to` that is not before `from`")
)
/** The local days from `from` up to but not including `to`. */
export type DateSpan = typeof DateSpan.Type

/** What someone asks about: a period by name, days of the place, or instants. */
export const Period = Schema.Union([PeriodName, DateSpan, Interval])
/** What someone asks about: a period by name, days of the place, or instants. */
export type Period = typeof Period.Type

/** The instants a period means at a place, given the present. */
export const resolve = (period: Period, calendar: LocalCalendar.LocalCalendar, now: Instant): Interval => {
  if (typeof period !== "string") {
    if ("start" in period) return period
    return {
      start: LocalCalendar.startOfDay(calendar, period.from),
      end: LocalCalendar.startOfDay(calendar, period.to)
    }
  }
  const today = LocalCalendar.dayOf(calendar, now)
  switch (period) {
    case "today":
      return LocalCalendar.dayInterval(calendar, today)
    case "yesterday":
      return yesterday(calendar, today)
    case "week":
      return LocalCalendar.weekInterval(calendar, today)
    case "month":
      return LocalCalendar.monthInterval(calendar, today)
    case "year":
      return LocalCalendar.yearInterval(calendar, today)
  }
}

/** The last day before today that had any instants: the day before may have been skipped. */
const yesterday = (calendar: LocalCalendar.LocalCalendar, today: LocalDate.LocalDate): Interval => {
  const lastInstant = (LocalCalendar.startOfDay(calendar, today) - 1) as Instant
  return LocalCalendar.dayInterval(calendar, LocalCalendar.dayOf(calendar, lastInstant))
}
