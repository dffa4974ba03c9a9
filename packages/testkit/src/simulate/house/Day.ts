import { LocalCalendar, LocalDate, type LocalTime } from "@wattkit/core"
import * as Chance from "../Chance.ts"
import type { Stay } from "../physics/Charger.ts"
import type { Instant } from "../Words.ts"
import * as Appliances from "./Appliances.ts"
import type { House } from "./Household.ts"

/** A stretch of constant power of one appliance. */
export interface Block {
  readonly what: Appliances.Switched
  readonly start: number
  readonly end: number
  readonly watts: number
}

/** Everything that people do on one local day, in instants. */
export interface Day {
  readonly date: LocalDate.LocalDate
  readonly start: number
  readonly end: number
  readonly workday: boolean
  /** Also those of the evening before that reach into this day. */
  readonly blocks: ReadonlyArray<Block>
  readonly stays: ReadonlyArray<Stay>
}

const minuteMs = 60_000
const arrival = Chance.salt("arrival")
const chance = Chance.salt("chance")
const moment = Chance.salt("moment")
const need = Chance.salt("need")

const isWorkday = (house: House, date: LocalDate.LocalDate): boolean => {
  const holiday = house.holidays.includes(date) || house.holidays.includes(date.slice(5))
  return LocalDate.dayOfWeek(date) <= 5 && !holiday
}

const instantOf = (house: House, date: LocalDate.LocalDate, minutes: number): number => {
  const time = (Math.round(minutes) * minuteMs) as LocalTime.LocalTime
  return LocalCalendar.instantOf(LocalCalendar.of(house.zone), date, time)
}

const blocksOf = (house: House, date: LocalDate.LocalDate): ReadonlyArray<Block> => {
  const kind = isWorkday(house, date) ? "workday" : "free"
  const number = LocalDate.toEpochDay(date)
  return Appliances.habits.flatMap((habit, index) => {
    if (Chance.unit(house.seed, chance + index, number) >= habit.chance[kind]) return []
    const shift = Chance.around(house.seed, moment + index, number, habit.spreadMinutes)
    let at = instantOf(house, date, habit.time[kind] + shift)
    return habit.phases.map(([minutes, watts]): Block => {
      const start = at
      at += minutes * minuteMs
      return { what: habit.what, start, end: at, watts }
    })
  })
}

const staysOf = (house: House, date: LocalDate.LocalDate): ReadonlyArray<Stay> => {
  if (house.charger === null) return []
  const workday = isWorkday(house, date)
  const number = LocalDate.toEpochDay(date)
  if (Chance.unit(house.seed, arrival, number) >= (workday ? 0.72 : 0.35)) return []
  const morning = LocalDate.addDays(date, 1)
  const arrives = (workday ? 17 * 60 + 40 : 15 * 60 + 30) + Chance.around(house.seed, arrival, ~number, 75)
  const leaves = isWorkday(house, morning) ? 7 * 60 + 10 : 10 * 60
  const neededWh = 4_000 + 13_000 * Chance.unit(house.seed, need, number)
  return [
    {
      plugAt: instantOf(house, date, arrives),
      leaveAt: instantOf(house, morning, leaves),
      offPeakAt: instantOf(house, morning, 0),
      neededMj: Math.round(neededWh) * 3_600_000
    }
  ]
}

const compute = (house: House, at: number): Day => {
  const calendar = LocalCalendar.of(house.zone)
  const date = LocalCalendar.dayOf(calendar, at as Instant)
  const before = LocalDate.addDays(date, -1)
  const { start, end } = LocalCalendar.dayInterval(calendar, date)
  return {
    date,
    start,
    end,
    workday: isWorkday(house, date),
    blocks: [...blocksOf(house, before), ...blocksOf(house, date)].filter((block) => block.end > start),
    stays: [...staysOf(house, before), ...staysOf(house, date)]
  }
}

// The day last asked for, so that advancing second by second does not compute the day for every second.
const latest = new WeakMap<House, Day>()

/** The local day that contains an instant. */
export const containing = (house: House, at: number): Day => {
  const known = latest.get(house)
  if (known !== undefined && known.start <= at && at < known.end) return known
  const day = compute(house, at)
  latest.set(house, day)
  return day
}

/** Minutes after midnight that the wall clock shows. */
export const minuteOf = (house: House, at: number): number =>
  LocalCalendar.minuteOfDay(LocalCalendar.of(house.zone), at as Instant)

/** What an appliance draws at an instant. */
export const wattsOf = (day: Day, what: Appliances.Switched, at: number): number => {
  for (const block of day.blocks) {
    if (block.what === what && block.start <= at && at < block.end) return block.watts
  }
  return 0
}

/** The car's stay at an instant, if it is there. */
export const stayAt = (day: Day, at: number): Stay | undefined =>
  day.stays.find((stay) => stay.plugAt <= at && at < stay.leaveAt)
