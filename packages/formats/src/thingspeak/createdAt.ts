import { type Instant, LocalCalendar, LocalDate, type LocalTime, TimeZone } from "@wattkit/core"
import * as Result from "effect/Result"
import { instantOf } from "../payload/wholePayload.ts"

const shape =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i

/** Seconds or milliseconds since 1970; from the year 2286 on only milliseconds have as many digits. */
const epochOf = (text: string): Instant.Instant | undefined =>
  /^\d{1,14}$/.test(text) ? instantOf(Number(text) * (text.length > 11 ? 1 : 1000)) : undefined

const offsetOf = (text: string): number => {
  if (/^(z|utc)$/i.test(text)) return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return (text.startsWith("-") ? -minutes : minutes) * 60_000
}

const calendarOf = (zone: string | undefined): LocalCalendar.LocalCalendar | undefined => {
  if (zone === undefined || zone === "") return LocalCalendar.utc
  const made = TimeZone.make(zone)
  return Result.isSuccess(made) ? LocalCalendar.of(made.success) : undefined
}

/**
 * Reads a time as ThingSpeak takes it: seconds since 1970, or a date and time of day, in UTC where neither it
 * nor `zone` says otherwise.
 */
export const createdAt = (text: string, zone?: string): Instant.Instant | undefined => {
  const trimmed = text.trim()
  const match = shape.exec(trimmed)
  if (match === null) return epochOf(trimmed)
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = ""] = match
  const date = LocalDate.make(Number(year), Number(month), Number(day))
  if (Result.isFailure(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined
  const clock = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  const time = clock + Number(fraction.padEnd(3, "0").slice(0, 3))
  const offset = match[8]
  if (offset !== undefined) {
    return instantOf(LocalDate.toEpochDay(date.success) * 86_400_000 + time - offsetOf(offset))
  }
  const calendar = calendarOf(zone)
  return calendar === undefined
    ? undefined
    : instantOf(LocalCalendar.instantOf(calendar, date.success, time as LocalTime.LocalTime))
}
