import { assert, describe, it } from "@effect/vitest"
import { ApiKeyId, ApiKeyStore } from "@wattkit/core"
import { Effect, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Credentials } from "./Credentials.ts"
import { layer, meter, now, seed, tenantId } from "../house.fixture.ts"
import { isSecret, makeSecret } from "../secret.ts"

const draft = { tenantId, name: "probe", scopes: ["ingest"], deviceId: meter } as const

describe("Credentials", () => {
  it.effect("knows the bearer of a secret it gave out, and keeps no secret", () =>
    Effect.gen(function* () {
      yield* seed
      const credentials = yield* Credentials
      const secret = yield* credentials.issue(draft)
      const bearer = Option.getOrThrow(yield* credentials.verify(secret))
      assert.deepStrictEqual([bearer.tenantId, bearer.scopes, bearer.deviceId], [tenantId, ["ingest"], meter])
      const kept = yield* ApiKeyStore.use((keys) => keys.list(tenantId, { limit: 10 }))
      assert.notInclude(JSON.stringify(kept), Redacted.value(secret))
    }).pipe(Effect.provide(layer))
  )

  it.effect("knows nobody by a secret it never gave out, nor a second after it was revoked", () =>
    Effect.gen(function* () {
      yield* seed
      const credentials = yield* Credentials
      const keys = yield* ApiKeyStore
      for (const text of [makeSecret(), "", "wk_live_", "Bearer x"]) {
        assert.isTrue(Option.isNone(yield* credentials.verify(Redacted.make(text))))
      }
      const secret = yield* credentials.issue(draft)
      const { by } = Option.getOrThrow(yield* credentials.verify(secret))
      yield* keys.revoke(tenantId, ApiKeyId.make(by.id), now)
      yield* TestClock.adjust("1 second")
      assert.isTrue(Option.isNone(yield* credentials.verify(secret)))
    }).pipe(Effect.provide(layer))
  )

  it("notices any one mistyped character without asking the store", () => {
    const secret = makeSecret()
    assert.isTrue(isSecret(secret))
    for (let i = 0; i < secret.length; i++) {
      const wrong = secret[i] === "7" ? "8" : "7"
      assert.isFalse(isSecret(secret.slice(0, i) + wrong + secret.slice(i + 1)), `position ${i}`)
    }
  })
})
