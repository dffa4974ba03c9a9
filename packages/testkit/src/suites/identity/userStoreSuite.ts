import { assert } from "@effect/vitest"
import {
  type Email,
  MembershipStore,
  noSecrets,
  OneTimeStore,
  SessionStore,
  type TenantStore,
  type User,
  type UserSecrets,
  UserStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at } from "../registered.ts"
import {
  addMember,
  addUser,
  freshDigest,
  freshEmail,
  freshSession,
  freshUser,
  freshUserId,
  idleMs
} from "./support.ts"

type Needs = UserStore | MembershipStore | SessionStore | OneTimeStore | TenantStore
type UserCheck = Check<Needs>

const secrets: UserSecrets = {
  passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
  totpSealed: "v1.c2VhbGVk",
  totpConfirmedAt: at(7),
  totpStep: 58_991_234,
  recoveryDigests: ["b", "a", "b"]
}

const keeps: ReadonlyArray<UserCheck> = [
  {
    name: "answers somebody and their secrets as they were added, by id and by address",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const shown = { locale: "de", units: "metric", theme: "dark", currency: "EUR" }
      const preferences = shown as NonNullable<User["preferences"]>
      const whole = { verifiedAt: at(8), disabledAt: at(9), eraseAt: at(0.001), preferences }
      const dear = `zähler+${freshUserId()}@exämple.org` as Email
      const known = [
        { user: freshUser(), secrets: noSecrets },
        { user: freshUser({ ...whole, email: dear, name: Refusals.awkwardNames[1]! }), secrets }
      ]
      for (const one of known) yield* store.add(one.user, one.secrets)
      for (const one of known) {
        const found = yield* store.get(one.user.id)
        assert.deepStrictEqual({ user: found.user, secrets: found.secrets }, one)
        assert.deepStrictEqual(yield* store.findByEmail(one.user.email), found)
      }
    })
  },
  {
    name: "finds nobody by another id or address, nor by a part of one",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const { email, id } = yield* addUser
      const stranger = freshUserId()
      yield* Refusals.assertMissing("user", stranger, store.get(stranger))
      for (const other of [
        freshEmail(),
        email.slice(1),
        email.toUpperCase(),
        "",
        "%",
        "a\0@b.c",
        "\ud800@b.c"
      ]) {
        yield* Refusals.assertMissing("user", other, store.findByEmail(other as Email))
      }
      assert.strictEqual((yield* store.findByEmail(email)).user.id, id)
    })
  },
  {
    name: "addresses that differ in what no column can hold are two",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const tail = freshEmail()
      const users = ["\ud800", "\udc00", "\ufffd", "\u0001"].map((odd) =>
        freshUser({ email: `${odd}${tail}` as Email })
      )
      for (const user of users) yield* store.add(user, noSecrets)
      for (const user of users) assert.deepStrictEqual((yield* store.findByEmail(user.email)).user, user)
    })
  },
  {
    name: "refuses an id or an address that is taken, and keeps the first",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const user = yield* addUser
      yield* Refusals.assertTaken("user", user.id, store.add(freshUser({ id: user.id }), secrets))
      const rival = freshUser({ email: user.email })
      yield* Refusals.assertTaken("user", rival.id, store.add(rival, secrets))
      yield* Refusals.assertMissing("user", rival.id, store.get(rival.id))
      const { secrets: kept, user: found } = yield* store.findByEmail(user.email)
      assert.deepStrictEqual([found, kept], [user, noSecrets])
    })
  },
  {
    name: "of many who take an address at once one has it",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const email = freshEmail()
      const rivals = Array.from({ length: 20 }, () => freshUser({ email }))
      const added = yield* Effect.forEach(rivals, (user) => Effect.isSuccess(store.add(user, noSecrets)), {
        concurrency: "unbounded"
      })
      assert.strictEqual(added.filter(Boolean).length, 1)
      const { user } = yield* store.findByEmail(email)
      assert.strictEqual(user.id, rivals[added.indexOf(true)]?.id)
    })
  }
]

const changes: ReadonlyArray<UserCheck> = [
  {
    name: "a change is of what it names, and the version grows",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const user = yield* addUser
      const first = yield* store.get(user.id)
      const renamed = { name: "Grace", email: freshEmail(), verifiedAt: at(20) }
      assert.isTrue(yield* store.replace(first, { user: renamed }))
      const second = yield* store.get(user.id)
      assert.deepStrictEqual([second.user, second.secrets], [{ ...user, ...renamed }, noSecrets])
      assert.isTrue(yield* store.replace(second, { secrets }))
      const third = yield* store.get(user.id)
      assert.deepStrictEqual([third.user, third.secrets], [second.user, secrets])
      const withoutCode = { recoveryDigests: ["a"], totpConfirmedAt: null }
      assert.isTrue(yield* store.replace(third, { secrets: withoutCode, user: { verifiedAt: null } }))
      const last = yield* store.findByEmail(renamed.email)
      assert.deepStrictEqual(last.secrets, { ...secrets, ...withoutCode })
      assert.isNull(last.user.verifiedAt)
      const versions = [first, second, third, last].map(({ version }) => version)
      assert.deepStrictEqual(
        versions,
        [...new Set(versions)].sort((a, b) => a - b)
      )
      yield* Refusals.assertMissing("user", user.email, store.findByEmail(user.email))
    })
  },
  {
    name: "of changes of the same version one is made, however many come at once",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const { id } = yield* addUser
      const known = yield* store.get(id)
      const steps = Array.from({ length: 30 }, (_, i) => i + 1)
      const made = yield* Effect.forEach(
        steps,
        (totpStep) => store.replace(known, { secrets: { totpStep } }),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(made.filter(Boolean).length, 1)
      const after = yield* store.get(id)
      assert.strictEqual(after.secrets.totpStep, steps[made.indexOf(true)])
      assert.isFalse(yield* store.replace(known, { user: { name: "Late" } }))
      assert.deepStrictEqual(yield* store.get(id), after)
    })
  },
  {
    name: "refuses an address somebody else has, and changes nobody who is not there",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const [{ email }, { id }] = [yield* addUser, yield* addUser]
      const known = yield* store.get(id)
      yield* Refusals.assertTaken("user", id, store.replace(known, { user: { email, name: "Thief" } }))
      assert.deepStrictEqual(yield* store.get(id), known)
      assert.isTrue(yield* store.replace(known, { user: { email: known.user.email } }))
      yield* store.remove(id)
      yield* Refusals.assertMissing("user", id, store.replace(known, { user: { name: "Ghost" } }))
    })
  }
]

const lists: ReadonlyArray<UserCheck> = [
  {
    name: "lists the members of a tenant in the order of ids, page by page, and nobody else",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const [tenant, other] = [yield* addTenant, yield* addTenant]
      yield* addMember(other.id)
      yield* addUser
      const stem = freshUserId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => (stem + suffix) as typeof stem)
      for (const id of ids.toReversed()) yield* addMember(tenant.id, { id })
      const list = (page: Parameters<UserStore["list"]>[1]) =>
        Effect.map(store.list(tenant.id, page), (users) => users.map((user) => user.id))
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids.at(-1) }), [])
    })
  },
  {
    name: "who is removed is gone, with memberships, sessions and secrets, and the address is free",
    run: Effect.gen(function* () {
      const store = yield* UserStore
      const sessions = yield* SessionStore
      const oneTimes = yield* OneTimeStore
      const tenant = yield* addTenant
      const [gone, stays] = [yield* addMember(tenant.id), yield* addMember(tenant.id)]
      const digests = [freshDigest(), freshDigest()]
      for (const [i, { id }] of [gone, stays].entries()) {
        yield* sessions.begin(freshSession(id, tenant.id), digests[i]!)
        const secret = { purpose: "reset_password", userId: id, tenantId: null, expiresAt: at(999) } as const
        yield* oneTimes.put({ ...secret, digest: digests[i]! })
      }
      yield* store.remove(gone.id)
      yield* Refusals.assertMissing("user", gone.id, store.get(gone.id))
      yield* Refusals.assertMissing("user", gone.id, store.remove(gone.id))
      const members = yield* (yield* MembershipStore).ofTenant(tenant.id, { limit: 9 })
      assert.deepStrictEqual(
        members.map(({ userId }) => userId),
        [stays.id]
      )
      assert.deepStrictEqual(yield* sessions.list(gone.id, at(20)), [])
      const next = { next: freshDigest(), now: at(20), forgivenMs: 0, idleMs }
      assert.strictEqual((yield* sessions.rotate({ ...next, digest: digests[0]! })).kind, "unknown")
      assert.strictEqual((yield* sessions.rotate({ ...next, digest: digests[1]! })).kind, "rotated")
      assert.isUndefined(yield* oneTimes.take(digests[0]!, "reset_password", at(20)))
      assert.isDefined(yield* oneTimes.take(digests[1]!, "reset_password", at(20)))
      yield* store.add(freshUser({ email: gone.email }), noSecrets)
    })
  }
]

const registered: UserCheck = {
  name: "lists who registered and never confirmed the address, page by page, and nobody who was invited",
  run: Effect.gen(function* () {
    const store = yield* UserStore
    // Long before everybody else, so that all checks can share a database.
    const long = (seconds: number) => at(seconds - 1e8)
    const add = Effect.fnUntraced(function* (seconds: number, over: Partial<User>, kept: UserSecrets) {
      const user = freshUser({ createdAt: long(seconds), ...over })
      yield* store.add(user, kept)
      return user
    })
    const one = yield* add(1, {}, secrets)
    const two = yield* add(0, {}, secrets)
    yield* add(0, { verifiedAt: long(5) }, secrets)
    yield* add(0, {}, noSecrets)
    const late = yield* add(10, {}, secrets)
    const list = (limit: number, after?: User["id"]) => store.unconfirmed(long(10), { limit, after })
    assert.deepStrictEqual(yield* list(9), [one, two])
    assert.deepStrictEqual(yield* list(1), [one])
    assert.deepStrictEqual(yield* list(9, one.id), [two])
    for (const { id } of [one, two, late]) yield* store.remove(id)
    assert.deepStrictEqual(yield* store.unconfirmed(long(100), { limit: 9 }), [])
  })
}

/** Everything a `UserStore` promises, one check for each promise. */
export const userStoreChecks: ReadonlyArray<UserCheck> = [...keeps, ...changes, ...lists, registered]

/** Registers the tests every `UserStore` has to pass, over a layer that also carries what names persons. */
export const userStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: UserStore`, layer, userStoreChecks, options)
