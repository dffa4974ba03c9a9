import * as Scaled from "../exact/Scaled.ts"
import { SERIES_DIGITS, SERIES_MAX } from "../exact/SeriesSum.ts"
import type { Round } from "../model/Fields.ts"
import type { SeriesPrice } from "../model/Price.ts"
import type { Series } from "../model/Series.ts"
import { Refused } from "../Refused.ts"
import { type YearCalendar, calendarAt } from "../time/YearCalendar.ts"
import { lastBefore, slotOf, valuesBySlot } from "./SeriesValues.ts"
import type { TouGrid } from "./TouGrid.ts"

const HOUR = 3_600_000

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The price of every slot of a year in units of 10^-10; NaN where the series has none. */
export interface SeriesGrid {
  readonly calendar: YearCalendar
  readonly slotMs: number
  readonly prices: Float64Array
  readonly incomplete: boolean
  /** Prices by length and phase of readings; Infinity for a reading with more than one price. */
  readonly resampled: Map<string, Float64Array>
}

const edgesOf = (kind: "hour" | "day" | "month", calendar: YearCalendar, slotMs: number, slots: number) => {
  const instants =
    kind === "day" ? calendar.dayStarts : kind === "month" ? calendar.monthStarts : hoursOf(calendar)
  return Array.from(instants, (at) => Math.min(slots, Math.round((at - calendar.start) / slotMs)))
}

/** Hours of the wall clock; where the clock is changed by half an hour, one has only half its length. */
const hoursOf = (calendar: YearCalendar): ReadonlyArray<number> => {
  const { clock, end, start } = calendar
  const edges = [start]
  for (let at = start; at < end; edges.push(at)) {
    const { end: until, offset } = clock.offsets(at)
    const next = (Math.floor((at + offset) / HOUR) + 1) * HOUR - offset
    // A clock may end a span where its offset goes on; an hour ends there only if the wall changes.
    at = Math.min(end, until < next && clock.offsets(until).offset !== offset ? until : next)
  }
  return edges
}

/** Replaces values by their mean over each hour, day or month; slots without a value are left out of it. */
const averaged = (values: Float64Array, edges: ReadonlyArray<number>): Float64Array => {
  const made = new Float64Array(values.length).fill(Number.NaN)
  for (let k = 0; k + 1 < edges.length; k++) {
    let sum = 0
    let count = 0
    for (let i = edges[k]!; i < edges[k + 1]!; i++) {
      if (Number.isNaN(values[i]!)) continue
      sum += values[i]!
      count++
    }
    if (count === 0) continue
    const mean = count === 1 ? sum : Number(Scaled.divide(BigInt(sum), BigInt(count)))
    for (let i = edges[k]!; i < edges[k + 1]!; i++) if (!Number.isNaN(values[i]!)) made[i] = mean
  }
  return made
}

/** times × value with the product rounded half to even at the 10th digit. */
const scaledBy = (times: string): ((value: number) => number) => {
  if (times === "1") return (value) => value
  const factor = Number(Scaled.parse(times, 6))
  const exact = Scaled.parse(times, Scaled.PRICE_DIGITS)
  if (BigInt(factor) * 1_000_000n !== exact) {
    return (value) => Number(Scaled.divide(BigInt(value) * exact, Scaled.ONE_QUANTITY))
  }
  return (value) => {
    const product = value * factor
    if (!Number.isSafeInteger(product))
      return Number(Scaled.divide(BigInt(value) * BigInt(factor), 1_000_000n))
    const rest = product % 1_000_000
    const down = (product - rest) / 1_000_000
    if (rest === 0) return down
    return Math.abs(rest) === 500_000
      ? down + (down % 2)
      : down + (Math.abs(rest) > 500_000 ? Math.sign(rest) : 0)
  }
}

const decimal = (text: string): number => Number(Scaled.parse(text, SERIES_DIGITS))

/** The values of a year, averaged as the price says. */
const yearValues = (
  series: Series,
  price: SeriesPrice,
  calendar: YearCalendar,
  slotMs: number
): Float64Array => {
  const slots = Math.ceil((calendar.end - calendar.start) / slotMs)
  const found = valuesBySlot(series, calendar.start, slotMs, slots)
  const kind = price.average ?? "none"
  return kind === "none" ? found : averaged(found, edgesOf(kind, calendar, slotMs, slots))
}

/** The value that holds when a year begins: the last one of the latest year before it that has any. */
const heldInto = (series: Series, price: SeriesPrice, calendar: YearCalendar): number => {
  const last = lastBefore(series, calendar.start)
  if (last === undefined) return Number.NaN
  const year = calendarAt(calendar.clock, last)
  const values = yearValues(series, price, year, slotOf(series, price.series, year))
  return values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN
}

/** Puts something in the place of missing values, as the price says. */
const filled = (values: Float64Array, price: SeriesPrice, held: () => number): boolean => {
  const { whenMissing } = price
  let incomplete = false
  let before = whenMissing === "hold" && Number.isNaN(values[0]) ? held() : Number.NaN
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!)) {
      before = values[i]!
      continue
    }
    if (whenMissing === "hold") values[i] = before
    else if (whenMissing !== "error") values[i] = decimal(whenMissing)
    if (Number.isNaN(values[i]!)) incomplete = true
  }
  return incomplete
}

const makePrices = (
  values: Float64Array,
  price: SeriesPrice,
  plusOf: (slot: number) => number,
  round: Round | undefined
): Float64Array => {
  const times = scaledBy(price.times ?? "1")
  const floor = price.floor === undefined ? Number.NEGATIVE_INFINITY : decimal(price.floor)
  const cap = price.cap === undefined ? Number.POSITIVE_INFINITY : decimal(price.cap)
  return values.map((value, slot) => {
    if (Number.isNaN(value)) return Number.NaN
    if (value < 0 && price.whenNegative === "zero") return 0
    const made = Math.min(cap, Math.max(floor, times(value) + plusOf(slot)))
    if (Math.abs(made) > SERIES_MAX) {
      throw new Refused([
        { path: price.series, message: "a price of more than 900,000 per kWh cannot be priced" }
      ])
    }
    return round === undefined
      ? made
      : Number(Scaled.round(BigInt(made), SERIES_DIGITS, round.places, round.mode))
  })
}

/** The prices of a year that follow from a series. */
export const seriesGrid = (
  series: Series,
  price: SeriesPrice,
  calendar: YearCalendar,
  plusGrid: TouGrid | undefined,
  periods: ReadonlyArray<string>,
  round?: Round
): SeriesGrid => {
  const slotMs = gcd(slotOf(series, price.series, calendar), plusGrid?.slotMs ?? 900_000)
  const values = yearValues(series, price, calendar, slotMs)
  const incomplete = filled(values, price, () => heldInto(series, price, calendar))
  const { plus } = price
  const flat = plus?.kind === "flat" ? decimal(plus.price) : 0
  const byPeriod =
    plus?.kind === "tou"
      ? periods.map((id) => decimal(plus.prices[id] ?? plus.prices["*"] ?? "0"))
      : undefined
  const perSlot = plusGrid === undefined ? 1 : plusGrid.slotMs / slotMs
  const plusOf = (slot: number): number =>
    byPeriod === undefined ? flat : byPeriod[plusGrid!.cells[Math.floor(slot / perSlot)]!]!
  return {
    calendar,
    slotMs,
    prices: makePrices(values, price, plusOf, round),
    incomplete,
    resampled: new Map()
  }
}

/** The price of each reading of one length; Infinity where a reading has more than one. */
export const resampledPrices = (grid: SeriesGrid, stepMs: number, phase: number): Float64Array => {
  const { prices, slotMs } = grid
  if (stepMs === slotMs && phase === 0) return prices
  const key = `${stepMs}:${phase}`
  const known = grid.resampled.get(key)
  if (known !== undefined) return known
  const made = new Float64Array(Math.ceil((prices.length * slotMs - phase) / stepMs))
  for (let i = 0; i < made.length; i++) {
    const from = phase + i * stepMs
    const last = Math.min(prices.length - 1, Math.ceil((from + stepMs) / slotMs) - 1)
    let at = Math.floor(from / slotMs)
    let price = prices[at]!
    for (at++; at <= last; at++) if (!Object.is(prices[at], price)) price = Number.POSITIVE_INFINITY
    made[i] = price
  }
  grid.resampled.set(key, made)
  return made
}
