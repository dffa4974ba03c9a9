/**
 * Divides a whole in proportion to weights, such that the parts sum to it exactly: each part is rounded down,
 * and what is left goes to the parts that lost most, the earlier of two that lost the same.
 *
 * Weights that are all zero give everything to the first part.
 */
export const apportion = (whole: bigint, weights: ReadonlyArray<bigint>): Array<bigint> => {
  if (whole < 0n) return apportion(-whole, weights).map((part) => -part)
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total === 0n) return weights.map((_, index) => (index === 0 ? whole : 0n))
  let left = whole
  const rests: Array<bigint> = []
  const parts = weights.map((weight) => {
    const product = whole * weight
    const part = product / total
    rests.push(product - part * total)
    left -= part
    return part
  })
  if (left > 0n) {
    const order = Array.from(rests.keys()).sort((a, b) => {
      const x = rests[a] ?? 0n
      const y = rests[b] ?? 0n
      return x === y ? a - b : x > y ? -1 : 1
    })
    for (const index of order.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n
  }
  return parts
}
