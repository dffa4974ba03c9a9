import { assert } from "@effect/vitest"
import {
  type ApiKey,
  ApiKeyStore,
  type DeviceStore,
  type LocationStore,
  MembershipStore,
  type TenantStore,
  UserStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Check } from "../Check.ts"
import { addMember, addUser, freshMembership, freshUserId } from "../identity/support.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at, freshApiKeyId, freshLocationId } from "../registered.ts"

/** What an `ApiKeyStore` and its suite need. */
export type Needs = ApiKeyStore | DeviceStore | LocationStore | MembershipStore | TenantStore | UserStore

/** A digest made of an id. */
export const digestOf = (id: string): string => id.replaceAll("-", "").padEnd(64, "0")

/** A key that is not added yet. */
export const freshKey = (tenantId: ApiKey["tenantId"], over: Partial<ApiKey> = {}): ApiKey => {
  const id = freshApiKeyId()
  return {
    id,
    tenantId,
    name: "Gateway",
    scopes: ["ingest"],
    deviceId: null,
    userId: null,
    locations: null,
    prefix: "wk_ab12",
    digest: digestOf(id),
    createdAt: at(3),
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...over
  }
}

const ofPersons: ReadonlyArray<Check<Needs>> = [
  {
    name: "a key of a person comes back with its person, its locations and its end",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const tenant = yield* addTenant
      const { id: userId } = yield* addMember(tenant.id)
      const given = {
        locations: [freshLocationId(), freshLocationId()],
        expiresAt: at(99.001),
        lastUsedAt: at(8)
      }
      const keys = [
        freshKey(tenant.id, { userId, ...given }),
        freshKey(tenant.id, { userId, locations: [] }),
        freshKey(tenant.id, { expiresAt: at(5) })
      ]
      for (const key of keys) yield* store.add(key)
      for (const key of keys) {
        assert.deepStrictEqual(yield* store.get(tenant.id, key.id), key)
        assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.some(key))
      }
      assert.deepStrictEqual(yield* store.list(tenant.id, { limit: 9 }), keys)
    })
  },
  {
    name: "gets no key that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const key = freshKey((yield* addTenant).id)
      yield* store.add(key)
      const absent = freshApiKeyId()
      yield* Refusals.assertMissing("api_key", absent, store.get(key.tenantId, absent))
      yield* Refusals.assertMissing("api_key", key.id, store.get((yield* addTenant).id, key.id))
    })
  },
  {
    name: "refuses a key of somebody who is no member of the tenant",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const tenant = yield* addTenant
      const theirs = yield* addMember((yield* addTenant).id)
      for (const userId of [freshUserId(), (yield* addUser).id, theirs.id]) {
        const key = freshKey(tenant.id, { userId })
        yield* Refusals.assertMissing("membership", userId, store.add(key))
        yield* Refusals.assertMissing("api_key", key.id, store.get(tenant.id, key.id))
      }
    })
  },
  {
    name: "lists the keys of one person in a tenant, page by page",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const [tenant, other] = [yield* addTenant, yield* addTenant]
      const { id: userId } = yield* addMember(tenant.id)
      const stranger = yield* addMember(tenant.id)
      yield* (yield* MembershipStore).put(freshMembership(other.id, userId))
      const others = [
        freshKey(tenant.id),
        freshKey(tenant.id, { userId: stranger.id }),
        freshKey(other.id, { userId })
      ]
      const own = [1, 2, 3].map(() => freshKey(tenant.id, { userId }))
      for (const key of [...others, ...own]) yield* store.add(key)
      assert.deepStrictEqual(yield* store.list(tenant.id, { limit: 9, userId }), own)
      assert.deepStrictEqual(yield* store.list(tenant.id, { limit: 2, userId }), own.slice(0, 2))
      const page = { limit: 1, after: own[0]!.id, userId } as const
      assert.deepStrictEqual(yield* store.list(tenant.id, page), [own[1]!])
      assert.deepStrictEqual(yield* store.list(tenant.id, { limit: 9, userId: freshUserId() }), [])
    })
  },
  {
    name: "who is removed takes along their keys in every tenant, and nobody else's",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const [tenant, other] = [yield* addTenant, yield* addTenant]
      const { id: userId } = yield* addMember(tenant.id)
      const stays = yield* addMember(tenant.id)
      yield* (yield* MembershipStore).put(freshMembership(other.id, userId))
      const own = [freshKey(tenant.id, { userId }), freshKey(other.id, { userId })]
      const others = [freshKey(tenant.id), freshKey(tenant.id, { userId: stays.id })]
      for (const key of [...own, ...others]) yield* store.add(key)
      yield* (yield* UserStore).remove(userId)
      for (const key of own) assert.deepStrictEqual(yield* store.findByDigest(key.digest), Option.none())
      assert.deepStrictEqual(yield* store.list(tenant.id, { limit: 9 }), others)
    })
  }
]

const uses: ReadonlyArray<Check<Needs>> = [
  {
    name: "notes when keys were last used, those of many tenants at once, and no use before the last one",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const [one, other] = [freshKey((yield* addTenant).id), freshKey((yield* addTenant).id)]
      const unused = freshKey(one.tenantId, { lastUsedAt: at(50) })
      for (const key of [one, other, unused]) yield* store.add(key)
      const use = ({ id, tenantId }: ApiKey, seconds: number) => ({ id, tenantId, at: at(seconds) })
      yield* store.noteUse([])
      yield* store.noteUse([use(one, 20), use(other, 21.001), use(one, 19), use(unused, 49)])
      const lastOf = ({ id, tenantId }: ApiKey) =>
        Effect.map(store.get(tenantId, id), ({ lastUsedAt }) => lastUsedAt)
      assert.deepStrictEqual(yield* lastOf(one), at(20))
      assert.deepStrictEqual(yield* lastOf(other), at(21.001))
      assert.deepStrictEqual(yield* lastOf(unused), at(50))
      yield* store.noteUse([use(one, 30), use(other, 5)])
      assert.deepStrictEqual(yield* lastOf(one), at(30))
      assert.deepStrictEqual(yield* store.get(other.tenantId, other.id), { ...other, lastUsedAt: at(21.001) })
    })
  },
  {
    name: "notes no use of a key that is gone or is another tenant's, and yet that of the others",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const [one, other] = [freshKey((yield* addTenant).id), freshKey((yield* addTenant).id)]
      for (const key of [one, other]) yield* store.add(key)
      yield* store.noteUse([
        { id: one.id, tenantId: other.tenantId, at: at(20) },
        { id: freshApiKeyId(), tenantId: one.tenantId, at: at(20) },
        { id: other.id, tenantId: other.tenantId, at: at(21) }
      ])
      assert.deepStrictEqual(yield* store.get(one.tenantId, one.id), one)
      assert.deepStrictEqual((yield* store.get(other.tenantId, other.id)).lastUsedAt, at(21))
    })
  },
  {
    name: "of uses noted at the same time in any order the last of each key stays",
    run: Effect.gen(function* () {
      const store = yield* ApiKeyStore
      const { id: tenantId } = yield* addTenant
      const keys = Array.from({ length: 12 }, () => freshKey(tenantId))
      for (const key of keys) yield* store.add(key)
      const batches = Array.from({ length: 24 }, (_, i) => {
        const all = keys.map(({ id }) => ({ id, tenantId, at: at(100 + ((i * 7) % 24)) }))
        return i % 2 === 0 ? all : all.toReversed()
      })
      yield* Effect.forEach(batches, store.noteUse, { concurrency: "unbounded", discard: true })
      for (const { lastUsedAt } of yield* store.list(tenantId, { limit: 99 })) {
        assert.strictEqual(lastUsedAt, at(123))
      }
    })
  }
]

/** What is promised of the keys of persons, and of when keys were used. */
export const personalKeyChecks: ReadonlyArray<Check<Needs>> = [...ofPersons, ...uses]
