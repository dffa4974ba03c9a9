/** The largest distance between the shares of two series that are not above a number. */
const distance = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number => {
  const [a, b] = [one, other].map((all) => all.toSorted((x, y) => x - y)) as [Array<number>, Array<number>]
  let [i, j, most] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i]! <= at) i++
    while (j < b.length && b[j]! <= at) j++
    most = Math.max(most, Math.abs(i / a.length - j / b.length))
  }
  return most
}

/** How likely a distance of the Kolmogorov distribution is to be exceeded. */
const exceeded = (lambda: number): number => {
  // Where the sum does not converge the answer is one to all of its digits.
  if (lambda < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda)
  return Math.min(1, Math.max(0, sum))
}

/**
 * How likely two series of independent numbers are at least as far apart as these, when both come from the
 * same distribution, whichever that is: the test of Kolmogorov and Smirnov, with Stephens' correction for
 * short series.
 */
export const pOfSame = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number => {
  const root = Math.sqrt((one.length * other.length) / (one.length + other.length))
  return exceeded((root + 0.12 + 0.11 / root) * distance(one, other))
}
