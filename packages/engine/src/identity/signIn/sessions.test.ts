import { assert, describe, it } from "@effect/vitest"
import { ApiKeyId, programOf, SessionId, SessionStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Credentials } from "../../credentials/Credentials.ts"
import { makeRefreshToken } from "../refreshToken.ts"
import { Identity } from "../Identity.ts"
import { ada, adas, audited, bearerOf, layer, mailsTo, signIn, visitor } from "./identity.fixture.ts"

const isKnown = (accessToken: string) =>
  Effect.map(
    Credentials.use(({ verify }) => verify(Redacted.make(accessToken))),
    (found) => found._tag === "Some"
  )

describe("a refresh token", () => {
  it.effect("is turned in for the next, and again the same next for ten seconds", () =>
    Effect.gen(function* () {
      const signed = yield* ada
      const { refresh } = yield* Identity
      const first = yield* refresh(signed.refreshToken)
      yield* TestClock.adjust(9_999)
      assert.strictEqual((yield* refresh(signed.refreshToken)).refreshToken, first.refreshToken)
      const all = yield* Effect.all(
        Array.from({ length: 100 }, () => refresh(first.refreshToken)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(all.map(({ refreshToken }) => refreshToken)).size, 1)
      assert.strictEqual((yield* bearerOf(all[0]!.accessToken)).by.kind, "user")
      assert.deepStrictEqual([all[0]!.expiresIn, first.refreshToken.startsWith("wk_rt_")], [900, true])
    }).pipe(Effect.provide(layer))
  )

  it.effect("that comes again later ends the session; both are out, it is written down and mailed", () =>
    Effect.gen(function* () {
      const signed = yield* ada
      const { refresh } = yield* Identity
      const next = yield* refresh(signed.refreshToken)
      yield* TestClock.adjust(11_000)
      assert.strictEqual((yield* Effect.flip(refresh(signed.refreshToken)))._tag, "Unauthenticated")
      assert.strictEqual((yield* Effect.flip(refresh(next.refreshToken)))._tag, "Unauthenticated")
      yield* TestClock.adjust(1_000)
      assert.isFalse(yield* isKnown(next.accessToken))
      const { principal } = yield* signIn(adas)
      const actions = yield* audited(principal.tenantId)
      assert.lengthOf(
        actions.filter((action) => action === "session.steal"),
        1
      )
      const mails = yield* mailsTo(adas, 2)
      assert.include(mails[1]!.subject, "session")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is worth nothing after a week without use, nor 90 days after the sign-in", () =>
    Effect.gen(function* () {
      const signed = yield* ada
      const { refresh } = yield* Identity
      let token = signed.refreshToken
      for (let day = 6; day < 90; day += 6) {
        yield* TestClock.adjust("6 days")
        token = (yield* refresh(token)).refreshToken
      }
      yield* TestClock.adjust("6 days")
      assert.strictEqual((yield* Effect.flip(refresh(token)))._tag, "Unauthenticated")
      const again = yield* signIn(adas)
      yield* TestClock.adjust("7 days")
      assert.strictEqual((yield* Effect.flip(refresh(again.refreshToken)))._tag, "Unauthenticated")
      for (const strange of ["", "wk_rt_", makeRefreshToken(), again.accessToken])
        assert.strictEqual((yield* Effect.flip(refresh(strange)))._tag, "Unauthenticated")
    }).pipe(Effect.provide(layer))
  )
})

describe("sessions", () => {
  it.effect("are listed, one of them marked, and ended: one, the others, this one", () =>
    Effect.gen(function* () {
      const first = yield* ada
      const [second, third] = [yield* signIn(adas), yield* signIn(adas)]
      const identity = yield* Identity
      const seen = yield* identity.sessions(second.principal)
      assert.lengthOf(seen, 3)
      const mine = seen.find(({ isThis }) => isThis)
      assert.deepStrictEqual(
        [mine?.id, mine?.agent],
        [second.principal.by.kind === "user" ? second.principal.by.sessionId : "", visitor.agent]
      )
      const firsts = first.principal.by.kind === "user" ? first.principal.by.sessionId : SessionId.make("?")
      yield* identity.endSession(second.principal, firsts)
      assert.strictEqual(yield* identity.endOthers(second.principal), 1)
      yield* identity.logout(second.principal)
      yield* TestClock.adjust("1 second")
      for (const { accessToken, refreshToken } of [first, second, third]) {
        assert.isFalse(yield* isKnown(accessToken))
        assert.strictEqual((yield* Effect.flip(identity.refresh(refreshToken)))._tag, "Unauthenticated")
      }
      const eve = SessionId.make("session_of_eve")
      assert.strictEqual((yield* Effect.flip(identity.endSession(second.principal, eve)))._tag, "NotFound")
      const entries = yield* audited(second.principal.tenantId)
      assert.lengthOf(
        entries.filter((action) => action === "session.end"),
        3
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("are nothing for a key, nor is anything else of a person", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const identity = yield* Identity
      const key = programOf(principal.tenantId, ApiKeyId.make("key_1"), ["read", "administer"])
      const ofPerson = {
        ...key,
        by: { ...key.by, kind: "key", id: ApiKeyId.make("key_1"), userId: null } as const
      }
      const secret = Redacted.make("x")
      const asked = [
        identity.me(ofPerson),
        identity.rename(ofPerson, "Eve"),
        identity.tenants(ofPerson),
        identity.sessions(ofPerson),
        identity.endOthers(ofPerson),
        identity.logout(ofPerson),
        identity.eraseMe(ofPerson, secret, ""),
        identity.changePassword(ofPerson, { current: secret, next: secret }, ""),
        identity.enrolTotp(ofPerson, secret, ""),
        identity.confirmTotp(ofPerson, "000000"),
        identity.removeTotp(ofPerson, secret, "")
      ]
      for (const one of asked)
        assert.strictEqual((yield* Effect.flip<unknown, { _tag: string }, never>(one))._tag, "Forbidden")
      assert.lengthOf(
        yield* SessionStore.use((store) => store.endedSince(principal.scopes.length as never)),
        0
      )
    }).pipe(Effect.provide(layer))
  )
})
