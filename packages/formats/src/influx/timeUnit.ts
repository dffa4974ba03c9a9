import { Instant } from "@wattkit/core"

/** The unit of the times in a line protocol; `auto` finds it in the size of each. */
export type TimeUnit = "ns" | "us" | "ms" | "s" | "m" | "h" | "auto"

const spellings: ReadonlyMap<string, TimeUnit> = new Map([
  ["n", "ns"],
  ["ns", "ns"],
  ["nanosecond", "ns"],
  ["u", "us"],
  ["us", "us"],
  ["µ", "us"],
  ["microsecond", "us"],
  ["ms", "ms"],
  ["millisecond", "ms"],
  ["s", "s"],
  ["second", "s"],
  ["m", "m"],
  ["h", "h"],
  ["auto", "auto"]
])

/** Finds a unit as the three versions of the interface spell it. */
export const fromString = (text: string): TimeUnit | undefined => spellings.get(text)

/** Digits behind the millisecond, and the milliseconds of one of the larger units. */
const scales = {
  ns: { cut: 6, factor: 1 },
  us: { cut: 3, factor: 1 },
  ms: { cut: 0, factor: 1 },
  s: { cut: 0, factor: 1000 },
  m: { cut: 0, factor: 60_000 },
  h: { cut: 0, factor: 3_600_000 }
} as const

const bySize = (size: number): keyof typeof scales =>
  size < 5e9 ? "s" : size < 5e12 ? "ms" : size < 5e15 ? "us" : "ns"

const digitsIn = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/**
 * The epoch milliseconds of the whole number from `from` to `to`, NaN when it is none or in no year we know.
 *
 * Nineteen digits of nanoseconds do not fit a JavaScript number, so the last ones are cut off before.
 */
export const instantIn = (text: string, from: number, to: number, unit: TimeUnit): number => {
  const isNegative = text.charCodeAt(from) === 45
  const first = isNegative ? from + 1 : from
  if (to <= first || to - first > 19) return Number.NaN
  const { cut, factor } = scales[unit === "auto" ? bySize(digitsIn(text, first, to)) : unit]
  const middle = Math.max(first, to - cut)
  const rest = digitsIn(text, middle, to)
  if (Number.isNaN(rest)) return rest
  const whole = digitsIn(text, first, middle) * factor
  // Before 1970 the millisecond that a time lies in is the one below.
  const millis = isNegative ? (rest > 0 ? -whole - 1 : 0 - whole) : whole
  return millis >= Instant.MIN_MILLIS && millis <= Instant.MAX_MILLIS ? millis : Number.NaN
}
