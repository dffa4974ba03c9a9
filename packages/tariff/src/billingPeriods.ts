import type { CompiledTariff, CompiledVersion } from "./compile/Compiled.ts"
import { daysInMonth, formatDate, fromDayNumber, parseDate, toDayNumber } from "./time/Civil.ts"
import { dayOf, startOfDay } from "./time/Clock.ts"

/** An interval of epoch milliseconds. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The version in force at an instant, or the nearest one. */
export const versionAt = (tariff: CompiledTariff, instant: number): CompiledVersion =>
  tariff.versions.findLast((version) => version.start <= instant) ?? tariff.versions[0]!

/** The day a cycle that begins on `day` begins in a month: the last one of a shorter month. */
const cycleDay = (year: number, month: number, day: number): number => {
  const overflow = Math.floor((month - 1) / 12)
  const inYear = month - overflow * 12
  return toDayNumber(year + overflow, inYear, Math.min(day, daysInMonth(year + overflow, inYear)))
}

/** The billing period an instant lies in, as its version's cycle says. */
export const billingPeriodAt = (tariff: CompiledTariff, instant: number): Span => {
  const { clock } = tariff
  const { cycle } = versionAt(tariff, instant).version.billing
  const today = dayOf(clock, instant)
  const { month, year } = fromDayNumber(today)
  const span = (from: number, to: number): Span => ({
    start: startOfDay(clock, from),
    end: startOfDay(clock, to)
  })
  if (cycle.kind === "dates") {
    const date = formatDate(today)
    const at = cycle.starts.findLastIndex((start) => start <= date)
    const from = cycle.starts[Math.max(0, at)]!
    const to = cycle.starts[at + 1]
    if (at >= 0 && to !== undefined) return span(parseDate(from), parseDate(to))
    // Beyond the dates that were given a period lasts until the end of the month.
    return span(
      at < 0 ? toDayNumber(year, month, 1) : parseDate(from),
      toDayNumber(year, month, 1) + daysInMonth(year, month)
    )
  }
  const day = cycle.kind === "calendarMonth" ? 1 : cycle.day
  const begins = cycleDay(year, month, day)
  return today >= begins
    ? span(begins, cycleDay(year, month + 1, day))
    : span(cycleDay(year, month - 1, day), begins)
}

/** The billing periods in an interval, the first and last one cut off at its ends. */
export const billingPeriods = (tariff: CompiledTariff, interval: Span): ReadonlyArray<Span> => {
  const periods: Array<Span> = []
  for (let at = interval.start; at < interval.end;) {
    const period = billingPeriodAt(tariff, at)
    const end = Math.min(interval.end, period.end)
    periods.push({ start: at, end })
    at = end
  }
  return periods
}
