import type { CompiledEnergy } from "../compile/Compiled.ts"
import { apportion } from "../exact/apportion.ts"
import { dividedAt } from "../usage/divide.ts"
import { cellsOf, piecesOf } from "../usage/pieces.ts"
import { type Context, type Part, applies, warn } from "./Context.ts"
import { DIVIDED, addEnergyLine } from "./energy.ts"
import { shareContributions } from "./energyTrace.ts"
import { type Netted, sumsIn } from "./netMetering.ts"
import { fillByShare, limitsOf, quantity } from "./tiers.ts"
import { type Together, countersFor, edgesOf, keepCounters, sizesFor, together } from "./together.ts"

/**
 * Netted energy of each group by period of the policy's set, the rest in months the charge is not active in.
 *
 * Energy netted over several months has no month of its own, so each month has a part of it in proportion to
 * its imports, or its exports where it is energy left over or given back.
 */
const sharesOf = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  netted: Netted,
  groups: ReadonlyArray<Together>
): ReadonlyArray<ReadonlyArray<number>> => {
  const bought = energy.charge.direction === "import"
  const amounts = Array.from(bought ? netted.billed : netted.surplus)
  if (groups.length === 1 && energy.charge.active?.months === undefined) return [amounts]
  const all = piecesOf(context.tariff.clock, part.start, part.end, true)
  const months = all.map((piece) => piece.start)
  const usage = dividedAt(context.usage, [...edgesOf(energy, groups), ...months])
  if (usage !== context.usage) warn(context, "divided", DIVIDED)
  const made: Array<Array<number>> = groups.map(() => [])
  const own = groups.map(({ pieces }) => sumsIn(context, netted.policy, usage, pieces))
  const whole = sumsIn(context, netted.policy, usage, all)
  amounts.forEach((amount, period) => {
    const side = bought === amount > 0 ? "imported" : "exported"
    const of = own.map((sums) => BigInt(sums[side][period]!))
    const rest = of.reduce((left, one) => left - one, BigInt(whole[side][period]!))
    apportion(BigInt(amount), [...of, rest]).forEach((share, at) => made[at]?.push(Number(share)))
  })
  return made
}

/** Divides energy into tiers in proportion, with one counter for all periods or one for each. */
const tiersOf = (
  energy: CompiledEnergy,
  amounts: ReadonlyArray<number>,
  limits: ReadonlyArray<number>,
  counters: Float64Array
): ReadonlyArray<ReadonlyArray<bigint>> => {
  // What a year of netting gives back leaves the tiers alone: it has no place in them.
  if (amounts.some((value) => value < 0))
    return amounts.map((value) => limits.map((_, tier) => (tier === 0 ? quantity(value) : 0n)))
  const mode = energy.charge.price.kind === "tiered" ? energy.charge.price.tiers.mode : "graduated"
  return counters.length === 1
    ? fillByShare(amounts, limits, counters[0]!, mode)
    : amounts.map((value, period) => fillByShare([value], limits, counters[period]!, mode)[0]!)
}

const groupLines = (
  context: Context,
  part: Part,
  energy: CompiledEnergy,
  group: Together,
  amounts: ReadonlyArray<number>
): void => {
  const { price } = energy.charge
  const each = price.kind === "tiered" && price.tiers.counts === "eachPeriod"
  const counters = countersFor(context, part, energy, group, each ? amounts.length : 1)
  const limits =
    energy.steps === undefined
      ? [Number.POSITIVE_INFINITY]
      : limitsOf(energy.steps, sizesFor(context, energy, group, group.days))
  tiersOf(energy, amounts, limits, counters).forEach((tiers, period) =>
    tiers.forEach((share, tier) => {
      if (share === 0n) return
      const unit = energy.prices[period]![energy.monthly ? group.month - 1 : tier]!
      const cell = {
        period,
        ...(energy.steps === undefined ? {} : { tier }),
        month: group.month,
        quantity: share,
        price: unit
      }
      addEnergyLine(context, part, energy, cell, () =>
        shareContributions(energy, tracedCells(context, energy, group), period, undefined, share, unit).map(
          (it) => ({ ...it, ...(it.to === 0 ? { from: part.start, to: part.end } : {}) })
        )
      )
    })
  )
  amounts.forEach((value, period) => {
    const at = each ? period : 0
    counters[at] = counters[at]! + value
  })
  keepCounters(context, part, energy, group, counters)
}

const tracedCells = (context: Context, energy: CompiledEnergy, group: Together) => {
  const usage = dividedAt(context.usage, edgesOf(energy, [group]))
  return group.pieces.map((piece) =>
    cellsOf(
      energy.set === undefined ? undefined : context.tariff.grid(energy.set, piece.calendar),
      usage,
      piece
    )
  )
}

/** The lines of an energy charge on netted energy, tiers in proportion. */
export const nettedLines = (context: Context, part: Part, energy: CompiledEnergy, netted: Netted): void => {
  if (!applies(context, energy.charge)) return
  const groups = together(context, part, energy)
  const shares = sharesOf(context, part, energy, netted, groups)
  groups.forEach((group, at) => {
    const amounts = shares[at]!
    const all = amounts.reduce((sum, value) => sum + value, 0)
    groupLines(context, part, energy, group, energy.set === undefined ? [all] : amounts)
  })
}
