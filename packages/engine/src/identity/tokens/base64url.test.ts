import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { decode, encode } from "./base64url.ts"

describe("base64url", () => {
  it("writes what everybody writes and reads it back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = encode(bytes)
        assert.strictEqual(text, Buffer.from(bytes).toString("base64url"))
        assert.deepStrictEqual(decode(text), Uint8Array.from(bytes))
      })
    )
  })

  it("reads nothing that it does not write", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_=+/-]{0,12}$/), (text) => {
        const bytes = decode(text)
        assert.isTrue(bytes === undefined || encode(bytes) === text, text)
      }),
      { numRuns: 2_000 }
    )
    for (const text of ["A", "AB", "AAB", "AA==", "AA\n", "A A", "AAA+", "AAA/", "ÄAAA", "💡AA"])
      assert.isUndefined(decode(text), text)
  })
})
