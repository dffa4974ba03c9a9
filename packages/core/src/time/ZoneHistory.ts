import * as Schema from "effect/Schema"
import * as LocalCalendar from "./LocalCalendar.ts"
import { LocalDate } from "./LocalDate.ts"
import { TimeZone } from "./TimeZone.ts"
import type { OffsetSpan } from "./ZoneOffsets.ts"

/** A zone and the first local date it holds for. */
export interface ZoneSince {
  readonly zone: TimeZone
  readonly from: LocalDate
}

/** The zones of a location by date, oldest first; the first one also holds before its date. */
export const ZoneHistory = Schema.NonEmptyArray(Schema.Struct({ zone: TimeZone, from: LocalDate })).check(
  Schema.makeFilter(
    (history: ReadonlyArray<ZoneSince>) =>
      history.every((entry, index) => index === 0 || (history[index - 1]?.from ?? "") < entry.from) ||
      "expected dates in ascending order"
  )
)
/** The zones of a location by date, oldest first; the first one also holds before its date. */
export type ZoneHistory = typeof ZoneHistory.Type

interface Era {
  readonly start: number
  readonly end: number
  readonly calendar: LocalCalendar.LocalCalendar
}

/**
 * From its date on, the days are exactly those of the new zone; the day before takes up the difference.
 *
 * The change takes effect at whichever midnight is first. Moving west the wall then goes back into the old
 * day, moving east it jumps from within the old day to midnight, and neither leaves a gap nor counts an
 * instant twice.
 */
const changeOf = (
  before: LocalCalendar.LocalCalendar,
  after: LocalCalendar.LocalCalendar,
  from: LocalDate
): number => Math.min(LocalCalendar.startOfDay(before, from), LocalCalendar.startOfDay(after, from))

const erasOf = (history: ZoneHistory): ReadonlyArray<Era> => {
  const calendars = history.map((entry) => LocalCalendar.of(entry.zone))
  let latest = Number.NEGATIVE_INFINITY
  const starts = calendars.map((calendar, index) => {
    const entry = history[index]
    const before = calendars[index - 1]
    // Two changes on neighbouring days between the edges of the date line would otherwise change places.
    if (before && entry) latest = Math.max(latest, changeOf(before, calendar, entry.from))
    return latest
  })
  return calendars.map((calendar, index) => ({
    calendar,
    start: starts[index] ?? Number.NEGATIVE_INFINITY,
    end: starts[index + 1] ?? Number.POSITIVE_INFINITY
  }))
}

/**
 * The calendar of a location whose zone changes on a date, which answers the same questions as that of one
 * zone.
 */
export const calendarOf = (history: ZoneHistory): LocalCalendar.LocalCalendar => {
  if (history.length === 1) return LocalCalendar.of(history[0].zone)
  const eras = erasOf(history)
  let last: OffsetSpan = { start: 0, end: 0, offset: 0 }
  return {
    name: history.map((entry) => `${entry.zone} from ${entry.from}`).join(", "),
    offsets: (instant) => {
      if (instant >= last.start && instant < last.end) return last
      const era = eras.find((candidate) => instant < candidate.end)
      if (era === undefined) return last
      const span = era.calendar.offsets(instant)
      last = {
        start: Math.max(span.start, era.start),
        end: Math.min(span.end, era.end),
        offset: span.offset
      }
      return last
    }
  }
}
