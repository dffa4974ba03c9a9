import type { HolidayCalendar } from "../model/Tariff.ts"
import type { TouMatrix, TouRule, TouSet } from "../model/TouSet.ts"
import { DAY, formatDate, fromDayNumber, weekdayOf } from "../time/Civil.ts"
import type { YearCalendar } from "../time/YearCalendar.ts"

/** Marks a reading that lies in more than one period. */
export const MIXED = 255

/** The period of every slot of a local year, as indexes into the set's periods. */
export interface TouGrid {
  readonly calendar: YearCalendar
  readonly slotMs: number
  readonly cells: Uint8Array
  /** Cells by length and phase of readings, made when first asked for. */
  readonly resampled: Map<string, Resampled>
}

/** The cells of readings of one length, and whether any of them is `MIXED`. */
export interface Resampled {
  readonly cells: Uint8Array
  readonly mixed: boolean
}

/** Which day a local day counts as. */
interface DayType {
  readonly month: number
  readonly monthDay: string
  /** Monday 0 to Sunday 6. */
  readonly weekday: number
  readonly holiday: boolean
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The length of slots in minutes: a quarter hour, or less when a rule begins in between. */
export const slotMinutes = (set: TouSet): number =>
  "kind" in set
    ? 15
    : set.rules.reduce(
        (slot, rule) => gcd(gcd(slot, minutesOf(rule.from ?? "00:00")), minutesOf(rule.to ?? "24:00")),
        15
      )

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

const matchesDay = (kinds: ReadonlyArray<string>, day: DayType): boolean =>
  kinds.some((kind) => {
    if (kind === "holiday") return day.holiday
    if (kind === "weekend") return day.weekday >= 5
    if (kind === "weekday") return day.weekday < 5
    if (kind === "workday") return day.weekday < 5 && !day.holiday
    return WEEKDAYS[day.weekday] === kind
  })

const inDates = (from: string, to: string, day: string): boolean =>
  from <= to ? day >= from && day <= to : day >= from || day <= to

const matches = (rule: TouRule, day: DayType): boolean =>
  (rule.months === undefined || rule.months.includes(day.month)) &&
  (rule.dates === undefined || inDates(rule.dates.from, rule.dates.to, day.monthDay)) &&
  (rule.days === undefined || matchesDay(rule.days, day))

const matrixFor = (set: TouMatrix, day: DayType): ReadonlyArray<ReadonlyArray<number>> => {
  if (day.holiday && set.holiday !== undefined) return set.holiday
  if (day.holiday) return set.sunday ?? set.weekend
  if (day.weekday === 5) return set.saturday ?? set.weekend
  return day.weekday === 6 ? (set.sunday ?? set.weekend) : set.weekday
}

/** The period index of every slot of one kind of day, by the wall clock. */
const dayRow = (set: TouSet, day: DayType, slot: number): Uint8Array => {
  const row = new Uint8Array(1440 / slot)
  if ("kind" in set) {
    const hours = matrixFor(set, day)[day.month - 1]!
    for (let i = 0; i < row.length; i++) row[i] = hours[Math.floor((i * slot) / 60)]!
    return row
  }
  const index = new Map(set.periods.map((period, at) => [period.id, at]))
  row.fill(index.get(set.default)!)
  // The first rule that matches wins, so later rules are written first.
  for (const rule of set.rules.toReversed()) {
    if (!matches(rule, day)) continue
    const from = minutesOf(rule.from ?? "00:00") / slot
    const to = minutesOf(rule.to ?? "24:00") / slot
    const period = index.get(rule.period)!
    if (from < to) row.fill(period, from, to)
    else {
      row.fill(period, from)
      row.fill(period, 0, to)
    }
  }
  return row
}

const dayTypeOf = (dayNumber: number, holidays: ReadonlyMap<string, string>): DayType => {
  const { month } = fromDayNumber(dayNumber)
  const date = formatDate(dayNumber)
  const actsAs = holidays.get(date)
  const weekday = actsAs === "sunday" ? 6 : actsAs === "saturday" ? 5 : weekdayOf(dayNumber)
  return { month, monthDay: date.slice(5), weekday, holiday: actsAs === "holiday" }
}

const holidaysOf = (set: TouSet, calendars: Readonly<Record<string, HolidayCalendar>>): Map<string, string> =>
  new Map(
    (set.calendar === undefined ? [] : (calendars[set.calendar]?.dates ?? [])).map((day) => [
      day.date,
      day.actsAs ?? "holiday"
    ])
  )

/** The periods of a year of a place. */
export const touGrid = (
  set: TouSet,
  calendars: Readonly<Record<string, HolidayCalendar>>,
  calendar: YearCalendar
): TouGrid => {
  const slot = slotMinutes(set)
  const slotMs = slot * 60_000
  const holidays = holidaysOf(set, calendars)
  const cells = new Uint8Array(Math.ceil((calendar.end - calendar.start) / slotMs))
  const { clock, dayStarts } = calendar
  for (let day = 0; day < dayStarts.length - 1; day++) {
    const row = dayRow(set, dayTypeOf(calendar.firstDay + day, holidays), slot)
    const first = (dayStarts[day]! - calendar.start) / slotMs
    const last = (dayStarts[day + 1]! - calendar.start) / slotMs
    if (last - first === row.length && clock.offsets(dayStarts[day]!).end >= dayStarts[day + 1]!) {
      cells.set(row, first)
      continue
    }
    // The clock is changed on this day: every slot asks what the wall shows.
    for (let at = Math.ceil(first); at < last; at++) {
      const instant = calendar.start + at * slotMs
      const local = instant + clock.offsets(instant).offset
      cells[at] = row[Math.floor((local - Math.floor(local / DAY) * DAY) / slotMs)]!
    }
  }
  return { calendar, slotMs, cells, resampled: new Map() }
}

/** The period at an hour of the clock, on a weekday (Wednesday), Saturday or Sunday of a month. */
export const periodAtClock = (set: TouSet, month: number, weekday: number, hour: number): string => {
  const slot = slotMinutes(set)
  const monthDay = `${String(month).padStart(2, "0")}-15`
  const row = dayRow(set, { month, monthDay, weekday, holiday: false }, slot)
  return set.periods[row[(hour * 60) / slot]!]!.id
}

/**
 * The cell of each reading of one length from the first that begins in the year: `MIXED` where a reading has
 * more than one, or the one it begins in.
 */
export const resampled = (grid: TouGrid, stepMs: number, phase: number, atStart = false): Resampled => {
  const { cells, slotMs } = grid
  if (stepMs === slotMs && phase === 0) return { cells, mixed: false }
  const key = `${stepMs}:${phase}:${atStart}`
  const known = grid.resampled.get(key)
  if (known !== undefined) return known
  const found = new Uint8Array(Math.ceil((cells.length * slotMs - phase) / stepMs))
  for (let i = 0; i < found.length; i++) {
    const from = phase + i * stepMs
    let at = Math.floor(from / slotMs)
    const last = atStart ? at : Math.min(cells.length - 1, Math.ceil((from + stepMs) / slotMs) - 1)
    let cell = cells[at]!
    for (at++; at <= last; at++) if (cells[at] !== cell) cell = MIXED
    found[i] = cell
  }
  const made = { cells: found, mixed: found.includes(MIXED) }
  if (grid.resampled.size > 16) grid.resampled.clear()
  grid.resampled.set(key, made)
  return made
}
