import type { CompiledEnergy } from "../compile/Compiled.ts"
import { type SeriesGrid, resampledPrices, seriesGrid } from "../compile/SeriesGrid.ts"
import { SERIES_DIGITS, seriesSum } from "../exact/SeriesSum.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { Series } from "../model/Series.ts"
import { Refused } from "../Refused.ts"
import { formatInstant } from "../time/Civil.ts"
import { dividedBySlots } from "../usage/divide.ts"
import { type Metered, endAt, indexAt, startAt } from "../usage/Metered.ts"
import { type Context, type Contribution, type Part, type Piece, warn } from "./Context.ts"
import { columnOf } from "../usage/column.ts"
import { addLine } from "./lines.ts"
import { quantity } from "./tiers.ts"

const grids = new WeakMap<Series, WeakMap<CompiledEnergy, Map<number, SeriesGrid>>>()

const gridOf = (context: Context, energy: CompiledEnergy, piece: Piece): SeriesGrid => {
  const price = energy.series!
  const series = context.series[price.series]
  if (series === undefined) {
    const message = `the prices "${price.series}" of ${energy.charge.label} were not given`
    throw new Refused([{ path: `series.${price.series}`, message }])
  }
  const byCharge = grids.get(series) ?? new WeakMap<CompiledEnergy, Map<number, SeriesGrid>>()
  grids.set(series, byCharge)
  const years = byCharge.get(energy) ?? new Map<number, SeriesGrid>()
  byCharge.set(energy, years)
  const known = years.get(piece.calendar.year)
  if (known !== undefined) return known
  const { plus } = price
  const set = plus?.kind === "tou" ? plus.set : undefined
  const made = seriesGrid(
    series,
    price,
    piece.calendar,
    set === undefined ? undefined : context.tariff.grid(set, piece.calendar),
    set === undefined ? [] : context.tariff.set(set).periods.map((period) => period.id),
    energy.round
  )
  years.set(piece.calendar.year, made)
  return made
}

/** The readings of a piece and the price of each, `prices[i + shift]`. */
interface Priced {
  readonly usage: Metered
  readonly from: number
  readonly to: number
  readonly prices: Float64Array
  readonly shift: number
}

const find = (grid: SeriesGrid, usage: Metered, piece: Piece): Priced => {
  const from = indexAt(usage, piece.start)
  const to = indexAt(usage, piece.end)
  const behind = usage.t0 - grid.calendar.start
  if (usage.stepMs > 0) {
    const phase = ((behind % usage.stepMs) + usage.stepMs) % usage.stepMs
    const prices = resampledPrices(grid, usage.stepMs, phase)
    return { usage, from, to, prices, shift: (behind - phase) / usage.stepMs }
  }
  const prices = new Float64Array(to - from)
  for (let i = from; i < to; i++) {
    const first = Math.floor((usage.starts![i]! - grid.calendar.start) / grid.slotMs)
    const last = Math.ceil((usage.ends![i]! - grid.calendar.start) / grid.slotMs) - 1
    prices[i - from] = grid.prices[first]!
    for (let at = first + 1; at <= last; at++) {
      if (!Object.is(grid.prices[at], grid.prices[first])) prices[i - from] = Number.POSITIVE_INFINITY
    }
  }
  return { usage, from, to, prices, shift: -from }
}

const pricedOf = (context: Context, grid: SeriesGrid, usage: Metered, piece: Piece): Priced => {
  const found = find(grid, usage, piece)
  const aligned = (usage.t0 - grid.calendar.start) % usage.stepMs === 0
  if (usage.stepMs > 0 && grid.slotMs % usage.stepMs === 0 && aligned) return found
  for (let i = found.from; i < found.to; i++) {
    if (found.prices[i + found.shift] === Number.POSITIVE_INFINITY) {
      warn(
        context,
        "divided",
        "some readings are longer than the prices hold; their energy was divided evenly in time"
      )
      return find(grid, dividedBySlots(usage, grid.slotMs), piece)
    }
  }
  return found
}

const refuseMissing = (energy: CompiledEnergy, priced: Priced, values: Float64Array): void => {
  for (let i = priced.from; i < priced.to; i++) {
    if (values[i] === 0 || !Number.isNaN(priced.prices[i + priced.shift] ?? Number.NaN)) continue
    const at = formatInstant(startAt(priced.usage, i))
    throw new Refused([
      {
        path: `series.${energy.series!.series}`,
        message: `there is no price at ${at}; give it, or say in the tariff what holds without one`
      }
    ])
  }
}

const SCALE = 10n ** BigInt(Scaled.AMOUNT_DIGITS - 6 - SERIES_DIGITS)

/** The line of energy whose price is another one each interval. */
export const seriesLine = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  pieces: ReadonlyArray<Piece>,
  usage: Metered
): void => {
  const priced = pieces.map((piece) => {
    const grid = gridOf(context, energy, piece)
    const found = pricedOf(context, grid, usage, piece)
    if (grid.incomplete) refuseMissing(energy, found, columnOf(energy.charge, found.usage))
    return found
  })
  let total = 0
  let sum = 0n
  for (const one of priced) {
    const values = columnOf(energy.charge, one.usage)
    for (let i = one.from; i < one.to; i++) total += values[i]!
    sum += seriesSum(values, one.prices, one.from, one.to, one.from + one.shift)
  }
  const sign = energy.charge.direction === "export" ? -1n : 1n
  addLine(context, energy.charge, {
    versionId: part.compiled.version.id,
    from: part.start,
    to: part.end,
    ...(pieces.length === 1 && energy.charge.active?.months !== undefined ? { month: pieces[0]!.month } : {}),
    quantity: quantity(total),
    unit: "kWh",
    exact: sign * sum * SCALE,
    explain: () => priced.flatMap((one) => contributions(energy, one))
  })
}

const contributions = (energy: CompiledEnergy, one: Priced): ReadonlyArray<Contribution> => {
  const sign = energy.charge.direction === "export" ? -1n : 1n
  const values = columnOf(energy.charge, one.usage)
  const found: Array<Contribution> = []
  for (let i = one.from; i < one.to; i++) {
    if (values[i] === 0) continue
    const price = BigInt(one.prices[i + one.shift]!) * 10n ** BigInt(Scaled.PRICE_DIGITS - SERIES_DIGITS)
    const milli = quantity(values[i]!)
    found.push({
      from: startAt(one.usage, i),
      to: endAt(one.usage, i),
      rule: `price of ${energy.series!.series}`,
      quantity: milli,
      price,
      amount: sign * milli * price
    })
  }
  return found
}
