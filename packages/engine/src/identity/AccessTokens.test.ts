import { assert, describe, it } from "@effect/vitest"
import { ApiKeyId, Instant, SessionId, TenantId, UserId } from "@wattkit/core"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { AccessTokens } from "./AccessTokens.ts"
import { forgeOf } from "./forge.fixture.ts"
import { forgeries } from "./forgeries.fixture.ts"
import { KeyRing } from "./KeyRing.ts"
import { makeKeyStore, startProcess, wait } from "./keys.fixture.ts"

const tenantId = TenantId.make("one")
const person = { kind: "user", id: UserId.make("ada"), sessionId: SessionId.make("session_1") } as const
const program = { kind: "key", id: ApiKeyId.make("key_1"), scopes: ["read", "ingest"] } as const

const setUp = Effect.gen(function* () {
  yield* TestClock.setTime(Date.parse("2026-01-31T10:00:00.250Z"))
  const now = yield* Instant.now
  const { kept, state, store } = makeKeyStore()
  const process = yield* startProcess(store)
  const [key] = kept.values()
  if (key === undefined) return yield* Effect.die("no key")
  return { ...process, now, state, forge: yield* forgeOf(key, Math.floor(now / 1000)) }
})

describe("AccessTokens", () => {
  it.effect("tells of a token what was signed, until it expires and not a moment longer", () =>
    Effect.gen(function* () {
      const { now, tokens } = yield* setUp
      const token = yield* tokens.sign({ tenantId, by: person }, now)
      const claims = yield* tokens.verify(token, now)
      assert.deepStrictEqual([claims?.tenantId, claims?.by], [tenantId, person])
      assert.deepStrictEqual([claims?.issuedAt, claims?.expiresAt], [now - 250, now - 250 + 900_000])
      assert.isDefined(yield* tokens.verify(token, Instant.plus(now, 899_749)))
      assert.isUndefined(yield* tokens.verify(token, Instant.plus(now, 899_750)))
      assert.isDefined(yield* tokens.verify(token, Instant.plus(now, -5_000)))
      assert.isUndefined(yield* tokens.verify(token, Instant.plus(now, -6_000)))
      const again = yield* tokens.sign({ tenantId, by: person }, now)
      assert.notStrictEqual((yield* tokens.verify(again, now))?.id, claims?.id)
    })
  )

  it.effect("signs for programs for up to a week, and for nobody longer than it believes", () =>
    Effect.gen(function* () {
      const { now, tokens } = yield* setUp
      for (const [by, lifeSeconds, lasts] of [
        [program, undefined, 900],
        [program, 7 * 86_400, 7 * 86_400],
        [program, 8 * 86_400, 7 * 86_400],
        [person, 86_400, 900],
        [person, 60, 60]
      ] as const) {
        const token = yield* tokens.sign({ tenantId, by, lifeSeconds }, now)
        const claims = yield* tokens.verify(token, now)
        assert.deepStrictEqual(claims?.by, by)
        assert.strictEqual((claims?.expiresAt ?? 0) - (claims?.issuedAt ?? 0), lasts * 1000)
      }
    })
  )

  it.effect("says in a token what the standard says it says, and no role", () =>
    Effect.gen(function* () {
      const { forge, now, ring, tokens } = yield* setUp
      const [header, payload] = (yield* tokens.sign({ tenantId, by: person }, now))
        .split(".")
        .map((part) => Buffer.from(part, "base64url").toString())
      assert.strictEqual(header, JSON.stringify({ ...forge.header, kid: (yield* ring.signer).id }))
      const names = ["iss", "aud", "sub", "sid", "tid", "iat", "exp", "jti"]
      assert.deepStrictEqual(Object.keys(JSON.parse(payload ?? "")), names)
    })
  )

  it.effect("believes a token that a forger with our key makes in every point as we do", () =>
    Effect.gen(function* () {
      const { forge, now, tokens } = yield* setUp
      assert.deepStrictEqual((yield* tokens.verify(forge.token, now))?.by, person)
      const more = forge.signed(forge.header, { ...forge.payload, nbf: Math.floor(now / 1000) })
      assert.isDefined(yield* tokens.verify(more, now))
    })
  )

  it.effect("refuses the tokens of another issuer or installation", () =>
    Effect.gen(function* () {
      const { forge, now, ring, tokens } = yield* setUp
      const elsewhere = yield* AccessTokens.pipe(
        Effect.provide(AccessTokens.layerWith("https://other.example")),
        Effect.provideService(KeyRing, ring)
      )
      assert.isUndefined(yield* elsewhere.verify(forge.token, now))
      assert.isUndefined(yield* tokens.verify(yield* elsewhere.sign({ tenantId, by: person }, now), now))
      const { kept, store } = makeKeyStore()
      yield* startProcess(store)
      const [key] = kept.values()
      if (key === undefined) return assert.fail("no key")
      const strange = yield* forgeOf(key, Math.floor(now / 1000))
      assert.isUndefined(yield* wait(tokens.verify(strange.token, now)))
    })
  )

  it.effect("refuses a token in which any one letter was changed, left out or put in", () =>
    Effect.gen(function* () {
      const { forge, now, tokens } = yield* setUp
      const { token } = forge
      const at = fc.sample(fc.nat(token.length - 1), { numRuns: 400, seed: 1 })
      const texts = [0, token.length - 1, ...at].flatMap((i) => {
        const [head, tail, other] = [token.slice(0, i), token.slice(i + 1), token[i] === "A" ? "Q" : "A"]
        return [head + other + tail, head + tail, head + other + token.slice(i)]
      })
      const all = Effect.forEach(texts, (text) => tokens.verify(text, now), { concurrency: "unbounded" })
      const found = yield* wait(all)
      assert.deepStrictEqual(
        texts.filter((_, i) => found[i] !== undefined),
        []
      )
    })
  )
})

describe("AccessTokens refuses", () => {
  it("so many kinds of forgery", () => assert.isAtLeast(Object.keys(forgeries).length, 100))

  it.effect("each of them, in bounded time and without asking the store", () =>
    Effect.gen(function* () {
      const { forge, now, state, tokens } = yield* setUp
      yield* TestClock.adjust(1_000)
      const before = state.looks
      const believed: Array<string> = []
      for (const [name, make] of Object.entries(forgeries)) {
        const token = make(forge)
        assert.notStrictEqual(token, forge.token, name)
        if ((yield* tokens.verify(token, now)) !== undefined) believed.push(name)
      }
      assert.deepStrictEqual(believed, [])
      // Only a name that could be that of a key is looked for.
      assert.strictEqual(state.looks - before, 1)
    })
  )
})
