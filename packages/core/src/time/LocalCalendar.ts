import * as CivilDay from "./CivilDay.ts"
import type { Instant } from "./Instant.ts"
import type { Interval } from "./Interval.ts"
import * as LocalDate from "./LocalDate.ts"
import type { LocalTime } from "./LocalTime.ts"
import type { TimeZone } from "./TimeZone.ts"
import { utc as utcZone } from "./TimeZone.ts"
import * as ZoneOffsets from "./ZoneOffsets.ts"

const DAY = CivilDay.DAY
/** Longer than the offset of any zone at any time. */
const MAX_OFFSET = 16 * 3_600_000

/**
 * The wall clock and calendar of one place; all functions of this module ask it, none of them asks `Intl`.
 */
export interface LocalCalendar {
  /** What the calendar was made from: a zone, or the zones of a history. */
  readonly name: string
  /** The span around an instant over which the offset stays the same. */
  readonly offsets: ZoneOffsets.ZoneOffsets
}

/** What the wall clock and the calendar on the wall show at an instant. */
export interface LocalParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** Monday 1 to Sunday 7. */
  readonly weekday: number
  /** Milliseconds east of UTC. */
  readonly offset: number
}

/** One day of a place: its date and the instants it lasts. */
export interface LocalDay {
  readonly date: LocalDate.LocalDate
  readonly interval: Interval
}

/** Which instant a wall clock time means that occurs twice, or never. */
export interface Disambiguation {
  /**
   * A time that occurs twice (the hour put back): its first or its second occurrence; `earlier` unless
   * said.
   */
  readonly fold?: "earlier" | "later"
  /**
   * A time that is skipped: as much later as was skipped (02:30 becomes 03:30), or the first instant after
   * it.
   */
  readonly gap?: "shift" | "next"
}

const calendars = new Map<TimeZone, LocalCalendar>()
/** More than there are zones; names differing in case could otherwise fill the memory. */
const CALENDARS_KEPT = 1024

/** The calendar of a zone; calendars are remembered, so asking again is free. */
export const of = (zone: TimeZone): LocalCalendar => {
  let calendar = calendars.get(zone)
  if (calendar === undefined) {
    if (calendars.size >= CALENDARS_KEPT) calendars.clear()
    calendar = { name: zone, offsets: ZoneOffsets.ofZone(zone) }
    calendars.set(zone, calendar)
  }
  return calendar
}

/** The calendar of UTC, whose days all have 24 hours. */
export const utc: LocalCalendar = {
  name: utcZone,
  offsets: () => ({ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset: 0 })
}

/** The offset at an instant in milliseconds east of UTC. */
export const offsetAt = (calendar: LocalCalendar, instant: Instant): number =>
  calendar.offsets(instant).offset

/** The day number on the wall calendar, 1970-01-01 being 0; cheaper than a date where many readings pass. */
export const epochDayAt = (calendar: LocalCalendar, instant: Instant): number =>
  Math.floor((instant + calendar.offsets(instant).offset) / DAY)

/** The date on the wall calendar; see `dayOf` for the day an instant is counted to. */
export const dateOf = (calendar: LocalCalendar, instant: Instant): LocalDate.LocalDate =>
  LocalDate.fromEpochDay(epochDayAt(calendar, instant))

/** The ISO weekday on the wall calendar, Monday 1 to Sunday 7. */
export const weekday = (calendar: LocalCalendar, instant: Instant): number =>
  CivilDay.weekday(epochDayAt(calendar, instant))

/** What the wall clock shows in milliseconds after midnight: not the time since the day began. */
export const timeOfDay = (calendar: LocalCalendar, instant: Instant): LocalTime => {
  const local = instant + calendar.offsets(instant).offset
  return (local - Math.floor(local / DAY) * DAY) as LocalTime
}

/** What the wall clock shows in whole minutes after midnight, 0 to 1439. */
export const minuteOfDay = (calendar: LocalCalendar, instant: Instant): number =>
  Math.floor(timeOfDay(calendar, instant) / 60_000)

/** Everything the wall clock and calendar show at an instant. */
export const localParts = (calendar: LocalCalendar, instant: Instant): LocalParts => {
  const offset = calendar.offsets(instant).offset
  const local = instant + offset
  const epochDay = Math.floor(local / DAY)
  const millis = local - epochDay * DAY
  const seconds = Math.floor(millis / 1000)
  const minutes = Math.floor(seconds / 60)
  const hour = Math.floor(minutes / 60)
  const { day, month, year } = CivilDay.toCivil(epochDay)
  return {
    year,
    month,
    day,
    hour,
    minute: minutes - hour * 60,
    second: seconds - minutes * 60,
    millisecond: millis - seconds * 1000,
    weekday: CivilDay.weekday(epochDay),
    offset
  }
}

/** The first instant at which the wall shows `local` (milliseconds as if in UTC) or more. */
const firstInstantAt = (calendar: LocalCalendar, local: number): Instant => {
  let span = calendar.offsets(local - MAX_OFFSET)
  while (local >= span.end + span.offset) span = calendar.offsets(span.end)
  return Math.max(span.start, local - span.offset) as Instant
}

/** The instant a day number begins, as `startOfDay`. */
export const startOfEpochDay = (calendar: LocalCalendar, epochDay: number): Instant =>
  firstInstantAt(calendar, epochDay * DAY)

/**
 * The instant a day begins: the first at which the wall shows the date or a later one.
 *
 * That is 01:00 where midnight is skipped, and the start of the next day for a day that was skipped as a
 * whole.
 */
export const startOfDay = (calendar: LocalCalendar, date: LocalDate.LocalDate): Instant =>
  startOfEpochDay(calendar, LocalDate.toEpochDay(date))

/** The number of the day whose interval contains the instant, as `dayOf` but cheaper. */
export const epochDayOf = (calendar: LocalCalendar, instant: Instant): number => {
  const span = calendar.offsets(instant)
  const day = Math.floor((instant + span.offset) / DAY)
  // Only shortly after the clock was put back may the next day have begun while the wall shows this one.
  if (instant - span.start > 2 * DAY || instant < startOfEpochDay(calendar, day + 1)) return day
  return day + 1
}

/**
 * The day whose interval contains the instant.
 *
 * It differs from `dateOf` only where the clock was put back over midnight after midnight had struck
 * (Newfoundland until 2011, at 00:01): those 59 minutes belong to the day that had begun.
 */
export const dayOf = (calendar: LocalCalendar, instant: Instant): LocalDate.LocalDate =>
  LocalDate.fromEpochDay(epochDayOf(calendar, instant))

const between = (calendar: LocalCalendar, from: LocalDate.LocalDate, to: LocalDate.LocalDate): Interval => ({
  start: startOfDay(calendar, from),
  end: startOfDay(calendar, to)
})

/** The instants of a day: 24 hours mostly, none for a day the place skipped. */
export const dayInterval = (calendar: LocalCalendar, date: LocalDate.LocalDate): Interval =>
  between(calendar, date, LocalDate.addDays(date, 1))

/** The instants of the ISO week, Monday to Sunday, that a date lies in. */
export const weekInterval = (calendar: LocalCalendar, date: LocalDate.LocalDate): Interval => {
  const monday = LocalDate.startOfWeek(date)
  return between(calendar, monday, LocalDate.addDays(monday, 7))
}

/** The instants of the month a date lies in. */
export const monthInterval = (calendar: LocalCalendar, date: LocalDate.LocalDate): Interval => {
  const first = LocalDate.startOfMonth(date)
  return between(calendar, first, LocalDate.addMonths(first, 1))
}

/** The instants of the year a date lies in. */
export const yearInterval = (calendar: LocalCalendar, date: LocalDate.LocalDate): Interval => {
  const first = LocalDate.startOfYear(date)
  return between(calendar, first, LocalDate.addMonths(first, 12))
}

/** The days that share time with the interval, whole and in order, without days the place skipped. */
export const daysIn = (calendar: LocalCalendar, interval: Interval): ReadonlyArray<LocalDay> => {
  const days: Array<LocalDay> = []
  if (interval.end <= interval.start) return days
  let epochDay = epochDayOf(calendar, interval.start)
  for (let start = startOfEpochDay(calendar, epochDay); start < interval.end; epochDay++) {
    const end = startOfEpochDay(calendar, epochDay + 1)
    if (end > start) days.push({ date: LocalDate.fromEpochDay(epochDay), interval: { start, end } })
    start = end
  }
  return days
}

const localMillis = (date: LocalDate.LocalDate, time: LocalTime): number =>
  LocalDate.toEpochDay(date) * DAY + time

/** All instants at which the wall shows this date and time: one, two when the clock was put back, or none. */
export const instantsOf = (
  calendar: LocalCalendar,
  date: LocalDate.LocalDate,
  time: LocalTime
): ReadonlyArray<Instant> => {
  const local = localMillis(date, time)
  const found: Array<Instant> = []
  let span = calendar.offsets(local - MAX_OFFSET)
  while (span.start <= local + MAX_OFFSET) {
    const instant = local - span.offset
    if (instant >= span.start && instant < span.end) found.push(instant as Instant)
    if (span.end === Number.POSITIVE_INFINITY) break
    span = calendar.offsets(span.end)
  }
  return found
}

/** The instant a date and wall clock time mean; a time that occurs twice or never is decided by `choice`. */
export const instantOf = (
  calendar: LocalCalendar,
  date: LocalDate.LocalDate,
  time: LocalTime,
  choice: Disambiguation = {}
): Instant => {
  const found = instantsOf(calendar, date, time)
  const earliest = found[0]
  if (earliest !== undefined)
    return choice.fold === "later" ? (found[found.length - 1] ?? earliest) : earliest
  const local = localMillis(date, time)
  const next = firstInstantAt(calendar, local)
  return choice.gap === "next" ? next : ((local - calendar.offsets(next - 1).offset) as Instant)
}

/** The first instant after this one, but not after `limit`, at which the offset changes. */
export const nextChange = (
  calendar: LocalCalendar,
  instant: Instant,
  limit: Instant
): Instant | undefined => {
  let span = calendar.offsets(instant)
  while (span.end < limit) {
    const following = calendar.offsets(span.end)
    if (following.offset !== span.offset) return span.end as Instant
    span = following
  }
  return undefined
}

/** The instants in the interval at which the offset changes. */
export const changesIn = (calendar: LocalCalendar, interval: Interval): ReadonlyArray<Instant> => {
  const changes: Array<Instant> = []
  let at = nextChange(calendar, (interval.start - 1) as Instant, interval.end)
  while (at !== undefined) {
    changes.push(at)
    at = nextChange(calendar, at, interval.end)
  }
  return changes
}
