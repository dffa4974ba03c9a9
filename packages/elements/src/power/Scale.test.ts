import fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Scale from "./Scale.ts"

describe("Scale", () => {
  it("is round and contains zero", () => {
    assert.deepStrictEqual(Scale.make([300, 3700]).ticks, [0, 1000, 2000, 3000, 4000])
    assert.deepStrictEqual(Scale.make([-1500, undefined, 2400]).ticks, [-2000, -1000, 0, 1000, 2000, 3000])
  })

  it("spends no row on a swing around zero", () => {
    assert.strictEqual(Scale.make([-12, 3000]).low, 0)
    assert.strictEqual(Scale.make([-120, 3000]).low, -1000)
  })

  it("does not make noise look like mountains", () => {
    assert.deepStrictEqual(Scale.make([2, 3]), { low: 0, high: 100, ticks: [0, 25, 50, 75, 100] })
    assert.strictEqual(Scale.make([]).high, 100)
  })

  it("contains every value with few ticks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
        const { high, low, ticks } = Scale.make(values)
        const hair = (high - low) / 10
        assert.isTrue(values.every((value) => value >= low - hair && value <= high))
        assert.isAtMost(ticks.length, 7)
        assert.isAtLeast(ticks.length, 3)
        assert.include(
          ticks.map((tick) => tick + 0),
          0
        )
      })
    )
  })
})
