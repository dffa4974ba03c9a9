import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import * as AnyText from "./anyText.ts"

/** Texts of few characters, so that escapes meet what they are escaped with. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("\0", "\u0001", "\u0002", "a", "\ud7ff", "\ud800", "\udbff", "\udc00", "\udfff"),
      fc.constantFrom("\ue000", "\ue7ff", "\ufffd", "😀", "ä", "\uffff")
    ),
    { maxLength: 6 }
  )
  .map((characters) => characters.join(""))

const codePoints = (one: string): ReadonlyArray<number> => [...one].map((char) => char.codePointAt(0)!)

const compare = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((code, i) => code !== b[i])
  return at === -1 ? Math.sign(a.length - b.length) : Math.sign(a[at]! - (b[at] ?? -1))
}

describe("any text", () => {
  it("comes back as it was, from what a column can hold", () => {
    fc.assert(
      fc.property(text, (one) => {
        const held = AnyText.encode(one)
        assert.isFalse(held.includes("\0"))
        assert.isTrue(held.isWellFormed())
        assert.strictEqual(AnyText.decode(held), one)
      }),
      { numRuns: 5000 }
    )
  })

  it("has the order of its code points, as the bytes of a column have", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [AnyText.encode(a), AnyText.encode(b)].map((held) => Buffer.from(held))
        assert.strictEqual(Math.sign(Buffer.compare(x!, y!)), compare(codePoints(a), codePoints(b)))
      }),
      { numRuns: 5000 }
    )
  })

  it("is held as it is when it is ordinary", () => {
    for (const one of ["", "kitchen", "Zähler ⚡️ 😀", "power,phase=L1", "\\u0000"]) {
      assert.strictEqual(AnyText.encode(one), one)
    }
  })
})
