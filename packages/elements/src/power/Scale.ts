/** The values that an axis names, evenly spaced, smallest first. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: ReadonlyArray<number>
}

const steps = [1, 2, 2.5, 5, 10]
const slack = 0.08

/**
 * A scale over round numbers that contains zero and all values, but for a hair below zero.
 *
 * Being round it stays the same while values move a little, so the picture does not jump.
 */
export const make = (values: Iterable<number | undefined>, wanted = 4, smallest = 100): Scale => {
  let [low, high] = [0, 0]
  for (const value of values) {
    if (value === undefined) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high - low < smallest) high = low + smallest
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (steps.find((one) => one * power >= rough) ?? 10)
  // A meter that swings around zero by a few watts does not cost the picture a row below it.
  const first = Math.floor(low / step + slack)
  const last = Math.ceil(high / step)
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
  return { low: first * step, high: last * step, ticks }
}
