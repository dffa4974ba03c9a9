import { toDayNumber } from "./Civil.ts"
import { type Clock, startOfDay } from "./Clock.ts"

/** The days and months of one local year as instants, found once so that billing only compares numbers. */
export interface YearCalendar {
  readonly clock: Clock
  readonly year: number
  readonly firstDay: number
  readonly start: number
  readonly end: number
  /** The instant each day begins, and the end of the year. */
  readonly dayStarts: Float64Array
  /** The instant each month begins, and the end of the year. */
  readonly monthStarts: Float64Array
}

const cache = new WeakMap<Clock, Map<number, YearCalendar>>()

/** The days of a year of a place. */
export const yearCalendar = (clock: Clock, year: number): YearCalendar => {
  const years = cache.get(clock) ?? new Map<number, YearCalendar>()
  cache.set(clock, years)
  const known = years.get(year)
  if (known !== undefined) return known
  const firstDay = toDayNumber(year, 1, 1)
  const days = toDayNumber(year + 1, 1, 1) - firstDay
  const dayStarts = Float64Array.from({ length: days + 1 }, (_, day) => startOfDay(clock, firstDay + day))
  const monthStarts = Float64Array.from(
    { length: 13 },
    (_, month) => dayStarts[month === 12 ? days : toDayNumber(year, month + 1, 1) - firstDay]!
  )
  const calendar = {
    clock,
    year,
    firstDay,
    start: dayStarts[0]!,
    end: dayStarts[days]!,
    dayStarts,
    monthStarts
  }
  years.set(year, calendar)
  return calendar
}

/** The calendar of the local year an instant lies in. */
export const calendarAt = (clock: Clock, instant: number): YearCalendar => {
  const guess = new Date(instant + clock.offsets(instant).offset).getUTCFullYear()
  const calendar = yearCalendar(clock, guess)
  if (instant >= calendar.end) return yearCalendar(clock, guess + 1)
  return instant < calendar.start ? yearCalendar(clock, guess - 1) : calendar
}

/** The index of the last of some ascending instants that is not after this one. */
export const lastAtOrBefore = (starts: Float64Array, instant: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= instant) low = middle
    else high = middle - 1
  }
  return low
}

/** The number of local days that begin in an interval of one year; days the place skipped do not count. */
export const daysBegun = (calendar: YearCalendar, start: number, end: number): number => {
  const { dayStarts } = calendar
  const count = dayStarts.length - 1
  let days = 0
  let day = Math.max(0, lastAtOrBefore(dayStarts, start))
  if (dayStarts[day]! < start) day++
  for (; day < count && dayStarts[day]! < end; day++) if (dayStarts[day + 1]! > dayStarts[day]!) days++
  return days
}

/** The whole days of an interval that may span years, at least a part of one counting as one. */
export const daysBetween = (clock: Clock, start: number, end: number): number => {
  let days = 0
  for (let at = start; at < end;) {
    const calendar = calendarAt(clock, at)
    days += daysBegun(calendar, at, Math.min(end, calendar.end))
    at = calendar.end
  }
  return days
}
