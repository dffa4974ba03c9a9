/**
 * Days of the calendar as numbers, 1970-01-01 being 0.
 *
 * The arithmetic is that of `@wattkit/core`, whose modules bring their schemas along; a browser that only
 * bills shall not load those.
 */
export const DAY = 86_400_000

/** The number of a day. */
export const toDayNumber = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const shifted = month <= 2 ? month + 9 : month - 3
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leaps + Math.floor((153 * shifted + 2) / 5) + day - 719_469
}

/** A year, month and day. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** The date of a day number. */
export const fromDayNumber = (dayNumber: number): CivilDate => {
  const date = new Date(dayNumber * DAY)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** The number of the day written `2026-03-29`. */
export const parseDate = (text: string): number =>
  toDayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)))

/** Writes a day number as `2026-03-29`. */
export const formatDate = (dayNumber: number): string => new Date(dayNumber * DAY).toISOString().slice(0, 10)

/** Writes an instant as RFC 3339 in UTC, without milliseconds when there are none. */
export const formatInstant = (instant: number): string =>
  new Date(instant).toISOString().replace(".000Z", "Z")

/** The number of days of a month. */
export const daysInMonth = (year: number, month: number): number =>
  month === 12 ? 31 : toDayNumber(year, month + 1, 1) - toDayNumber(year, month, 1)

/** Monday 0 to Sunday 6. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7

/** Whether something is a date of the calendar, written `2026-03-29`. */
export const isDate = (value: unknown): boolean => {
  const match = typeof value === "string" ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null
  if (match === null) return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}
