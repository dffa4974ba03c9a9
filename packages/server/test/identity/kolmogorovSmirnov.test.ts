import { assert, describe, it } from "vitest"
import { pOfSame } from "./kolmogorovSmirnov.ts"
import { randomOf } from "./randomOrder.ts"

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => i + from)

describe("the test of Kolmogorov and Smirnov", () => {
  it("finds nothing between a series and itself, and everything between two that never meet", () => {
    assert.strictEqual(pOfSame(upTo(50), upTo(50)), 1)
    assert.isBelow(pOfSame(upTo(50), upTo(50, 100)), 1e-20)
  })

  it("answers what one works out by hand", () => {
    // Twice the exponential of minus twice the square of a distance of 0.2, 0.3 and a third, corrected.
    assert.closeTo(pOfSame(upTo(100), upTo(100, 20)), 0.03138, 0.00001)
    assert.closeTo(pOfSame(upTo(100, 20), upTo(100)), 0.03138, 0.00001)
    assert.closeTo(pOfSame(upTo(100), upTo(100, 30)), 0.0001743, 0.0000002)
    assert.closeTo(pOfSame(upTo(40), upTo(60)), 0.00705, 0.00002)
  })

  it("counts equal numbers once for both", () => {
    assert.strictEqual(pOfSame([1, 1, 1, 2, 2, 2], [2, 1, 2, 1, 2, 1]), 1)
  })

  it("is mistaken as often as it says, and sees what is really apart", () => {
    const random = randomOf(7)
    const series = (shift: number) => Array.from({ length: 200 }, () => random() + random() + shift)
    const found = upTo(1_000).filter(() => pOfSame(series(0), series(0)) < 0.05).length
    assert.isAbove(found, 25)
    assert.isBelow(found, 75)
    const missed = upTo(200).filter(() => pOfSame(series(0), series(0.3)) > 0.01).length
    assert.isBelow(missed, 20)
  })
})
