import { assert } from "@effect/vitest"
import { type OneTime, OneTimeStore, type TenantStore, type UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { addTenant, at, freshTenant } from "../registered.ts"
import { addUser, freshDigest, freshUserId } from "./support.ts"

type Needs = OneTimeStore | TenantStore | UserStore
type OneTimeCheck = Check<Needs>

const fresh = (userId: OneTime["userId"], over: Partial<OneTime> = {}): OneTime => ({
  digest: freshDigest(),
  purpose: "verify_email",
  userId,
  tenantId: null,
  expiresAt: at(100),
  ...over
})

const takes: ReadonlyArray<OneTimeCheck> = [
  {
    name: "a secret is taken as it was put, once",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const [user, tenant] = [yield* addUser, yield* addTenant]
      for (const purpose of ["verify_email", "reset_password", "second_factor", "invite"] as const) {
        const secret = fresh(user.id, { purpose, tenantId: purpose === "invite" ? tenant.id : null })
        yield* store.put(secret)
        assert.deepStrictEqual(yield* store.take(secret.digest, purpose, at(99.999)), secret)
        assert.isUndefined(yield* store.take(secret.digest, purpose, at(99.999)))
      }
    })
  },
  {
    name: "of many who take a secret at once one has it",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const secret = fresh((yield* addUser).id)
      yield* store.put(secret)
      const taken = yield* Effect.all(
        Array.from({ length: 50 }, () => store.take(secret.digest, secret.purpose, at(1))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        taken.filter((one) => one !== undefined),
        [secret]
      )
    })
  },
  {
    name: "takes nothing for another purpose, by another digest, or when it has expired, and leaves it",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const secret = fresh((yield* addUser).id)
      yield* store.put(secret)
      assert.isUndefined(yield* store.take(secret.digest, "reset_password", at(1)))
      for (const digest of [freshDigest(), secret.digest.slice(1), "", "%", "\0", "\ud800"]) {
        assert.isUndefined(yield* store.take(digest, secret.purpose, at(1)))
      }
      assert.isUndefined(yield* store.take(secret.digest, secret.purpose, at(100)))
      assert.deepStrictEqual(yield* store.take(secret.digest, secret.purpose, at(1)), secret)
    })
  }
]

const puts: ReadonlyArray<OneTimeCheck> = [
  {
    name: "a newer secret replaces an older one of the same person and purpose, and no other",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const [user, other] = [yield* addUser, yield* addUser]
      const old = fresh(user.id, { tenantId: (yield* addTenant).id })
      const stay = [fresh(user.id, { purpose: "invite" }), fresh(other.id)]
      const young = fresh(user.id, { expiresAt: at(50) })
      for (const one of [old, ...stay, young]) yield* store.put(one)
      assert.isUndefined(yield* store.take(old.digest, old.purpose, at(1)))
      for (const one of [...stay, young]) {
        assert.deepStrictEqual(yield* store.take(one.digest, one.purpose, at(1)), one)
      }
    })
  },
  {
    name: "a newer invitation replaces an older one into the same tenant, and none into another",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const user = yield* addUser
      const tenants = [(yield* addTenant).id, (yield* addTenant).id, null]
      const invite = (tenantId: OneTime["tenantId"]) => fresh(user.id, { purpose: "invite", tenantId })
      const old = tenants.map(invite)
      const young = tenants.map(invite)
      for (const one of [...old, young[0]!, young[2]!]) yield* store.put(one)
      const works = (one: OneTime) =>
        Effect.map(store.take(one.digest, "invite", at(1)), (taken) => taken !== undefined)
      assert.deepStrictEqual(yield* Effect.forEach(old, works), [false, true, false])
      assert.deepStrictEqual(yield* Effect.forEach(young, works), [true, false, true])
      const reset = tenants.map((tenantId) => fresh(user.id, { purpose: "reset_password", tenantId }))
      for (const one of reset) yield* store.put(one)
      assert.isUndefined(yield* store.take(reset[0]!.digest, "reset_password", at(1)))
    })
  },
  {
    name: "of secrets put at once the last one works",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const { id } = yield* addUser
      const secrets = Array.from({ length: 20 }, () => fresh(id))
      yield* Effect.forEach(secrets, store.put, { concurrency: "unbounded", discard: true })
      const taken = yield* Effect.forEach(secrets, ({ digest, purpose }) =>
        store.take(digest, purpose, at(1))
      )
      assert.strictEqual(taken.filter((one) => one !== undefined).length, 1)
    })
  },
  {
    name: "a secret of a person or for a tenant that is not there does not work",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      const { id } = yield* addUser
      for (const secret of [fresh(freshUserId()), fresh(id, { tenantId: freshTenant().id })]) {
        yield* store.put(secret)
        assert.isUndefined(yield* store.take(secret.digest, secret.purpose, at(1)))
      }
    })
  },
  {
    name: "forgets what expired before an instant, so many at most",
    run: Effect.gen(function* () {
      const store = yield* OneTimeStore
      // Long before the secrets of all other checks.
      const long = (seconds: number) => at(seconds - 1e8)
      while ((yield* store.forget(long(1000), 1000)) > 0);
      const secrets: Array<OneTime> = []
      for (const seconds of [10, 20, 30, 40]) {
        const secret = fresh((yield* addUser).id, { expiresAt: long(seconds) })
        secrets.push(secret)
        yield* store.put(secret)
      }
      assert.strictEqual(yield* store.forget(long(10), 9), 0)
      assert.strictEqual(yield* store.forget(long(40), 2), 2)
      assert.strictEqual(yield* store.forget(long(40), 2), 1)
      const left = yield* Effect.forEach(secrets, ({ digest, purpose }) =>
        store.take(digest, purpose, long(5))
      )
      assert.deepStrictEqual(left, [undefined, undefined, undefined, secrets[3]])
    })
  }
]

/** Everything a `OneTimeStore` promises, one check for each promise. */
export const oneTimeStoreChecks: ReadonlyArray<OneTimeCheck> = [...takes, ...puts]

/** Registers the tests every `OneTimeStore` has to pass, over a layer that also carries persons. */
export const oneTimeStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: OneTimeStore`, layer, oneTimeStoreChecks, options)
