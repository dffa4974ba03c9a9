import * as Orders from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as CivilDay from "./CivilDay.ts"
import { InvalidTime } from "./InvalidTime.ts"

const SHAPE = /^\d{4}-\d\d-\d\d$/

const exists = (text: string): boolean => {
  if (!SHAPE.test(text)) return false
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  const year = Number(text.slice(0, 4))
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= CivilDay.daysInMonth(year, month)
}

/**
 * A day of the calendar without zone or time, written `2026-03-29`.
 *
 * It is a string so that it is its own JSON, works as a key, and `<` compares it.
 */
export const LocalDate = Schema.String.check(
  Schema.makeFilter(
    (text: string) => exists(text) || "expected a calendar date that exists, such as 2026-03-29",
    { toJsonSchema: () => ({ format: "date" }) }
  )
).pipe(Schema.brand("LocalDate"))
/** A day of the calendar without zone or time, written `2026-03-29`. */
export type LocalDate = typeof LocalDate.Type

/** Reads a date written `2026-03-29`, refusing days the calendar does not have. */
export const fromString = (text: string): Result.Result<LocalDate, InvalidTime> =>
  exists(text)
    ? Result.succeed(text as LocalDate)
    : Result.fail(
        new InvalidTime({ input: text, message: "expected a calendar date that exists, as 2026-03-29" })
      )

/** Reads a date as `fromString` does and throws `InvalidTime`, for dates in source code and tests. */
export const fromStringOrThrow = (text: string): LocalDate => Result.getOrThrow(fromString(text))

const pad = (value: number, width: number): string => String(value).padStart(width, "0")

const write = (year: number, month: number, day: number): LocalDate =>
  `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as LocalDate

/** The date of a year, month 1–12 and day, refusing days the calendar does not have. */
export const make = (year: number, month: number, day: number): Result.Result<LocalDate, InvalidTime> =>
  fromString(write(year, month, day))

/** The number of the day, 1970-01-01 being 0. */
export const toEpochDay = (date: LocalDate): number => {
  const { day, month, year } = toCivil(date)
  return CivilDay.fromCivil(year, month, day)
}

/** The date of a day number. */
export const fromEpochDay = (epochDay: number): LocalDate => {
  const { day, month, year } = CivilDay.toCivil(epochDay)
  return write(year, month, day)
}

/** The year, month and day as numbers. */
export const toCivil = (date: LocalDate): CivilDay.Civil => ({
  year: Number(date.slice(0, 4)),
  month: Number(date.slice(5, 7)),
  day: Number(date.slice(8))
})

/** The date a number of days later, earlier when negative. */
export const addDays = (date: LocalDate, days: number): LocalDate => fromEpochDay(toEpochDay(date) + days)

/**
 * The date a number of months later, on the same day of the month or on its last day if it is shorter.
 *
 * Clamping loses the day: count from the first date (31 January plus 2 months is 31 March), never step by
 * step.
 */
export const addMonths = (date: LocalDate, months: number): LocalDate => {
  const civil = toCivil(date)
  const count = civil.year * 12 + civil.month - 1 + months
  const year = Math.floor(count / 12)
  const month = count - year * 12 + 1
  return write(year, month, Math.min(civil.day, CivilDay.daysInMonth(year, month)))
}

/** The number of days from one date to another, negative when the second is earlier. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => toEpochDay(to) - toEpochDay(from)

/** The ISO weekday, Monday 1 to Sunday 7. */
export const dayOfWeek = (date: LocalDate): number => CivilDay.weekday(toEpochDay(date))

/** The first day of the date's month. */
export const startOfMonth = (date: LocalDate): LocalDate => `${date.slice(0, 8)}01` as LocalDate

/** The first day of the date's year. */
export const startOfYear = (date: LocalDate): LocalDate => `${date.slice(0, 5)}01-01` as LocalDate

/** The Monday of the date's ISO week. */
export const startOfWeek = (date: LocalDate): LocalDate => addDays(date, 1 - dayOfWeek(date))

/** The ISO 8601 week, such as `2026-W43`; its year is the one its Thursday lies in. */
export const isoWeek = (date: LocalDate): string => {
  const thursday = addDays(startOfWeek(date), 3)
  const week = Math.floor(daysBetween(startOfYear(thursday), thursday) / 7) + 1
  return `${thursday.slice(0, 4)}-W${pad(week, 2)}`
}

/** Earlier before later. */
export const Order: Orders.Order<LocalDate> = Orders.String
