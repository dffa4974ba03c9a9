import { assert, describe, it } from "vitest"
import { fullJitter, wait } from "./Backoff.ts"

describe("fullJitter", () => {
  it("is anything up to a bound that doubles, and no more than the most", () => {
    const bounds = [0, 1, 2, 3, 10, 5_000].map((attempt) =>
      fullJitter(attempt, { baseMs: 100, mostMs: 1_000 }, () => 1)
    )
    assert.deepStrictEqual(bounds, [100, 200, 400, 800, 1_000, 1_000])
    assert.strictEqual(
      fullJitter(3, { baseMs: 100, mostMs: 1_000 }, () => 0.25),
      200
    )
  })
})

describe("wait", () => {
  it("ends with the signal", async () => {
    const stop = new AbortController()
    const waiting = wait(3_600_000, stop.signal)
    stop.abort()
    await waiting
    await wait(3_600_000, stop.signal)
    await wait(0, new AbortController().signal)
  })
})
