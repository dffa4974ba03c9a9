import { assert } from "@effect/vitest"
import { LocationStore, type Membership, MembershipStore, type TenantStore, UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, addTenant, at, freshLocation, freshLocationId, freshTenant } from "../registered.ts"
import { gifts } from "./gifts.ts"
import { addMember, addUser, freshMembership, freshUserId } from "./support.ts"

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
        const disabledAt = role === "user" ? at(8) : null
        const membership = freshMembership(tenantId, userId, { role, locations: ids.slice(0, 2), disabledAt })
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
      const first = freshMembership(tenantId, userId, { locations: ids })
      yield* store.put(first)
      const change = { role: "facility_manager", locations: [ids[2]!], disabledAt: at(9) } as const
      yield* store.put({ ...first, ...change, createdAt: at(8) })
      assert.deepStrictEqual(yield* store.get(tenantId, userId), { ...first, ...change })
      yield* store.put({ ...first, locations: [] })
      assert.deepStrictEqual(yield* store.get(tenantId, userId), { ...first, locations: [] })
    })
  },
  {
    name: "puts at the same time leave one of them whole",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      const { id: userId } = yield* addUser
      const member = freshMembership(tenantId, userId)
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
      const right = freshMembership(tenantId, userId)
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
        yield* store.put(freshMembership(tenantId, userId, { role: "admin" }))
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
    name: "lists those to whom a location was given, page by page, whatever their role",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const { ids, tenantId } = yield* addPlaces
      const given: Array<string> = []
      for (let i = 0; i < 6; i++) {
        const { id } = yield* addMember(tenantId)
        const role = i % 2 === 0 ? "admin" : "facility_manager"
        yield* store.put(freshMembership(tenantId, id, { role, locations: [ids[i % 3]!, ids[2]!] }))
        if (i % 3 === 1) given.push(id)
      }
      const list = (page: Parameters<MembershipStore["ofTenant"]>[1]) =>
        Effect.map(store.ofTenant(tenantId, page), (members) => members.map((member) => member.userId))
      assert.strictEqual((yield* list({ limit: 9, locationId: ids[2] })).length, 6)
      assert.deepStrictEqual(yield* list({ limit: 9, locationId: ids[1] }), given)
      assert.deepStrictEqual(yield* list({ limit: 1, locationId: ids[1] }), given.slice(0, 1))
      const after = given[0] as Membership["userId"]
      assert.deepStrictEqual(yield* list({ limit: 9, locationId: ids[1], after }), given.slice(1))
      assert.deepStrictEqual(yield* list({ limit: 9, locationId: freshLocationId() }), [])
    })
  },
  {
    name: "who is taken out of one tenant stays in the others",
    run: Effect.gen(function* () {
      const store = yield* MembershipStore
      const [one, other] = [yield* addTenant, yield* addTenant]
      const { id: userId } = yield* addMember(one.id)
      yield* store.put(freshMembership(other.id, userId))
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

/** A tenant with administrators who may sign in. */
const addAdmins = Effect.fnUntraced(function* (count: number) {
  const { ids, tenantId } = yield* addPlaces
  const store = yield* MembershipStore
  const admins: Array<Membership> = []
  for (let i = 0; i < count; i++) {
    const { id } = yield* addMember(tenantId, { verifiedAt: at(4) })
    const admin = freshMembership(tenantId, id, { role: "admin" })
    yield* store.put(admin)
    admins.push(admin)
  }
  return { store, ids, tenantId, admins: admins as [Membership, ...Array<Membership>] }
})

const replaces: ReadonlyArray<MembershipCheck> = [
  {
    name: "replaces a membership that is as it is known, and none that is not",
    run: Effect.gen(function* () {
      const { admins, ids, store, tenantId } = yield* addAdmins(1)
      const { id: userId } = yield* addMember(tenantId)
      let known = freshMembership(tenantId, userId)
      const states = [
        { role: "facility_manager", locations: [ids[1]!, ids[0]!, ids[1]!] },
        { disabledAt: at(9) },
        { role: "admin", locations: [], disabledAt: null }
      ] as const
      for (const state of states) {
        const next: Membership = { ...known, ...state }
        assert.strictEqual(yield* store.replace(next, known), "changed")
        assert.strictEqual(yield* store.replace(known, { ...next, createdAt: at(99) }), "replaced")
        known = { ...next, locations: [...new Set(next.locations)].sort() }
        assert.deepStrictEqual(yield* store.get(tenantId, userId), known)
      }
      assert.strictEqual(yield* store.replace({ ...known, locations: [ids[0]!] }, null), "changed")
      assert.strictEqual(yield* store.replace(known, null), "replaced")
      yield* Refusals.assertMissing("membership", userId, store.get(tenantId, userId))
      assert.strictEqual(yield* store.replace(known, null), "changed")
      assert.deepStrictEqual(yield* store.get(tenantId, admins[0].userId), admins[0])
    })
  },
  {
    name: "gives no location that the tenant does not have",
    run: Effect.gen(function* () {
      const { admins, store, tenantId } = yield* addAdmins(2)
      const known = admins[0]
      for (const place of [freshLocationId(), (yield* addLocation).id]) {
        const replaced = store.replace(known, { ...known, role: "user", locations: [place] })
        yield* Refusals.assertMissing("location", place, replaced)
      }
      assert.deepStrictEqual(yield* store.get(tenantId, known.userId), known)
    })
  },
  {
    name: "leaves somebody in the tenant who administers it and may sign in",
    run: Effect.gen(function* () {
      const { admins, store, tenantId } = yield* addAdmins(1)
      const [last] = admins
      const shut = { verifiedAt: at(4), disabledAt: at(5) }
      const others = [
        [yield* addMember(tenantId, { verifiedAt: at(4) }), { role: "facility_manager" }],
        [yield* addMember(tenantId, { verifiedAt: at(4) }), { role: "admin", disabledAt: at(9) }],
        [yield* addMember(tenantId, shut), { role: "admin" }],
        [yield* addMember(tenantId), { role: "admin" }]
      ] as const
      for (const [{ id }, over] of others) yield* store.put(freshMembership(tenantId, id, over))
      for (const next of [null, { ...last, role: "user" }, { ...last, disabledAt: at(8) }] as const) {
        assert.strictEqual(yield* store.replace(last, next), "last_admin")
      }
      assert.deepStrictEqual(yield* store.get(tenantId, last.userId), last)
      for (const [{ id }] of others) {
        assert.strictEqual(yield* store.replace(yield* store.get(tenantId, id), null), "replaced")
      }
    })
  },
  {
    name: "of admins who take each other out at once one stays",
    run: Effect.gen(function* () {
      const { admins, store, tenantId } = yield* addAdmins(8)
      const told = yield* Effect.forEach(admins, (admin) => store.replace(admin, null), {
        concurrency: "unbounded"
      })
      assert.strictEqual(told.filter((one) => one === "last_admin").length, 1)
      assert.deepStrictEqual(yield* store.ofTenant(tenantId, { limit: 9 }), [
        admins[told.indexOf("last_admin")]!
      ])
    })
  },
  {
    name: "of replacements of the same known membership one is made, however many come at once",
    run: Effect.gen(function* () {
      const { admins, ids, store, tenantId } = yield* addAdmins(2)
      const known = admins[0]
      const states = ids.map((id) => ({ ...known, locations: [id] }))
      const all = Array.from({ length: 24 }, (_, i) => states[i % 3]!)
      const told = yield* Effect.forEach(all, (next) => store.replace(known, next), {
        concurrency: "unbounded"
      })
      assert.strictEqual(told.filter((one) => one === "replaced").length, 1)
      assert.deepStrictEqual(yield* store.get(tenantId, known.userId), all[told.indexOf("replaced")])
    })
  }
]

/** Everything a `MembershipStore` promises, one check for each promise. */
export const membershipStoreChecks: ReadonlyArray<MembershipCheck> = [
  ...keeps,
  ...lists,
  ...replaces,
  ...gifts
]

/** Registers the tests every `MembershipStore` has to pass, over a layer that also carries what it names. */
export const membershipStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: MembershipStore`, layer, membershipStoreChecks, options)
