import { assert } from "@effect/vitest"
import { LocationStore, type Membership, MembershipStore, type TenantStore, UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, addTenant, at, freshLocation, freshLocationId, freshTenant } from "../registered.ts"
import { addMember, addUser, freshUserId } from "./support.ts"

type Needs = MembershipStore | UserStore | LocationStore | TenantStore
type MembershipCheck = Check<Needs>

/** A tenant with three locations, by their ids. */
const addPlaces = Effect.gen(function* () {
  const { id, tenantId } = yield* addLocation
  const others = [freshLocation(tenantId), freshLocation(tenantId)]
  for (const place of others) yield* (yield* LocationStore).add(place)
  return { tenantId, ids: [id, ...others.map((place) => place.id)] }
})

const keeps: ReadonlyArray<MembershipCheck> = [
  {
    name: "answers a membership as it was put, its locations in order and each once",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      for (const role of ["user", "facility_manager", "admin"] as const) {
        const { id: userId } = yield* addUser
        const membership: Membership = {
          tenantId,
          userId,
          role,
          locations: ids.slice(0, 2),
          createdAt: at(7)
        }
        yield* store.put({ ...membership, locations: [ids[1]!, ids[0]!, ids[1]!] })
        assert.deepStrictEqual(yield* store.get(tenantId, userId), membership)
      }
    })
  },
  {
    name: "a member who is put again has the role and the locations of then, and is one since the first time",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      const { id: userId } = yield* addUser
      const first: Membership = { tenantId, userId, role: "user", locations: ids, createdAt: at(7) }
      yield* store.put(first)
      yield* store.put({ ...first, role: "facility_manager", locations: [ids[2]!], createdAt: at(8) })
      const changed = { ...first, role: "facility_manager", locations: [ids[2]!] } as const
      assert.deepStrictEqual(yield* store.get(tenantId, userId), changed)
      yield* store.put({ ...first, locations: [] })
      assert.deepStrictEqual((yield* store.get(tenantId, userId)).locations, [])
    })
  },
  {
    name: "puts at the same time leave one of them whole",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      const { id: userId } = yield* addUser
      const member = { tenantId, userId, createdAt: at(7) }
      const states: ReadonlyArray<Membership> = [
        { ...member, role: "user", locations: ids.slice(0, 1) },
        { ...member, role: "facility_manager", locations: ids.slice(1) },
        { ...member, role: "admin", locations: [] }
      ]
      const all = Array.from({ length: 30 }, (_, i) => states[i % 3]!)
      yield* Effect.forEach(all, store.put, { concurrency: "unbounded", discard: true })
      const left = yield* store.get(tenantId, userId)
      assert.deepStrictEqual(
        left,
        states.find(({ role }) => role === left.role)
      )
    })
  },
  {
    name: "refuses a tenant, a person or a location that is not there, and another tenant's location",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      const { id: userId } = yield* addUser
      const right: Membership = { tenantId, userId, role: "user", locations: [], createdAt: at(7) }
      const nowhere = freshTenant().id
      yield* Refusals.assertMissing("tenant", nowhere, store.put({ ...right, tenantId: nowhere }))
      const nobody = freshUserId()
      yield* Refusals.assertMissing("user", nobody, store.put({ ...right, userId: nobody }))
      for (const place of [freshLocationId(), (yield* addLocation).id]) {
        const put = store.put({ ...right, locations: [ids[0]!, place] })
        yield* Refusals.assertMissing("location", place, put)
      }
      yield* Refusals.assertMissing("membership", userId, store.get(tenantId, userId))
      yield* store.put({ ...right, locations: ids.slice(0, 1) })
      yield* Effect.flip(store.put({ ...right, role: "admin", locations: [freshLocationId()] }))
      assert.deepStrictEqual(yield* store.get(tenantId, userId), { ...right, locations: ids.slice(0, 1) })
    })
  }
]

const lists: ReadonlyArray<MembershipCheck> = [
  {
    name: "lists what a person is by tenant, and the members of a tenant by person, page by page",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const tenants = [yield* addTenant, yield* addTenant, yield* addTenant].map(({ id }) => id)
      const { id: userId } = yield* addUser
      for (const tenantId of tenants.toReversed()) {
        yield* store.put({ tenantId, userId, role: "admin", locations: [], createdAt: at(7) })
      }
      yield* addMember(tenants[0]!)
      const own = yield* store.ofUser(userId)
      assert.deepStrictEqual(
        own.map(({ tenantId }) => tenantId),
        tenants
      )
      assert.deepStrictEqual(own[1], yield* store.get(tenants[1]!, userId))
      const tenant = yield* addTenant
      const stem = freshUserId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => (stem + suffix) as typeof stem)
      for (const id of ids.toReversed()) yield* addMember(tenant.id, { id })
      const list = (page: Parameters<MembershipStore["ofTenant"]>[1]) =>
        Effect.map(store.ofTenant(tenant.id, page), (members) => members.map((member) => member.userId))
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids.at(-1) }), [])
    })
  },
  {
    name: "who is taken out of one tenant stays in the others",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const [one, other] = [yield* addTenant, yield* addTenant]
      const { id: userId } = yield* addMember(one.id)
      yield* store.put({ tenantId: other.id, userId, role: "user", locations: [], createdAt: at(7) })
      yield* store.remove(one.id, userId)
      yield* Refusals.assertMissing("membership", userId, store.get(one.id, userId))
      yield* Refusals.assertMissing("membership", userId, store.remove(one.id, userId))
      yield* Refusals.assertMissing("membership", userId, store.remove(freshTenant().id, userId))
      assert.deepStrictEqual(
        (yield* store.ofUser(userId)).map(({ tenantId }) => tenantId),
        [other.id]
      )
      assert.strictEqual((yield* (yield* UserStore).get(userId)).user.id, userId)
    })
  }
]

/** Everything a `MembershipStore` promises, one check for each promise. */
export const membershipStoreChecks: ReadonlyArray<MembershipCheck> = [...keeps, ...lists]

/** Registers the tests every `MembershipStore` has to pass, over a layer that also carries what it names. */
export const membershipStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: MembershipStore`, layer, membershipStoreChecks, options)
