import { assert, describe, it } from "@effect/vitest"
import { UserStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Identity } from "../Identity.ts"
import {
  ada,
  adas,
  audited,
  layer,
  mailsTo,
  password,
  secretTo,
  signIn,
  url,
  visitor
} from "./identity.fixture.ts"

const next = Redacted.make("Battery-Staple-9")
const weak = Redacted.make("battery")

describe("a forgotten password", () => {
  it.effect("is replaced with the link of a message, once, and every session ends", () =>
    Effect.gen(function* () {
      const signed = yield* ada
      const identity = yield* Identity
      yield* identity.forgot("Ada@example.com ")
      const mails = yield* mailsTo(adas, 2)
      assert.include(mails[1]!.text, `${url}/#reset-password=wk_ot_`)
      const secret = yield* secretTo(adas, 2)
      assert.strictEqual((yield* Effect.flip(identity.reset(secret, weak)))._tag, "Invalid")
      const both = yield* Effect.all(
        [identity.reset(secret, next), identity.reset(secret, next)].map(Effect.exit),
        {
          concurrency: 2
        }
      )
      assert.deepStrictEqual(both.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
      assert.strictEqual((yield* Effect.flip(identity.refresh(signed.refreshToken)))._tag, "Unauthenticated")
      assert.strictEqual((yield* Effect.flip(signIn(adas)))._tag, "Unauthenticated")
      const { principal } = yield* signIn(adas, next)
      assert.include(yield* audited(principal.tenantId), "user.reset_password")
      assert.include((yield* mailsTo(adas, 3))[2]!.subject, "changed")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is asked for alike by anybody, three times an hour; the link lasts half an hour", () =>
    Effect.gen(function* () {
      yield* ada
      const identity = yield* Identity
      for (const email of [adas, "eve@example.com"]) {
        for (let i = 0; i < 3; i++) assert.isUndefined(yield* identity.forgot(email))
        assert.strictEqual((yield* Effect.flip(identity.forgot(email)))._tag, "Throttled")
      }
      const older = yield* mailsTo(adas, 4)
      assert.lengthOf(older, 4)
      const secret = yield* secretTo(adas, 4)
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual((yield* Effect.flip(identity.reset(secret, next)))._tag, "Invalid")
      yield* signIn(adas)
    }).pipe(Effect.provide(layer))
  )

  it.effect("gets no message for somebody kept out", () =>
    Effect.gen(function* () {
      yield* ada
      const users = yield* UserStore
      yield* users.replace(yield* users.findByEmail(adas), { user: { disabledAt: 0 as never } })
      yield* Identity.use(({ forgot }) => forgot(adas))
      yield* Identity.use(({ register }) => register({ email: adas, password, name: "Ada" }))
      const mails = yield* mailsTo(adas, 2)
      assert.notInclude(mails.map(({ subject }) => subject).join(), "new password")
    }).pipe(Effect.provide(layer))
  )
})

describe("changing", () => {
  it.effect("the password needs the one now, and ends all other sessions", () =>
    Effect.gen(function* () {
      const [other, mine] = [yield* ada, yield* signIn(adas)]
      const identity = yield* Identity
      const change = (current: Redacted.Redacted, then = next) =>
        identity.changePassword(mine.principal, { current, next: then }, visitor.ip)
      assert.strictEqual((yield* Effect.flip(change(weak)))._tag, "Forbidden")
      assert.strictEqual((yield* Effect.flip(change(password, weak)))._tag, "Invalid")
      yield* change(password)
      assert.strictEqual((yield* Effect.flip(identity.refresh(other.refreshToken)))._tag, "Unauthenticated")
      yield* identity.refresh(mine.refreshToken)
      yield* signIn(adas, next)
      const entries = yield* audited(mine.principal.tenantId)
      assert.includeMembers([...entries], ["user.password_failed", "user.password"])
      assert.include((yield* mailsTo(adas, 2))[1]!.subject, "changed")
    }).pipe(Effect.provide(layer))
  )

  it.effect("the name is written down with what it was", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const identity = yield* Identity
      const me = yield* identity.rename(principal, "Ada Lovelace")
      assert.deepStrictEqual(
        [me.name, me.email, me.role, me.hasSecondFactor],
        ["Ada Lovelace", adas, "admin", false]
      )
      assert.strictEqual((yield* audited(principal.tenantId)).at(-1), "user.update")
      assert.deepStrictEqual(yield* identity.preferences(principal), {})
      yield* identity.prefer(principal, { theme: "dark", locale: "de" })
      yield* identity.prefer(principal, { theme: "light" })
      assert.deepStrictEqual(yield* identity.preferences(principal), { theme: "light" })
    }).pipe(Effect.provide(layer))
  )
})

describe("erasing oneself", () => {
  it.effect("needs the password, ends all sessions, and is taken back by signing in", () =>
    Effect.gen(function* () {
      const { principal, refreshToken } = yield* ada
      const identity = yield* Identity
      assert.strictEqual(
        (yield* Effect.flip(identity.eraseMe(principal, weak, visitor.ip)))._tag,
        "Forbidden"
      )
      const eraseAt = yield* identity.eraseMe(principal, password, visitor.ip)
      const kept = Effect.map(
        UserStore.use((users) => users.findByEmail(adas)),
        ({ user }) => user.eraseAt
      )
      assert.strictEqual(yield* kept, eraseAt)
      assert.strictEqual((yield* Effect.flip(identity.refresh(refreshToken)))._tag, "Unauthenticated")
      yield* TestClock.adjust("29 days")
      yield* signIn(adas)
      assert.isNull(yield* kept)
      const entries = yield* audited(principal.tenantId)
      assert.deepStrictEqual(entries.slice(-3), ["user.erase", "user.keep", "user.login"])
    }).pipe(Effect.provide(layer))
  )
})
