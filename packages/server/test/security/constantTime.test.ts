import { sameBytes } from "@wattkit/engine"
import { assert, describe, it } from "vitest"

const mean = (numbers: ReadonlyArray<number>): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length

const variance = (numbers: ReadonlyArray<number>): number => {
  const middle = mean(numbers)
  return numbers.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (numbers.length - 1)
}

/** Welch's t of two series, without the slowest tenth, which is what the machine did meanwhile. */
const tOf = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number => {
  const [a, b] = [one, other].map((times) =>
    times.toSorted((x, y) => x - y).slice(0, Math.floor(times.length * 0.9))
  )
  return (mean(a!) - mean(b!)) / Math.sqrt(variance(a!) / a!.length + variance(b!) / b!.length)
}

/** So many guesses of each kind are timed; WATTKIT_TEST_TIMING_SAMPLES=100000 for as many as are required. */
const samples = Number(process.env["WATTKIT_TEST_TIMING_SAMPLES"] ?? 20_000)

/** A comparison that stops at the first difference, to be found out. */
const stopsEarly = (one: ArrayLike<number>, other: ArrayLike<number>): boolean => {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

/** How clearly it can be told by time whether a guess is wrong at its beginning or at its end. */
const told = (same: typeof sameBytes): number => {
  const secret = new Uint8Array(4_096).fill(7)
  const [early, late] = [0, 4_095].map((at) => secret.with(at, 8))
  const times: [Array<number>, Array<number>] = [[], []]
  for (let i = 0; i < samples; i++) {
    // By turns, and who is first by turns as well, so that both meet the same weather.
    for (const which of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const guess = which === 0 ? early! : late!
      const startedAt = performance.now()
      same(secret, guess)
      times[which].push(performance.now() - startedAt)
    }
  }
  return Math.abs(tOf(times[0].slice(1_000), times[1].slice(1_000)))
}

describe("secrets", () => {
  it(`cannot be told by time in ${samples} guesses`, { retry: 3 }, () => {
    assert.isBelow(told(sameBytes), 4.5)
  })

  it("could be told by time if the comparison stopped early", () => {
    assert.isAbove(told(stopsEarly), 4.5)
  })
})
