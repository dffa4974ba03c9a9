import { assert, describe, it } from "@effect/vitest"
import { type KnownUser, MembershipStore, TenantId, TenantStore, UserId, UserStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Identity } from "../Identity.ts"
import {
  ada,
  adas,
  audited,
  bearerOf,
  join,
  layer,
  layerWith,
  mailsTo,
  makeHasher,
  password,
  signIn,
  start,
  until,
  visitor
} from "./identity.fixture.ts"

const wrong = Redacted.make("Wrong-Horse-7")

const changed = (change: Parameters<UserStore["replace"]>[1]) =>
  Effect.gen(function* () {
    const users = yield* UserStore
    const known: KnownUser = yield* users.findByEmail(adas)
    assert.isTrue(yield* users.replace(known, change))
  })

describe("signing in", () => {
  it.effect("says the same to a wrong password, an unknown address and somebody kept out", () =>
    Effect.gen(function* () {
      yield* ada
      const identity = yield* Identity
      const tries = [
        [adas, wrong],
        ["eve@example.com", password]
      ] as const
      const errors = yield* Effect.forEach(tries, ([email, password]) =>
        Effect.flip(identity.login({ email, password }, visitor))
      )
      yield* changed({ user: { disabledAt: start } })
      errors.push(yield* Effect.flip(identity.login({ email: adas, password: wrong }, visitor)))
      assert.strictEqual(new Set(errors.map((error) => `${error._tag} ${error.message}`)).size, 1)
      const told = yield* Effect.flip(identity.login({ email: adas, password }, visitor))
      assert.strictEqual(told._tag, "Forbidden")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is written down in the tenant, and so is a failure of somebody known", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      yield* Effect.flip(signIn(adas, wrong))
      yield* Effect.flip(signIn("eve@example.com", wrong))
      yield* until(
        Effect.map(audited(principal.tenantId), (all) =>
          all.at(-1) === "user.login_failed" ? all : undefined
        )
      )
      const failures = (yield* audited(principal.tenantId)).filter((action) => action.endsWith("failed"))
      assert.lengthOf(failures, 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "sends somebody unconfirmed a new message, three in an hour, whoever gave the right password",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const identity = yield* Identity
        yield* identity.register({ email: adas, password, name: "Ada" })
        yield* mailsTo(adas, 1)
        assert.strictEqual((yield* Effect.flip(signIn(adas, wrong)))._tag, "Unauthenticated")
        for (let i = 0; i < 4; i++) assert.strictEqual((yield* Effect.flip(signIn(adas)))._tag, "Forbidden")
        assert.lengthOf(yield* mailsTo(adas, 3), 3)
      }).pipe(Effect.provide(layer))
  )

  it.effect("replaces a hash of yesterday", () => {
    const hasher = makeHasher()
    return Effect.gen(function* () {
      yield* ada
      const hash = Effect.map(
        UserStore.use((users) => users.findByEmail(adas)),
        ({ secrets }) => secrets.passwordHash
      )
      yield* changed({ secrets: { passwordHash: "old Correct-Horse-7" } })
      yield* Effect.flip(signIn(adas, wrong))
      assert.strictEqual(yield* hash, "old Correct-Horse-7")
      yield* signIn(adas)
      yield* until(Effect.map(hash, (now) => (now?.startsWith("new") === true ? now : undefined)))
      yield* signIn(adas)
    }).pipe(Effect.provide(layerWith(hasher.layer)))
  })

  it.effect("enters the tenant that is asked for, and refreshing stays in it", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const identity = yield* Identity
      const elm = TenantId.make("elm")
      yield* TenantStore.use((store) => store.add({ id: elm, name: "Elm", createdAt: start }))
      const ask = (tenantId: TenantId) => identity.login({ email: adas, password, tenantId }, visitor)
      assert.strictEqual((yield* Effect.flip(ask(elm)))._tag, "Forbidden")
      const later = { createdAt: start, disabledAt: null, locations: [], role: "user" } as const
      const userId = UserId.make(principal.by.id)
      const put = (over: object) =>
        MembershipStore.use((store) => store.put({ ...later, tenantId: elm, userId, ...over }))
      yield* put({ createdAt: start + 1 })
      const signed = yield* ask(elm)
      if (signed.kind !== "in") return assert.fail("not in")
      const turned = yield* identity.refresh(signed.tokens.refreshToken)
      assert.strictEqual((yield* bearerOf(turned.accessToken)).tenantId, elm)
      assert.strictEqual((yield* signIn(adas)).principal.tenantId, principal.tenantId)
      yield* put({ disabledAt: start })
      assert.strictEqual((yield* Effect.flip(ask(elm)))._tag, "Forbidden")
      assert.strictEqual((yield* Effect.flip(identity.refresh(turned.refreshToken)))._tag, "Unauthenticated")
    }).pipe(Effect.provide(layer))
  )
})

describe("guessing", () => {
  it.effect("10,000 times at one person is looked at 100 times in an hour; the person gets in", () => {
    const { counted, layer } = makeHasher()
    return Effect.gen(function* () {
      yield* ada
      const identity = yield* Identity
      yield* TestClock.adjust("1 hour")
      const before = counted.verified
      const outcomes = new Map<string, number>()
      for (let i = 0; i < 10_000; i++) {
        const ip = i % 3 === 0 ? "203.0.113.5" : `198.${18 + (i % 2)}.${i % 251}.${i % 241}`
        const guess = { email: adas, password: Redacted.make(`Guess-Horse-${i}`) }
        const error = yield* Effect.flip(identity.login(guess, { ip, agent: "" }))
        outcomes.set(error._tag, (outcomes.get(error._tag) ?? 0) + 1)
        if (i % 100 === 99) yield* TestClock.adjust(35_000)
      }
      assert.isAtMost(counted.verified - before, 100)
      assert.isAtLeast(counted.verified - before, 30)
      assert.deepStrictEqual([...outcomes.keys()].toSorted(), ["Throttled", "Unauthenticated"])
      yield* signIn(adas)
      yield* join("eve@example.com")
      yield* signIn("eve@example.com")
    }).pipe(Effect.provide(layerWith(layer)))
  })
})
