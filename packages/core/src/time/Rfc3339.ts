import { DAY, daysInMonth, fromCivil, toCivil } from "./CivilDay.ts"

/**
 * The first instant the wire accepts. The first local day of 1970 begins on the last day of 1969 east of
 * Greenwich.
 */
export const MIN = -DAY

/** The last instant the wire accepts, the end of year 9999. */
export const MAX = 253_402_300_799_999

/** Above any field of a time, so that every check of its limits refuses it. */
const NOT_DIGITS = 10_000

const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_DIGITS
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** The offset in milliseconds written from `at` to the end of the text, or NaN. */
const parseOffset = (text: string, at: number): number => {
  const sign = text.charCodeAt(at)
  if (sign === 90 || sign === 122) return text.length === at + 1 ? 0 : Number.NaN
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58)
    return Number.NaN
  const hours = two(text, at + 1)
  const minutes = two(text, at + 4)
  if (hours > 23 || minutes > 59) return Number.NaN
  const offset = (hours * 60 + minutes) * 60_000
  return sign === 45 ? -offset : offset
}

/**
 * Reads an RFC 3339 time with its offset as epoch milliseconds, NaN when it is not one.
 *
 * Every reading passes here: nothing is allocated, and why a text was refused is left to `explain`.
 */
export const parse = (text: string): number => {
  if (text.length < 20 || text.length > 35) return Number.NaN
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  if (year > 9999 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return Number.NaN
  if (day < 1 || day > daysInMonth(year, month)) return Number.NaN
  const t = text.charCodeAt(10)
  if ((t !== 84 && t !== 116) || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN
  let at = 19
  let millis = 0
  if (text.charCodeAt(at) === 46) {
    const first = ++at
    for (let weight = 100; isDigit(text.charCodeAt(at)); at++) {
      if (weight >= 1) millis += (text.charCodeAt(at) - 48) * weight
      weight /= 10
    }
    if (at === first || at > first + 9) return Number.NaN
  }
  const local = fromCivil(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millis
  const instant = local - parseOffset(text, at)
  return instant >= MIN && instant <= MAX ? instant : Number.NaN
}

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/

/** Says in one sentence why `parse` refused the text. */
export const explain = (text: string): string => {
  const match = SHAPE.exec(text)
  if (match === null) return "expected an RFC 3339 time with offset, such as 2026-03-29T01:30:00+01:00"
  const field = (index: number): number => Number(match[index])
  if (match[8] === undefined) return "the offset is missing: end with Z or with an offset such as +01:00"
  if (field(2) < 1 || field(2) > 12 || field(3) < 1 || field(3) > daysInMonth(field(1), field(2))) {
    return "the calendar has no such date"
  }
  if (field(6) === 60) return "leap seconds are not accepted: send second 59 or the next minute"
  if (field(4) > 23 || field(5) > 59 || field(6) > 59) return "the clock has no such time"
  if (match[7] !== undefined && match[7].length > 10) return "fractions end at nanoseconds, nine digits"
  if (Number.isNaN(parseOffset(match[8], 0))) return "no offset has so many hours or minutes"
  return "outside the accepted years 1970 to 9999"
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"))

/** Writes epoch milliseconds as RFC 3339 in UTC, with milliseconds only when they are not zero. */
export const format = (instant: number): string => {
  const epochDay = Math.floor(instant / DAY)
  const millis = instant - epochDay * DAY
  const seconds = Math.floor(millis / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const { day, month, year } = toCivil(epochDay)
  const date = `${year < 1000 ? String(year).padStart(4, "0") : year}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`
  const clock = `${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes - hours * 60]}`
  const text = `${date}T${clock}:${TWO_DIGITS[seconds - minutes * 60]}`
  const rest = millis - seconds * 1000
  return rest === 0 ? `${text}Z` : `${text}.${String(rest).padStart(3, "0")}Z`
}
