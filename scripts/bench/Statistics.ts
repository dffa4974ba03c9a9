/** The middle of some numbers; of an even count the mean of the two in the middle. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The smallest value that at least a share of the values does not exceed (nearest rank). */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const rank = Math.max(1, Math.ceil(sorted.length * share))
  return sorted[rank - 1] ?? Number.NaN
}

/**
 * The median of the ratios of each round. Two variants of one round ran within seconds of each other on the
 * same machine, so what disturbs a round disturbs both and leaves the ratio alone; a ratio of medians has no
 * such luck.
 */
export const medianRatio = (values: ReadonlyArray<number>, limits: ReadonlyArray<number>): number =>
  median(values.map((value, round) => value / limits[round]!))

/** The order of the variants in a round: each starts once before any starts twice. */
export const rotate = <A>(items: ReadonlyArray<A>, round: number): ReadonlyArray<A> => {
  const at = items.length === 0 ? 0 : round % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}
