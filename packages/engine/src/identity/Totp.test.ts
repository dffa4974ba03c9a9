import { assert, describe, it } from "@effect/vitest"
import { Instant } from "@wattkit/core"
import { Effect } from "effect"
import { base32, check, codeOf, make, stepOf, uri } from "./Totp.ts"

const secret = new TextEncoder().encode("12345678901234567890")
const at = (seconds: number) =>
  Instant.plus(Instant.fromStringOrThrow("1970-01-01T00:00:00Z"), seconds * 1000)

/** RFC 6238, appendix B, the rows of SHA-1, without the two leading digits of eight. */
const vectors = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"]
] as const

describe("Totp", () => {
  it.effect("makes the codes of the standard", () =>
    Effect.gen(function* () {
      for (const [seconds, code] of vectors) {
        assert.strictEqual(yield* codeOf(secret, stepOf(at(seconds))), code)
        assert.strictEqual(yield* check(secret, code, at(seconds), 0), Math.floor(seconds / 30))
      }
    })
  )

  it("writes secrets as RFC 4648 does, and the address an authenticator reads", () => {
    const written = ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"]
    for (const [length, text] of written.entries())
      assert.strictEqual(base32(new TextEncoder().encode("foobar".slice(0, length))), text)
    assert.strictEqual(
      uri(secret, "Watt & Kit", "ada+1@example.org"),
      "otpauth://totp/Watt%20%26%20Kit:ada%2B1%40example.org" +
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Watt%20%26%20Kit&algorithm=SHA1&digits=6&period=30"
    )
    assert.lengthOf(make(), 20)
    assert.notDeepEqual(make(), make())
  })

  it.effect("takes the code of this step, the one before and the next, and of no other", () =>
    Effect.gen(function* () {
      const now = at(1111111111)
      for (let off = -5; off <= 5; off++) {
        const code = yield* codeOf(secret, stepOf(now) + off)
        const step = yield* check(secret, code, now, 0)
        assert.strictEqual(step, Math.abs(off) <= 1 ? stepOf(now) + off : undefined, `${off} steps off`)
      }
    })
  )

  it.effect("takes no code twice, nor one older than the last", () =>
    Effect.gen(function* () {
      const now = at(1111111111)
      const [before, current] = [yield* codeOf(secret, stepOf(now) - 1), yield* codeOf(secret, stepOf(now))]
      const used = yield* check(secret, current, now, 0)
      assert.strictEqual(used, stepOf(now))
      for (const code of [current, before]) assert.isUndefined(yield* check(secret, code, now, stepOf(now)))
      assert.strictEqual(yield* check(secret, current, now, stepOf(now) - 1), stepOf(now))
    })
  )

  it.effect("takes a code as people type it, and nothing that is none", () =>
    Effect.gen(function* () {
      const [now, step] = [at(59), 1]
      assert.strictEqual(yield* check(secret, " 287 082 ", now, 0), step)
      for (const code of ["", "28708", "2870820", "287083", "２８７０８２", "28708a", "1e5", "-87082"])
        assert.isUndefined(yield* check(secret, code, now, 0), code)
      assert.isUndefined(yield* check(secret, " ".repeat(1_000_000), now, 0))
      // At the very start of time there is no step before.
      assert.isUndefined(yield* check(secret, yield* codeOf(secret, 0), at(0), 0))
    })
  )
})
