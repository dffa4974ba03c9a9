import { assert, describe, it } from "vitest"
import * as Statistics from "./Statistics.ts"

describe("Statistics", () => {
  it("median", () => {
    assert.strictEqual(Statistics.median([3, 1, 2]), 2)
    assert.strictEqual(Statistics.median([4, 1, 3, 2]), 2.5)
    assert.strictEqual(Statistics.median([10, 9, 1_000]), 10)
    assert.isNaN(Statistics.median([]))
  })

  it("percentile by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    assert.strictEqual(Statistics.percentile(hundred, 0.5), 50)
    assert.strictEqual(Statistics.percentile(hundred, 0.99), 99)
    assert.strictEqual(Statistics.percentile(hundred, 1), 100)
    assert.strictEqual(Statistics.percentile([7], 0.99), 7)
    assert.isNaN(Statistics.percentile([], 0.5))
  })

  it("the ratio survives a round in which the machine was slow", () => {
    assert.strictEqual(Statistics.medianRatio([50, 5, 52], [100, 10, 104]), 0.5)
  })

  it("every variant is first once", () => {
    assert.deepStrictEqual(
      [0, 1, 2, 3].map((round) => Statistics.rotate(["a", "b", "c"], round).join("")),
      ["abc", "bca", "cab", "abc"]
    )
  })
})
