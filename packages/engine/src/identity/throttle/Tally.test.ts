import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { Tally } from "./Tally.ts"

describe("Tally", () => {
  it("never allows more than its limit within any time of that length, and no less", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 80 }), fc.integer({ min: 1, max: 5 }), (pauses, most) => {
        const tally = new Tally({ most, withinMs: 100 })
        const allowed: Array<number> = []
        let now = 0
        for (const pause of pauses) {
          now += pause
          const within = allowed.filter((at) => at > now - 100)
          const wait = tally.wait("a", now)
          assert.strictEqual(wait === 0, within.length < most)
          if (wait > 0) assert.strictEqual(wait, (within.at(-most) ?? 0) + 100 - now)
          else allowed.push(now)
          if (wait === 0) tally.count("a", now)
          assert.strictEqual(tally.wait("b", now), 0)
        }
      })
    )
  })

  it("takes one back, and forgets", () => {
    const tally = new Tally({ most: 2, withinMs: 100 })
    tally.count("a", 1)
    tally.count("a", 2)
    tally.takeBack("a", 3)
    tally.takeBack("b", 1)
    assert.strictEqual(tally.wait("a", 2), 99)
    tally.takeBack("a", 1)
    assert.strictEqual(tally.wait("a", 2), 0)
    tally.count("a", 2)
    tally.forget("a")
    assert.strictEqual(tally.wait("a", 2), 0)
    assert.strictEqual(tally.size, 0)
    assert.isAbove(new Tally({ most: 0, withinMs: 100 }).wait("a", 0), 0)
  })

  it("asks nobody to wait for longer than its time when the clock goes back", () => {
    const tally = new Tally({ most: 1, withinMs: 100 })
    tally.count("a", 1_000)
    assert.strictEqual(tally.wait("a", 950), 100)
    assert.strictEqual(tally.wait("a", 0), 0)
  })

  it("remembers so many keys at most, those that were counted last, and no long ones", () => {
    const tally = new Tally({ most: 1, withinMs: 1e9 }, 100)
    for (let i = 0; i < 1_000; i++) {
      tally.count(`key ${i}`, i)
      tally.count("often", i)
    }
    assert.strictEqual(tally.size, 100)
    assert.isAbove(tally.wait("often", 1_000), 0)
    assert.isAbove(tally.wait("key 999", 1_000), 0)
    assert.strictEqual(tally.wait("key 900", 1_000), 0)
    tally.count("x".repeat(1_000), 0)
    assert.isAbove(tally.wait("x".repeat(2_000), 0), 0)
  })
})
