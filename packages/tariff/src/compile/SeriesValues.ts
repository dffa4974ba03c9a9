import { SERIES_DIGITS } from "../exact/SeriesSum.ts"
import type { Series } from "../model/Series.ts"
import { Refused } from "../Refused.ts"
import type { YearCalendar } from "../time/YearCalendar.ts"

const QUARTER = 900_000
const MINUTE = 60_000

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * The longest slot that no edge of the series within a year lies inside of: a quarter hour, or less when
 * values change in between. Edges that are not on whole minutes are refused, as rounding them would misprice.
 */
export const slotOf = (series: Series, path: string, calendar: YearCalendar): number => {
  const { end, start } = calendar
  let slot = QUARTER
  if ("points" in series) {
    let last = start
    const take = (edge: number): void => {
      // Edges that follow each other in slots need no division; there may be a whole year of them.
      if (edge !== last && edge - last !== slot) slot = gcd(slot, edge - start)
      last = edge
    }
    for (const point of series.points) {
      if (point.end <= start || point.start >= end) continue
      if (point.start > start) take(point.start)
      if (point.end < end) take(point.end)
    }
  } else {
    slot = gcd(gcd(slot, series.stepSeconds * 1000), Math.abs(series.start - start))
  }
  if (slot % MINUTE === 0) return slot
  const message = "the prices must begin and end on whole minutes; shorter times cannot be priced"
  throw new Refused([{ path: `series.${path}`, message }])
}

const units = (value: number): number => Math.round(value * 10 ** SERIES_DIGITS)

/** The value of the series in each slot of a year; NaN where it has none. */
export const valuesBySlot = (series: Series, start: number, slotMs: number, slots: number): Float64Array => {
  const values = new Float64Array(slots).fill(Number.NaN)
  const put = (from: number, to: number, value: number): void => {
    const first = Math.max(0, Math.round((from - start) / slotMs))
    const last = Math.min(slots, Math.round((to - start) / slotMs))
    if (first < last) values.fill(units(value), first, last)
  }
  if ("points" in series) {
    for (const point of series.points) put(point.start, point.end, point.value)
    return values
  }
  const step = series.stepSeconds * 1000
  const from = Math.max(0, Math.floor((start - series.start) / step))
  const to = Math.min(series.values.length, Math.ceil((start + slots * slotMs - series.start) / step))
  for (let i = from; i < to; i++) {
    const value = series.values[i]
    if (value !== null && value !== undefined)
      put(series.start + i * step, series.start + (i + 1) * step, value)
  }
  return values
}

/** The last millisecond before an instant at which the series has a value. */
export const lastBefore = (series: Series, instant: number): number | undefined => {
  if ("points" in series) {
    const point = series.points.findLast((one) => one.start < instant)
    return point === undefined ? undefined : Math.min(point.end, instant) - 1
  }
  const step = series.stepSeconds * 1000
  const after = Math.min(series.values.length, Math.ceil((instant - series.start) / step))
  for (let i = after - 1; i >= 0; i--) {
    if (typeof series.values[i] === "number") {
      return Math.min(series.start + (i + 1) * step, instant) - 1
    }
  }
  return undefined
}
