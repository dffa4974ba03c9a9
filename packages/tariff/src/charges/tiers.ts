import type { CompiledStep } from "../compile/Compiled.ts"
import { apportion } from "../exact/apportion.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { Cells } from "../usage/pieces.ts"

/** What turns tier limits into kWh: days, demand, and the share of the billing period that counts. */
export interface Sizes {
  readonly days: number
  /** Units of 10^-12 kW. */
  readonly demandUnits: bigint
  readonly share: readonly [number, number]
}

/** The upper limits of the tiers in milliwatt-hours; each is inclusive and the last one open. */
export const limitsOf = (steps: ReadonlyArray<CompiledStep>, sizes: Sizes): ReadonlyArray<number> =>
  steps.map((step) => {
    let least = Number.POSITIVE_INFINITY
    for (const { micro, unit } of step.limits) {
      let limit = micro
      if (unit === "kWh/day" || unit === "kWh/kW/day") limit *= BigInt(sizes.days)
      // The share of days is for limits of a whole period; limits per day count their days already.
      else if (sizes.share[0] !== sizes.share[1])
        limit = Scaled.divide(limit * BigInt(sizes.share[0]), BigInt(sizes.share[1]))
      if (unit === "kWh/kW" || unit === "kWh/kW/day")
        limit = Scaled.divide(limit * sizes.demandUnits, Scaled.ONE_QUANTITY)
      least = Math.min(least, Number(limit))
    }
    return least
  })

/** How much of the energy from `offset` on, so much, falls into each tier. */
export const widths = (limits: ReadonlyArray<number>, offset: number, energy: number): Array<number> => {
  let below = offset
  const end = offset + energy
  return limits.map((limit) => {
    const until = Math.min(end, Math.max(below, limit))
    const width = until - below
    below = until
    return width
  })
}

/** The tier that a total lies in: of two that meet there, the lower one. */
export const tierOf = (limits: ReadonlyArray<number>, total: number): number => {
  const tier = limits.findIndex((limit) => total <= limit)
  return tier < 0 ? limits.length - 1 : tier
}

/** Sums a column by period. */
export const sumByPeriod = (cells: Cells, values: Float64Array, sums: Float64Array): void => {
  const { from, shift, to } = cells
  if (cells.cells.length === 0) {
    let sum = 0
    for (let i = from; i < to; i++) sum += values[i]!
    sums[0] = sums[0]! + sum
  } else {
    const periods = cells.cells
    for (let i = from; i < to; i++) {
      const period = periods[i + shift]!
      sums[period] = sums[period]! + values[i]!
    }
  }
  for (let period = 0; period < sums.length; period++) {
    if (!Number.isSafeInteger(sums[period]!)) throw new RangeError("more than 9 TWh cannot be billed at once")
  }
}

/**
 * Fills tiers in the order of time over all periods together, adding to `sums[period * tiers + tier]`;
 * returns the energy counted so far.
 */
export const fillInTime = (
  cells: Cells,
  values: Float64Array,
  limits: ReadonlyArray<number>,
  counted: number,
  sums: Float64Array,
  tiers: number
): number => {
  const { from, shift, to } = cells
  const periods = cells.cells
  const single = periods.length === 0
  let count = counted
  let tier = 0
  while (tier < tiers - 1 && count >= limits[tier]!) tier++
  let limit = limits[tier]!
  for (let i = from; i < to; i++) {
    let value = values[i]!
    if (value === 0) continue
    const row = single ? 0 : periods[i + shift]! * tiers
    while (count + value > limit && tier < tiers - 1) {
      const part = limit - count
      sums[row + tier] = sums[row + tier]! + part
      value -= part
      count = limit
      tier++
      limit = Math.max(count, limits[tier]!)
    }
    sums[row + tier] = sums[row + tier]! + value
    count += value
  }
  return count
}

/** Divides the energy of each period over the tiers the total reaches, in proportion, or all into one. */
export const fillByShare = (
  energies: ReadonlyArray<number>,
  limits: ReadonlyArray<number>,
  offset: number,
  mode: "graduated" | "volume"
): ReadonlyArray<ReadonlyArray<bigint>> => {
  const total = energies.reduce((sum, energy) => sum + energy, 0)
  const tiers = limits.length
  if (mode === "volume") {
    const reached = tierOf(limits, offset + total)
    return energies.map((energy) =>
      Array.from({ length: tiers }, (_, tier) => (tier === reached ? quantity(energy) : 0n))
    )
  }
  const wide = widths(limits, offset, total).map(BigInt)
  return energies.map((energy) =>
    energy === 0 ? Array.from({ length: tiers }, () => 0n) : apportion(quantity(energy), wide)
  )
}

/** Milliwatt-hours as a quantity. */
export const quantity = (milli: number): bigint => BigInt(milli) * Scaled.QUANTITY_PER_MILLI
