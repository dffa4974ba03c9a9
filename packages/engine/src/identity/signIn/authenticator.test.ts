import { assert, describe, it } from "@effect/vitest"
import { Instant, type Principal, UserStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Identity } from "../Identity.ts"
import * as Totp from "../Totp.ts"
import {
  ada,
  adas,
  audited,
  bearerOf,
  layer,
  mailsTo,
  password,
  signIn,
  visitor
} from "./identity.fixture.ts"

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** The bytes of a secret, as an authenticator reads them. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  const bits = Array.from(text, (letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

/** Sets up an authenticator; answers what it shows, and the recovery codes. */
const setUp = Effect.fnUntraced(function* (principal: Principal) {
  const identity = yield* Identity
  const { secret, uri } = yield* identity.enrolTotp(principal, password, visitor.ip)
  assert.include(uri, `secret=${secret}`)
  const shown = Effect.flatMap(Instant.now, (now) => Totp.codeOf(bytesOf(secret), Totp.stepOf(now)))
  const recoveryCodes = yield* identity.confirmTotp(principal, yield* shown)
  yield* TestClock.adjust("30 seconds")
  return { shown, recoveryCodes }
})

const challenged = Effect.gen(function* () {
  const signed = yield* Identity.use(({ login }) => login({ email: adas, password }, visitor))
  if (signed.kind === "in") return yield* Effect.die("no second factor was asked for")
  return signed.challenge
})

const answered = (challenge: string, code: string) =>
  Identity.use(({ secondFactor }) => secondFactor({ challenge, code }, visitor))

describe("an authenticator", () => {
  it.effect("is asked for once it is confirmed; its codes and those for its loss work once", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const { recoveryCodes, shown } = yield* setUp(principal)
      assert.lengthOf(recoveryCodes, 10)
      const code = yield* shown
      const tokens = yield* answered(yield* challenged, code)
      assert.strictEqual((yield* bearerOf(tokens.accessToken)).tenantId, principal.tenantId)
      assert.strictEqual((yield* Effect.flip(answered(yield* challenged, code)))._tag, "Unauthenticated")
      const challenge = yield* challenged
      assert.strictEqual((yield* Effect.flip(answered(challenge, "no-code")))._tag, "Unauthenticated")
      yield* answered(challenge, recoveryCodes[3]!.toUpperCase())
      assert.strictEqual((yield* Effect.flip(answered(challenge, recoveryCodes[4]!)))._tag, "Unauthenticated")
      assert.strictEqual(
        (yield* Effect.flip(answered(yield* challenged, recoveryCodes[3]!)))._tag,
        "Unauthenticated"
      )
      assert.strictEqual((yield* mailsTo(adas, 2))[1]!.subject, "Signing in asks for a code now")
      assert.include(yield* audited(principal.tenantId), "user.second_factor")
    }).pipe(Effect.provide(layer))
  )

  it.effect("lets in one of a hundred who show its code at the same time", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const { shown } = yield* setUp(principal)
      const [challenge, code] = [yield* challenged, yield* shown]
      const all = yield* Effect.all(
        Array.from({ length: 100 }, () => Effect.exit(answered(challenge, code))),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(
        all.filter(({ _tag }) => _tag === "Success"),
        1
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("is guessed at five times; the challenge lasts five minutes", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const { shown } = yield* setUp(principal)
      const challenge = yield* challenged
      for (let i = 0; i < 5; i++)
        assert.strictEqual((yield* Effect.flip(answered(challenge, `00000${i}`)))._tag, "Unauthenticated")
      assert.strictEqual((yield* Effect.flip(answered(challenge, yield* shown)))._tag, "Throttled")
      const elsewhere = { ...visitor, ip: "203.0.113.9" }
      yield* TestClock.adjust("4 minutes")
      const late = yield* Effect.gen(function* () {
        const identity = yield* Identity
        return yield* identity.secondFactor({ challenge, code: yield* shown }, elsewhere)
      })
      assert.strictEqual(late.expiresIn, 900)
      const over = yield* challenged
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* Effect.flip(answered(over, yield* shown)))._tag, "Unauthenticated")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is set up and removed by who knows the password", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const identity = yield* Identity
      const wrong = Redacted.make("Wrong-Horse-7")
      assert.strictEqual((yield* Effect.flip(identity.confirmTotp(principal, "000000")))._tag, "InUse")
      assert.strictEqual((yield* Effect.flip(identity.enrolTotp(principal, wrong, "")))._tag, "Forbidden")
      yield* identity.enrolTotp(principal, password, "")
      assert.strictEqual((yield* Effect.flip(identity.confirmTotp(principal, "000000")))._tag, "Invalid")
      yield* signIn(adas)
      yield* setUp(principal)
      assert.isTrue((yield* identity.me(principal)).hasSecondFactor)
      assert.strictEqual((yield* Effect.flip(identity.enrolTotp(principal, password, "")))._tag, "InUse")
      const kept = yield* UserStore.use((users) => users.findByEmail(adas))
      assert.lengthOf(kept.secrets.recoveryDigests, 10)
      assert.strictEqual((yield* Effect.flip(identity.removeTotp(principal, wrong, "")))._tag, "Forbidden")
      yield* identity.removeTotp(principal, password, "")
      yield* signIn(adas)
    }).pipe(Effect.provide(layer))
  )
})
