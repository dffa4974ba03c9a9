import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { History } from "./History.ts"

const steps = { end: 10_000, stepMs: 1000, count: 5 }

describe("History", () => {
  it("holds a value until the next, and no longer than allowed", () => {
    const history = new History(10_000)
    history.add("a", 6500, 10)
    history.add("a", 8000, 20)
    assert.deepStrictEqual(history.values("a", steps, 1000), [undefined, 10, 20, 20, undefined])
    assert.deepStrictEqual(history.values("b", steps, 1000), Array.from({ length: 5 }))
  })

  it("may hold the newest value for another time than the others", () => {
    const history = new History(10_000)
    history.add("a", 6000, 10)
    history.add("a", 8000, 20)
    assert.deepStrictEqual(history.values("a", steps, 2000, 1000), [10, 10, 20, 20, undefined])
  })

  it("holds a value from before the first step", () => {
    const history = new History(10_000)
    history.add("a", 2000, 7)
    assert.deepStrictEqual(history.values("a", steps, 20_000), [7, 7, 7, 7, 7])
  })

  it("forgets what is older than its span", () => {
    const history = new History(10_000)
    for (let at = 0; at <= 40_000; at += 100) history.add("a", at, at)
    const at = (end: number) => history.values("a", { end, stepMs: 1000, count: 1 }, 500)[0]
    assert.strictEqual(at(21_950), 21_900)
    assert.isUndefined(at(20_950))
  })

  it("does not depend on the order of arrival", () => {
    const said = fc.array(fc.tuple(fc.integer({ min: 0, max: 19_999 }), fc.integer({ min: -9, max: 9 })), {
      maxLength: 40
    })
    fc.assert(
      fc.property(said, fc.infiniteStream(fc.nat()), (readings, random) => {
        const unique = [...new Map(readings)]
        const shuffled = unique
          .map((one) => ({ one, order: random.next().value as number }))
          .sort((a, b) => a.order - b.order)
        const [ordered, other] = [new History(10_000), new History(10_000)]
        for (const [at, watts] of unique) ordered.add("a", at, watts)
        for (const { one } of shuffled) other.add("a", ...one)
        assert.deepStrictEqual(ordered.values("a", steps, 9000), other.values("a", steps, 9000))
      })
    )
  })

  it("tells the mean of a span", () => {
    const history = new History(10_000)
    history.add("a", 1000, 100)
    history.add("a", 5000, 10)
    history.add("a", 6000, 20)
    assert.strictEqual(history.mean("a", 5000), 15)
    assert.isUndefined(history.mean("a", 7000))
  })
})
