import {
  type Interval,
  type KeptResolution,
  LocalCalendar,
  type LocalDate,
  Resolution,
  type Usage
} from "@wattkit/core"
import { sumUsage } from "./sumUsage.ts"

/** The usage of one hour as the wall clock of the location shows it. */
export interface HeatMapCell extends Usage {
  readonly date: LocalDate.LocalDate
  /** 0 to 23. The hour that is put back comes twice, and where half an hour is, it is half an hour long. */
  readonly hour: number
}

const HOUR = 3_600_000

/**
 * The usage that hours of the wall clock are made of: hours of UTC where both begin together, and quarter
 * hours in zones that are off by half an hour or by three quarters.
 */
export const heatMapSource = (
  within: Interval.Interval,
  calendar: LocalCalendar.LocalCalendar
): KeptResolution => {
  const starts = [within.start, ...LocalCalendar.changesIn(calendar, within)]
  const isWhole = starts.every((instant) => LocalCalendar.offsetAt(calendar, instant) % HOUR === 0)
  return isWhole && within.start % HOUR === 0 ? "PT1H" : "PT15M"
}

/** Puts usage, which stands in its order, into the hours of the wall clock; unknown hours are left out. */
export const heatMapOf = (
  usages: ReadonlyArray<Usage>,
  within: Interval.Interval,
  calendar: LocalCalendar.LocalCalendar
): ReadonlyArray<HeatMapCell> => {
  let next = 0
  return Resolution.splitLocal(within, "PT1H", calendar).flatMap((hour): ReadonlyArray<HeatMapCell> => {
    const from = next
    while (next < usages.length && (usages[next]?.within.start ?? Infinity) < hour.end) next++
    if (next === from) return []
    const { hour: clock } = LocalCalendar.localParts(calendar, hour.start)
    const date = LocalCalendar.dateOf(calendar, hour.start)
    return [{ ...sumUsage(hour, usages.slice(from, next)), date, hour: clock }]
  })
}
