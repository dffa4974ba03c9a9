import { assert, describe, it } from "@effect/vitest"
import {
  Email,
  HasherBusy,
  Instant,
  MembershipStore,
  noSecrets,
  PasswordHasher,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { spell } from "../../secret.ts"
import { Identity } from "../Identity.ts"
import {
  ada,
  adas,
  audited,
  join,
  layer,
  layerWith,
  mailsTo,
  password,
  secretTo,
  signIn,
  start,
  url,
  visitor
} from "./identity.fixture.ts"
import { makeOneTimes } from "./oneTimes.ts"

const other = Redacted.make("Battery-Staple-9")

describe("registering", () => {
  it.effect("makes a person and a tenant of their own, once the address was confirmed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const identity = yield* Identity
      yield* identity.register({
        email: " Ada@Example.COM ",
        password,
        name: "Ada",
        tenantName: "Elm Street"
      })
      const [mail] = yield* mailsTo(adas, 1)
      assert.include(mail!.text, `${url}/#verify-email=wk_ot_`)
      assert.include(mail!.html, `<a href="${url}/#verify-email=wk_ot_`)
      const early = yield* Effect.flip(identity.login({ email: adas, password }, visitor))
      assert.deepStrictEqual(
        [early._tag, early.message.includes("confirm your address")],
        ["Forbidden", true]
      )
      const secret = yield* secretTo(adas, 2)
      yield* identity.verifyEmail({ secret, password }, visitor.ip)
      const again = yield* Effect.flip(identity.verifyEmail({ secret, password }, visitor.ip))
      assert.strictEqual(again._tag, "Invalid")
      const { principal } = yield* signIn("ADA@example.com")
      assert.deepStrictEqual([principal.scopes.includes("administer"), principal.locations], [true, null])
      const [own] = yield* identity.tenants(principal)
      assert.deepStrictEqual([own?.tenant.name, own?.membership.role], ["Elm Street", "admin"])
      const actions = yield* audited(principal.tenantId)
      assert.deepStrictEqual(actions, ["user.register", "user.verify", "user.login"])
    }).pipe(Effect.provide(layer))
  )

  it.effect("with a known address changes nothing, and tells only who reads its mail", () =>
    Effect.gen(function* () {
      yield* ada
      const identity = yield* Identity
      yield* identity.register({ email: adas, password: other, name: "Eve" })
      const mails = yield* mailsTo(adas, 2)
      assert.include(mails[1]!.text, "registered")
      assert.notInclude(mails[1]!.text, "wk_ot_")
      assert.strictEqual((yield* Effect.flip(signIn(adas, other)))._tag, "Unauthenticated")
      const { principal } = yield* signIn(adas)
      assert.strictEqual((yield* identity.me(principal)).name, "Ada")
    }).pipe(Effect.provide(layer))
  )

  it.effect("again before the address was confirmed counts with the last password and the last link", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const identity = yield* Identity
      yield* identity.register({ email: adas, password: other, name: "Eve" })
      const first = yield* secretTo(adas)
      yield* identity.register({ email: adas, password, name: "Ada" })
      const second = yield* secretTo(adas, 2)
      assert.strictEqual(
        (yield* Effect.flip(identity.verifyEmail({ secret: first, password }, visitor.ip)))._tag,
        "Invalid"
      )
      const lured = yield* Effect.flip(identity.verifyEmail({ secret: second, password: other }, visitor.ip))
      assert.strictEqual(lured._tag, "Forbidden")
      yield* identity.verifyEmail({ secret: second, password }, visitor.ip)
      assert.strictEqual((yield* Effect.flip(signIn(adas, other)))._tag, "Unauthenticated")
      assert.strictEqual((yield* identity.me((yield* signIn(adas)).principal)).name, "Ada")
    }).pipe(Effect.provide(layer))
  )

  it.effect("sends three messages an hour to an address, known or not", () =>
    Effect.gen(function* () {
      yield* ada
      const identity = yield* Identity
      for (const [email, left] of [
        [adas, 2],
        ["eve@example.com", 3]
      ] as const) {
        for (let i = 0; i < left; i++) yield* identity.register({ email, password, name: "Ada" })
        const error = yield* Effect.flip(identity.register({ email, password, name: "Ada" }))
        assert.strictEqual(error._tag, "Throttled")
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses weak passwords and what is no address", () =>
    Effect.gen(function* () {
      const identity = yield* Identity
      for (const [email, typed, field] of [
        ["ada@example.com", "short", "password"],
        ["ada.lovelace-1@example.com", "Ada.Lovelace-1", "password"],
        ["nobody", "Correct-Horse-7", "email"]
      ] as const) {
        const weak = { email, password: Redacted.make(typed), name: "Ada" }
        const error = yield* Effect.flip(identity.register(weak))
        assert.strictEqual(error._tag === "Invalid" ? error.field : error._tag, field)
        assert.notInclude(error.message, typed)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("is possible where it is open, and says so where it is not", () =>
    Effect.gen(function* () {
      const identity = yield* Identity
      const error = yield* Effect.flip(identity.register({ email: adas, password, name: "Ada" }))
      assert.deepStrictEqual([error._tag, error.message.includes("invitation")], ["Forbidden", true])
    }).pipe(Effect.provide(layerWith(undefined, { registration: "closed" })))
  )

  it.effect("tells that too many wait to be hashed, and counts no message for it", () =>
    Effect.gen(function* () {
      const identity = yield* Identity
      for (let i = 0; i < 5; i++) {
        const error = yield* Effect.flip(identity.register({ email: adas, password, name: "Ada" }))
        assert.strictEqual(error._tag, "HasherBusy")
      }
    }).pipe(
      Effect.provide(
        layerWith(
          Layer.succeed(PasswordHasher, {
            hash: () => Effect.fail(new HasherBusy()),
            verify: () => Effect.fail(new HasherBusy())
          })
        )
      )
    )
  )
})

describe("a confirmation", () => {
  it.effect("works for a day, and makes up for a registration that was cut off", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const users = yield* UserStore
      const identity = yield* Identity
      const { give } = yield* makeOneTimes
      const id = UserId.make("ada")
      const fresh = { createdAt: start, verifiedAt: null, disabledAt: null, eraseAt: null }
      yield* users.add(
        { id, email: adas, name: "Ada", ...fresh },
        { ...noSecrets, passwordHash: "new Correct-Horse-7" }
      )
      const late = yield* give("verify_email", id)
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(
        (yield* Effect.flip(identity.verifyEmail({ secret: late, password }, visitor.ip)))._tag,
        "Invalid"
      )
      for (const wrong of ["", "x", spell("wk_ot_", new Uint8Array(32)), yield* give("reset_password", id)])
        assert.strictEqual(
          (yield* Effect.flip(identity.verifyEmail({ secret: wrong, password }, visitor.ip)))._tag,
          "Invalid"
        )
      yield* identity.verifyEmail({ secret: yield* give("verify_email", id), password }, visitor.ip)
      const { principal } = yield* signIn(adas)
      assert.strictEqual((yield* identity.tenants(principal))[0]?.tenant.name, "Ada")
    }).pipe(Effect.provide(layer))
  )
})

const elm = TenantId.make("elm")

/** What an administrator of another tenant leaves who invited somebody. */
const invited = (id: UserId) =>
  Effect.gen(function* () {
    yield* TenantStore.use((store) => store.add({ id: elm, name: "Elm Street", createdAt: start }))
    const createdAt = Instant.plus(start, 1)
    const membership = { role: "user", locations: [], createdAt, disabledAt: null } as const
    yield* MembershipStore.use((store) => store.put({ ...membership, tenantId: elm, userId: id }))
    return yield* (yield* makeOneTimes).give("invite", id, elm)
  })

describe("an invitation", () => {
  it.effect("lets somebody new choose a password, though registration is closed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const identity = yield* Identity
      const id = UserId.make("ada")
      const fresh = { createdAt: start, verifiedAt: null, disabledAt: null, eraseAt: null }
      yield* UserStore.use((store) => store.add({ id, email: adas, name: "?", ...fresh }, noSecrets))
      const secret = yield* invited(id)
      yield* TestClock.adjust("6 days")
      for (const typed of [undefined, Redacted.make("weak")]) {
        const error = yield* Effect.flip(identity.acceptInvitation({ secret, password: typed }))
        assert.strictEqual(error._tag === "Invalid" ? error.field : error._tag, "password")
      }
      yield* identity.acceptInvitation({ secret, password, name: "Ada" })
      const used = yield* Effect.flip(identity.acceptInvitation({ secret, password: other }))
      assert.strictEqual(used._tag, "Invalid")
      const { principal } = yield* signIn(adas)
      assert.deepStrictEqual([principal.tenantId, principal.locations], [elm, []])
      assert.strictEqual((yield* identity.me(principal)).name, "Ada")
      assert.include(yield* audited(elm), "member.accept")
    }).pipe(Effect.provide(layerWith(undefined, { registration: "closed" })))
  )

  it.effect("leaves nothing of somebody else who registered the address before", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const identity = yield* Identity
      yield* identity.register({ email: adas, password: other, name: "Eve" })
      yield* mailsTo(adas, 1)
      const { user } = yield* UserStore.use((users) => users.findByEmail(Email.make(adas)))
      const secret = yield* invited(user.id)
      const missing = yield* Effect.flip(identity.acceptInvitation({ secret }))
      assert.strictEqual(missing._tag === "Invalid" ? missing.field : missing._tag, "password")
      yield* identity.acceptInvitation({ secret, password, name: "Ada" })
      assert.strictEqual((yield* Effect.flip(signIn(adas, other)))._tag, "Unauthenticated")
      assert.strictEqual((yield* identity.me((yield* signIn(adas)).principal)).name, "Ada")
    }).pipe(Effect.provide(layer))
  )

  it.effect("changes neither the password nor the name of somebody who has them", () =>
    Effect.gen(function* () {
      const { principal } = yield* ada
      const identity = yield* Identity
      const secret = yield* invited(UserId.make(principal.by.id))
      yield* identity.acceptInvitation({ secret, password: other, name: "Eve" })
      assert.strictEqual((yield* Effect.flip(signIn(adas, other)))._tag, "Unauthenticated")
      const again = yield* signIn(adas)
      assert.strictEqual(again.principal.tenantId, principal.tenantId)
      const names = (yield* identity.tenants(principal)).map(({ tenant }) => tenant.name)
      assert.deepStrictEqual(names, ["Elm Street", "Ada"].toSorted())
      yield* join("eve@example.com")
    }).pipe(Effect.provide(layer))
  )
})
