import { createHmac } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { layerServerSecret, ServerSecret } from "@wattkit/core"
import { Effect } from "effect"
import fc from "fast-check"
import { alphabet, isSecret, makeSecret } from "../secret.ts"
import { isRefreshToken, makeRefreshToken, nextRefreshToken } from "./refreshToken.ts"

const layer = layerServerSecret(new Uint8Array(32).fill(1))
const other = layerServerSecret(new Uint8Array(32).fill(2))

describe("refreshToken", () => {
  it("makes tokens that are told from each other, from keys and from mistyped ones", () => {
    const token = makeRefreshToken()
    assert.match(token, /^wk_rt_[0-9a-hjkmnp-tv-z]{38}$/)
    assert.isTrue(isRefreshToken(token))
    assert.isFalse(isSecret(token))
    assert.isFalse(isRefreshToken(makeSecret()))
    assert.strictEqual(new Set(Array.from({ length: 1_000 }, makeRefreshToken)).size, 1_000)
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom(...alphabet, "i", "A", "\n", "é"),
        (at, letter) => {
          const typed = token.slice(0, at) + letter + token.slice(at + 1)
          assert.strictEqual(isRefreshToken(typed), typed === token)
        }
      )
    )
    for (const text of ["", "wk_rt_", `${token}\n`, ` ${token}`, token.toUpperCase(), token.slice(0, -1)])
      assert.isFalse(isRefreshToken(text), text)
  })

  it.effect("tells the same next one each time, a different one for each token and server secret", () =>
    Effect.gen(function* () {
      const seen = new Set<string>()
      let token = makeRefreshToken()
      for (let i = 0; i < 200; i++) {
        const next = yield* nextRefreshToken(token)
        assert.isTrue(isRefreshToken(next))
        assert.strictEqual(yield* nextRefreshToken(token), next)
        assert.notStrictEqual(yield* Effect.provide(nextRefreshToken(token), other), next)
        assert.isFalse(seen.has(next))
        seen.add(next)
        token = next
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("makes the next one as it was said to be made, so that every process does the same", () =>
    Effect.gen(function* () {
      const token = makeRefreshToken()
      const secret = yield* (yield* ServerSecret).derive("refresh")
      const mac = createHmac("sha256", secret).update(token).digest()
      const letters = Array.from(mac, (byte) => alphabet[byte & 31]).join("")
      assert.strictEqual((yield* nextRefreshToken(token)).slice(6, -6), letters)
    }).pipe(Effect.provide(layer))
  )
})
