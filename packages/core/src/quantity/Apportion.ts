/**
 * Division of a whole number into whole parts that sum to it again, by largest remainder.
 *
 * Each part is its exact share rounded down, and the units left over go to the parts that lost most, the
 * earlier one when two lost the same. No part is further than one unit from its share.
 */

/** Weights that are no whole numbers are taken relative to the largest one in steps of 2^-40. */
const STEPS = 2 ** 40

const largest = (weights: ReadonlyArray<number>): number => {
  let max = 0
  for (const weight of weights) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`A weight must be finite and not negative, not ${weight}`)
    }
    if (weight > max) max = weight
  }
  return max
}

const wholeWeights = (weights: ReadonlyArray<number>, max: number): ReadonlyArray<number> => {
  if (max === 0) return weights.map(() => 1)
  if (weights.every(Number.isSafeInteger)) return weights
  return weights.map((weight) => Math.round((weight / max) * STEPS))
}

/** The positions that get one unit more, so many as are left over. */
const winners = <N extends number | bigint>(
  remainders: ReadonlyArray<N>,
  left: number
): ReadonlyArray<number> =>
  left === 0
    ? []
    : Array.from(remainders.keys())
        .sort((a, b) => {
          const x = remainders[a] as N
          const y = remainders[b] as N
          return x === y ? a - b : x > y ? -1 : 1
        })
        .slice(0, left)

const apportionNumbers = (whole: number, weights: ReadonlyArray<number>, total: number): Array<number> => {
  const remainders: Array<number> = []
  let left = whole
  const parts = weights.map((weight) => {
    const product = whole * weight
    const remainder = product % total
    const part = (product - remainder) / total
    remainders.push(remainder)
    left -= part
    return part
  })
  for (const index of winners(remainders, left)) parts[index] = (parts[index] ?? 0) + 1
  return parts
}

const apportionBigInts = (whole: bigint, weights: ReadonlyArray<number>): Array<bigint> => {
  const exact = weights.map(BigInt)
  const total = exact.reduce((sum, weight) => sum + weight, 0n)
  const remainders: Array<bigint> = []
  let left = whole
  const parts = exact.map((weight) => {
    const product = whole * weight
    const part = product / total
    remainders.push(product % total)
    left -= part
    return part
  })
  for (const index of winners(remainders, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}

const negated = <N extends number | bigint>(parts: ReadonlyArray<N>): Array<N> =>
  parts.map((part) => (part === 0 ? part : -part) as N)

const refuseNowhere = (weights: ReadonlyArray<number>): void => {
  if (weights.length === 0) throw new RangeError("There must be at least one weight to divide something by")
}

/** Divides a safe integer by weights; weights that are all zero give equal parts. */
export const apportion = (whole: number, weights: ReadonlyArray<number>): ReadonlyArray<number> => {
  if (whole === 0) return weights.map(() => 0)
  if (whole < 0) return negated(apportion(-whole, weights))
  refuseNowhere(weights)
  const max = largest(weights)
  const exact = wholeWeights(weights, max)
  const total = exact.reduce((sum, weight) => sum + weight, 0)
  // All weights are at most their total, so one product that is safe means that all are.
  return whole * total <= Number.MAX_SAFE_INTEGER
    ? apportionNumbers(whole, exact, total)
    : apportionBigInts(BigInt(whole), exact).map(Number)
}

/** Divides a bigint by weights; weights that are all zero give equal parts. */
export const apportionBigInt = (whole: bigint, weights: ReadonlyArray<number>): ReadonlyArray<bigint> => {
  if (whole === 0n) return weights.map(() => 0n)
  if (whole < 0n) return negated(apportionBigInt(-whole, weights))
  refuseNowhere(weights)
  return apportionBigInts(whole, wholeWeights(weights, largest(weights)))
}
