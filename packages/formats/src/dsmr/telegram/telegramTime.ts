import { Instant, LocalCalendar, TimeZone } from "@wattkit/core"
import * as Result from "effect/Result"

const shape = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW]?)$/

/**
 * The instant a meter's clock means: year, month, day and time of day in Central European time, then S in
 * summer or W in winter, which tells apart the hour that comes twice in autumn.
 *
 * Without the letter the calendar decides, for the first of the two.
 */
export const telegramTime = (text: string | undefined): Instant.Instant | undefined => {
  const match = shape.exec(text?.slice(0, 20) ?? "")
  if (match === null) return undefined
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", season = ""] = match
  const wall = `20${year}-${month}-${day}T${hour}:${minute}:${second}`
  const offset = { S: "+02:00", W: "+01:00" }[season]
  const found = Instant.fromString(`${wall}${offset ?? "Z"}`)
  if (Result.isFailure(found)) return undefined
  if (offset !== undefined) return found.success
  const date = LocalCalendar.dateOf(LocalCalendar.utc, found.success)
  const time = LocalCalendar.timeOfDay(LocalCalendar.utc, found.success)
  return LocalCalendar.instantOf(amsterdam(), date, time)
}

const amsterdam = () => LocalCalendar.of(TimeZone.makeOrThrow("Europe/Amsterdam"))
