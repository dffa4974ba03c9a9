import { assert, describe, it } from "@effect/vitest"
import { ApiKeyStore, Instant } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Credentials } from "../../credentials/Credentials.ts"
import { makeSecret } from "../../secret.ts"
import { Identity } from "../Identity.ts"
import { ada, bearerOf, layer, start } from "./identity.fixture.ts"

const issue = Effect.fnUntraced(function* (expiresAt: Instant.Instant | null = null) {
  const { principal } = yield* ada
  const credentials = yield* Credentials
  const { id, secret } = yield* credentials.issueNamed({
    tenantId: principal.tenantId,
    name: "probe",
    scopes: ["read", "ingest"],
    deviceId: null,
    expiresAt
  })
  return { id, secret, tenantId: principal.tenantId }
})

describe("a token of a program", () => {
  it.effect("allows what its key allows or less, for an hour or up to a week", () =>
    Effect.gen(function* () {
      const { id, secret } = yield* issue()
      const { token } = yield* Identity
      const shown = { clientId: id, clientSecret: secret }
      const whole = yield* token(shown)
      assert.deepStrictEqual([whole.expiresIn, whole.scopes], [3_600, ["read", "ingest"]])
      const less = yield* token({ ...shown, scopes: ["read"], expiresIn: 9_999_999 })
      assert.deepStrictEqual([less.expiresIn, less.scopes], [604_800, ["read"]])
      yield* TestClock.adjust("6 days")
      const bearer = yield* bearerOf(less.accessToken)
      assert.deepStrictEqual([bearer.by.id, bearer.scopes], [id, ["read"]])
      const more = yield* Effect.flip(token({ ...shown, scopes: ["read", "administer"] }))
      assert.deepStrictEqual([more._tag, more.message.includes("administer")], ["Forbidden", true])
    }).pipe(Effect.provide(layer))
  )

  it.effect("is given for the secret of that key alone, and never for a token", () =>
    Effect.gen(function* () {
      const { id, secret, tenantId } = yield* issue(Instant.plus(start, 90_000))
      const { token } = yield* Identity
      const given = yield* token({ clientId: id, clientSecret: secret })
      assert.strictEqual(given.expiresIn, 90)
      for (const [clientId, clientSecret] of [
        ["key_of_nobody", secret],
        [id, Redacted.make(makeSecret())],
        [id, Redacted.make("")],
        [id, Redacted.make(given.accessToken)]
      ] as const)
        assert.strictEqual((yield* Effect.flip(token({ clientId, clientSecret })))._tag, "Unauthenticated")
      yield* ApiKeyStore.use((keys) => keys.revoke(tenantId, id, start))
      yield* TestClock.adjust("1 second")
      const late = yield* Effect.flip(token({ clientId: id, clientSecret: secret }))
      assert.strictEqual(late._tag, "Unauthenticated")
      const verified = yield* Credentials.use(({ verify }) => verify(Redacted.make(given.accessToken)))
      assert.strictEqual(verified._tag, "None")
    }).pipe(Effect.provide(layer))
  )
})
