import type { CompiledEnergy } from "../compile/Compiled.ts"
import { apportion } from "../exact/apportion.ts"
import { endAt, startAt } from "../usage/Metered.ts"
import type { Contribution } from "./Context.ts"
import { columnOf } from "../usage/column.ts"
import type { Cells } from "../usage/pieces.ts"
import { quantity } from "./tiers.ts"

/** How tiers were filled, to repeat it reading by reading. */
interface Filling {
  readonly counters: Float64Array
  readonly perDay: ((visit: (cells: Cells) => void) => void) | undefined
  readonly limits: ReadonlyArray<number>
}

const periodAt = (cells: Cells, i: number): number =>
  cells.cells.length === 0 ? 0 : cells.cells[i + cells.shift]!

const ruleOf = (energy: CompiledEnergy, period: number, tier: number | undefined): string => {
  const when = energy.set === undefined ? "all times" : `period ${energy.periods[period]} of ${energy.set}`
  return tier === undefined ? when : `${when}, tier ${tier + 1}`
}

/** The readings of a line whose energy was counted in the order of time, each with its part. */
export const timeContributions = (
  energy: CompiledEnergy,
  cells: ReadonlyArray<Cells>,
  period: number,
  tier: number | undefined,
  price: bigint,
  filling?: Filling
): ReadonlyArray<Contribution> => {
  const found: Array<Contribution> = []
  const sign = energy.charge.direction === "export" ? -1n : 1n
  const rule = ruleOf(energy, period, tier)
  const each = energy.charge.price.kind === "tiered" && energy.charge.price.tiers.counts === "eachPeriod"
  const take = (one: Cells, counters: Float64Array): void => {
    const values = columnOf(energy.charge, one.usage)
    for (let i = one.from; i < one.to; i++) {
      const cell = periodAt(one, i)
      const counter = each ? cell : 0
      const before = counters[counter]!
      const value = values[i]!
      counters[counter] = before + value
      if (value === 0 || cell !== period) continue
      const part = filling === undefined ? value : partIn(filling.limits, tier ?? 0, before, value)
      if (part === 0) continue
      const milli = quantity(part)
      found.push({
        from: startAt(one.usage, i),
        to: endAt(one.usage, i),
        rule,
        ...(energy.set === undefined ? {} : { period: energy.periods[cell]! }),
        ...(tier === undefined ? {} : { tier: tier + 1 }),
        quantity: milli,
        price,
        amount: sign * milli * price
      })
    }
  }
  if (filling?.perDay !== undefined)
    filling.perDay((one) => take(one, new Float64Array(energy.periods.length)))
  else {
    const counters = filling?.counters.slice() ?? new Float64Array(energy.periods.length)
    for (const one of cells) take(one, counters)
  }
  return found
}

/** How much of the energy counted from `before` on falls into one tier. */
const partIn = (limits: ReadonlyArray<number>, tier: number, before: number, value: number): number => {
  let lower = 0
  for (let at = 0; at < tier; at++) lower = Math.max(lower, limits[at]!)
  const upper = tier === limits.length - 1 ? Number.POSITIVE_INFINITY : Math.max(lower, limits[tier]!)
  return Math.max(0, Math.min(before + value, upper) - Math.max(before, lower))
}

/** The readings of a line that was made from sums: each has its share of the line, which they sum to. */
export const shareContributions = (
  energy: CompiledEnergy,
  cells: ReadonlyArray<Cells>,
  period: number,
  tier: number | undefined,
  total: bigint,
  price: bigint
): ReadonlyArray<Contribution> => {
  const at: Array<readonly [number, number]> = []
  const weights: Array<bigint> = []
  for (const one of cells) {
    const values = columnOf(energy.charge, one.usage)
    for (let i = one.from; i < one.to; i++) {
      if (periodAt(one, i) !== period || values[i] === 0) continue
      at.push([startAt(one.usage, i), endAt(one.usage, i)])
      weights.push(BigInt(values[i]!))
    }
  }
  const sign = energy.charge.direction === "export" ? -1n : 1n
  const rule = `${ruleOf(energy, period, tier)}, in proportion to energy`
  if (weights.length === 0)
    return [{ from: 0, to: 0, rule, quantity: total, price, amount: sign * total * price }]
  return apportion(total, weights).map((part, k) => ({
    from: at[k]![0],
    to: at[k]![1],
    rule,
    quantity: part,
    price,
    amount: sign * part * price
  }))
}
