import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { sameBytes, sameText } from "./sameBytes.ts"

const bytes = fc.uint8Array({ maxLength: 8, max: 3 })

describe("sameBytes", () => {
  it("tells what is the same from what is not", () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        assert.strictEqual(sameBytes(one, other), Buffer.compare(one, other) === 0)
        assert.isTrue(sameBytes(one, Uint8Array.from(one)))
      })
    )
    assert.isTrue(sameText("wörd", "wörd"))
    assert.isFalse(sameText("word", "worD"))
    assert.isFalse(sameText("word", "words"))
  })

  it("looks at every byte, wherever the first difference is", () => {
    const secret = new Uint8Array(32).fill(7)
    for (const at of [0, 15, 31, undefined]) {
      const guess = Array.from(secret, (byte, i) => (i === at ? 8 : byte))
      let looks = 0
      const watched = new Proxy(guess, {
        get: (target, key) => {
          if (key === "length") return target.length
          looks += 1
          return target[Number(key)]
        }
      })
      assert.strictEqual(sameBytes(secret, watched), at === undefined)
      assert.strictEqual(looks, 32)
    }
  })
})
