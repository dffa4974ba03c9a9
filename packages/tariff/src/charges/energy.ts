import type { CompiledEnergy } from "../compile/Compiled.ts"
import { daysBegun } from "../time/YearCalendar.ts"
import type { Metered } from "../usage/Metered.ts"
import { columnOf } from "../usage/column.ts"
import { dividedAt } from "../usage/divide.ts"
import { type Context, type Part, applies, warn } from "./Context.ts"
import { shareContributions, timeContributions } from "./energyTrace.ts"
import { addLine } from "./lines.ts"
import { type Cells, cellsOf, eachDay } from "../usage/pieces.ts"
import { seriesLine } from "./series.ts"
import { fillByShare, fillInTime, limitsOf, quantity, sumByPeriod } from "./tiers.ts"
import { type Together, countersFor, edgesOf, keepCounters, sizesFor, together } from "./together.ts"
import { pricedIn } from "../usage/priced.ts"

/** Prices an energy charge on the energy of intervals. */
export const energyLines = (context: Context, part: Part, energy: CompiledEnergy): void => {
  if (!applies(context, energy.charge)) return
  const whole = energy.charge.nonBypassable === true ? context.usage : pricedIn(context.usage, part)
  const groups = together(context, part, energy)
  const usage = dividedAt(whole, edgesOf(energy, groups))
  if (usage !== whole) warn(context, "divided", DIVIDED)
  for (const group of groups) {
    if (energy.series !== undefined) seriesLine(context, part, energy, group.pieces, usage)
    else if (energy.steps === undefined) plainLines(context, part, energy, group, usage)
    else tierLines(context, part, energy, group, usage)
  }
}

const cellsIn = (
  context: Context,
  energy: CompiledEnergy,
  group: Together,
  usage: Metered
): ReadonlyArray<Cells> =>
  group.pieces.map((piece) => {
    const grid = energy.set === undefined ? undefined : context.tariff.grid(energy.set, piece.calendar)
    const cells = cellsOf(grid, usage, piece)
    if (cells.usage !== usage) warn(context, "divided", DIVIDED)
    return cells
  })

export const DIVIDED =
  "prices change within some readings; the energy of those was divided in proportion to time"

const plainLines = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together,
  usage: Metered
): void => {
  const cells = cellsIn(context, energy, group, usage)
  const sums = new Float64Array(energy.periods.length)
  for (const one of cells) sumByPeriod(one, columnOf(energy.charge, one.usage), sums)
  energy.periods.forEach((_, period) => {
    const sum = sums[period]!
    if (sum === 0 && energy.periods.length > 1) return
    const price = energy.prices[period]![energy.monthly ? group.month - 1 : 0]!
    addEnergyLine(context, part, energy, { period, month: group.month, quantity: quantity(sum), price }, () =>
      timeContributions(energy, cells, period, undefined, price)
    )
  })
}

/** What identifies an energy line within a charge. */
interface Cell {
  readonly period: number
  readonly tier?: number
  readonly month: number
  readonly quantity: bigint
  readonly price: bigint
}

/** Adds the line of one period and tier; export is a credit. */
export const addEnergyLine = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  cell: Cell,
  explain: () => ReturnType<typeof timeContributions>
): void => {
  const { charge } = energy
  const sign = charge.direction === "export" ? -1n : 1n
  addLine(context, charge, {
    versionId: part.compiled.version.id,
    from: part.start,
    to: part.end,
    ...(energy.set === undefined ? {} : { period: energy.periods[cell.period]! }),
    ...(cell.tier === undefined ? {} : { tier: cell.tier + 1 }),
    ...(cell.month === 0 ? {} : { month: cell.month }),
    quantity: cell.quantity,
    unit: "kWh",
    price: cell.price,
    exact: sign * cell.quantity * cell.price,
    explain
  })
}

const tierLines = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together,
  usage: Metered
): void => {
  const { price } = energy.charge
  if (price.kind !== "tiered" || energy.steps === undefined) return
  const cells = cellsIn(context, energy, group, usage)
  const tiers = energy.steps.length
  const rows = energy.periods.length
  const found: Array<bigint> = Array.from({ length: rows * tiers }, () => 0n)
  const counters = countersFor(context, part, energy, group, price.tiers.counts === "eachPeriod" ? rows : 1)
  const before = counters.slice()
  const limits = (days: number) => limitsOf(energy.steps!, sizesFor(context, energy, group, days))
  const stretch = (ofCells: ReadonlyArray<Cells>, days: number, counted: Float64Array): void =>
    fill(energy, ofCells, limits(days), counted, found)
  if (price.tiers.resets === "day")
    eachDayOf(group, cells, (one, days) => stretch([one], days, new Float64Array(rows)))
  else stretch(cells, group.days, counters)
  keepCounters(context, part, energy, group, counters)
  const inTime = price.tiers.mode === "graduated" && price.tiers.allocate === "chronological"
  for (let at = 0; at < found.length; at++) {
    if (found[at] === 0n) continue
    const period = Math.floor(at / tiers)
    const tier = at % tiers
    const unit = energy.prices[period]![tier]!
    addEnergyLine(
      context,
      part,
      energy,
      { period, tier, month: group.month, quantity: found[at]!, price: unit },
      () =>
        inTime
          ? timeContributions(energy, cells, period, tier, unit, {
              counters: before,
              perDay: price.tiers.resets === "day" ? (visit) => eachDayOf(group, cells, visit) : undefined,
              limits: price.tiers.resets === "day" ? limits(1) : limits(group.days)
            })
          : shareContributions(energy, cells, period, tier, found[at]!, unit)
    )
  }
}

/** Calls for the readings of each local day. */
const eachDayOf = (
  group: Together,
  cells: ReadonlyArray<Cells>,
  visit: (cells: Cells, days: number) => void
): void =>
  group.pieces.forEach((piece, at) => {
    const one = cells[at]!
    eachDay(piece, one.usage, (start, end, from, to) =>
      visit({ ...one, from, to }, Math.max(1, daysBegun(piece.calendar, start, end)))
    )
  })

/** Divides the energy of some readings into tiers and adds it to `found`. */
const fill = (
  energy: CompiledEnergy,
  cells: ReadonlyArray<Cells>,
  limits: ReadonlyArray<number>,
  counters: Float64Array,
  found: Array<bigint>
): void => {
  const { price } = energy.charge
  if (price.kind !== "tiered") return
  const { allocate, counts, mode } = price.tiers
  const tiers = limits.length
  const rows = energy.periods.length
  const add = (period: number, parts: ReadonlyArray<bigint>): void =>
    parts.forEach((part, tier) => (found[period * tiers + tier] = found[period * tiers + tier]! + part))
  if (mode === "graduated" && counts === "allPeriods" && allocate === "chronological" && rows > 1) {
    const sums = new Float64Array(rows * tiers)
    for (const one of cells) {
      counters[0] = fillInTime(one, columnOf(energy.charge, one.usage), limits, counters[0]!, sums, tiers)
    }
    sums.forEach((sum, at) => (found[at] = found[at]! + quantity(sum)))
    return
  }
  const sums = new Float64Array(rows)
  for (const one of cells) sumByPeriod(one, columnOf(energy.charge, one.usage), sums)
  if (counts === "eachPeriod") {
    sums.forEach((sum, period) => {
      add(period, fillByShare([sum], limits, counters[period]!, mode)[0]!)
      counters[period] = counters[period]! + sum
    })
    return
  }
  fillByShare(Array.from(sums), limits, counters[0]!, mode).forEach((parts, period) => add(period, parts))
  counters[0] = sums.reduce((total, sum) => total + sum, counters[0]!)
}
