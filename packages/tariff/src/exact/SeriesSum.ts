/** Prices that change each interval have 10 digits after the point and are at most 900,000 either way. */
export const SERIES_DIGITS = 10

/** The largest price of a series, in units of 10^-10: a safe integer. */
export const SERIES_MAX = 900_000 * 10 ** SERIES_DIGITS

const LIMB = 2 ** 20
const FULL = 2 ** 52

/**
 * The exact sum of energy times price over an interval of readings, in mWh × 10^-10.
 *
 * A price is split into a low part below 2^20 and a high part. Products of energy up to 2^32 mWh with a part
 * below 2^20 stay below 2^52, and a sum is moved to a bigint before the next one could pass 2^53, so every
 * step is an exact double. Greater numbers are multiplied as bigints.
 */
export const seriesSum = (
  values: Float64Array,
  prices: Float64Array,
  from: number,
  to: number,
  priceFrom: number
): bigint => {
  let low = 0
  let high = 0
  let lowFull = 0n
  let highFull = 0n
  let rest = 0n
  for (let i = from, p = priceFrom; i < to; i++, p++) {
    const value = values[i]!
    if (value === 0) continue
    const price = prices[p]!
    const upper = Math.floor(price / LIMB)
    const product = value * upper
    if (value > 4294967296 || value < -4294967296 || product > FULL || product < -FULL) {
      rest += BigInt(value) * BigInt(price)
      continue
    }
    low += value * (price - upper * LIMB)
    high += product
    if (low >= FULL || low <= -FULL) {
      lowFull += BigInt(low)
      low = 0
    }
    if (high >= FULL || high <= -FULL) {
      highFull += BigInt(high)
      high = 0
    }
  }
  return lowFull + BigInt(low) + (highFull + BigInt(high)) * BigInt(LIMB) + rest
}
