import { assert, describe, it } from "vitest"
import { Later, mostLater } from "./Later.ts"

const ask = (later: Later) => {
  const missing = later.missing()
  later.asked(missing)
  return missing
}

describe("filters that are learned", () => {
  it("are asked for once, and given back when nobody wants them", () => {
    const later = new Later()
    later.want(["a", "b"])
    assert.deepStrictEqual(ask(later), ["a", "b"])
    assert.deepStrictEqual(ask(later), [])
    later.granted(["a", "b"], [1, 0x87])
    assert.deepStrictEqual([ask(later), [...later.refused]], [[], ["b"]])
    later.want(["c"])
    assert.deepStrictEqual([later.idle(), ask(later)], [["a"], ["c"]])
    later.givenBack(["a"])
    assert.deepStrictEqual([later.idle(), [...later.refused]], [[], []])
  })

  it("are asked for again where nobody knows whether the broker heard it", () => {
    const later = new Later()
    later.want(["a", "b"])
    later.asked(["a", "b"])
    later.granted(["a"], [1])
    later.connected(false)
    assert.deepStrictEqual(later.missing(), ["b"])
    later.connected(true)
    assert.deepStrictEqual(later.missing(), ["a", "b"])
  })

  it("are given back when they come from an earlier run and nobody wants them", () => {
    const later = new Later()
    later.want(["a"])
    later.stray("a")
    later.stray("b")
    assert.deepStrictEqual([later.idle(), later.missing()], [["b"], ["a"]])
  })

  it("are not more than the most, in pieces", () => {
    const later = new Later()
    later.want(Array.from({ length: mostLater + 5 }, (_, i) => `t/${i}`))
    let count = 0
    for (let piece = ask(later); piece.length > 0; piece = ask(later)) {
      assert.isAtMost(piece.length, 100)
      count += piece.length
    }
    assert.strictEqual(count, mostLater)
  })
})
