import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { digestsOf, make, use } from "./RecoveryCodes.ts"

const shape = /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/

describe("RecoveryCodes", () => {
  it("makes ten codes, all different, in letters nobody takes for each other", () => {
    const codes = Array.from({ length: 100 }, make)
    assert.isTrue(codes.every((ten) => ten.length === 10 && ten.every((code) => shape.test(code))))
    assert.strictEqual(new Set(codes.flat()).size, 1_000)
  })

  it.effect("takes each code once, in whatever order", () =>
    Effect.gen(function* () {
      const codes = make()
      let kept = yield* digestsOf(codes)
      assert.lengthOf(kept, 10)
      for (const code of codes.toReversed()) {
        const left = yield* use(kept, code)
        assert.lengthOf(left ?? [], kept.length - 1)
        kept = left ?? kept
        assert.isUndefined(yield* use(kept, code))
      }
      assert.deepStrictEqual(kept, [])
    })
  )

  it.effect("keeps only digests", () =>
    Effect.gen(function* () {
      const codes = make()
      const digests = yield* digestsOf(codes)
      const plain = codes.map((code) => code.replaceAll("-", ""))
      assert.deepStrictEqual(
        digests,
        plain.map((code) => createHash("sha256").update(code).digest("hex"))
      )
      for (const digest of digests) assert.isUndefined(yield* use(digests, digest))
    })
  )

  it.effect("reads a code as people write it down", () =>
    Effect.gen(function* () {
      const digests = yield* digestsOf(["0101-abcd-efgh-jkmn"])
      for (const typed of ["0101abcdefghjkmn", " O1ol ABCD\tEFGH-JKMN\n", "oIoL-abcd-efgh-jkmn"])
        assert.deepStrictEqual(yield* use(digests, typed), [], typed)
      for (const typed of ["", "0101-abcd-efgh-jkm", "0101-abcd-efgh-jkmnn", "0".repeat(1_000_000)])
        assert.isUndefined(yield* use(digests, typed), typed.slice(0, 30))
    })
  )
})
