import { assert } from "@effect/vitest"
import { LocationStore, MembershipStore, type TenantStore, type UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, freshLocation, freshLocationId } from "../registered.ts"
import { addMember, addUser, freshMembership, freshUserId } from "./support.ts"

type GiftCheck = Check<MembershipStore | UserStore | LocationStore | TenantStore>

/** A tenant with two locations and some members, who have the second one. */
const addHouse = Effect.fnUntraced(function* (count: number) {
  const { id: locationId, tenantId } = yield* addLocation
  const other = freshLocation(tenantId)
  yield* (yield* LocationStore).add(other)
  const store = yield* MembershipStore
  const members = []
  for (let i = 0; i < count; i++) {
    const { id } = yield* addMember(tenantId)
    const member = freshMembership(tenantId, id, { locations: [other.id] })
    yield* store.put(member)
    members.push(member)
  }
  return { store, tenantId, locationId, other: other.id, members }
})

/** What is asked of the store about giving locations. */
export const gifts: ReadonlyArray<GiftCheck> = [
  {
    name: "gives a location to some and takes it from all others, and leaves what else they have",
    run: Effect.gen(function* () {
      const { locationId, members, other, store, tenantId } = yield* addHouse(4)
      const [a, b, c, d] = members
      const having = { locations: [locationId, other].sort() }
      const first = yield* store.give({ tenantId, locationId, known: [], wanted: [b!.userId, a!.userId] })
      assert.deepStrictEqual(first, {
        kind: "given",
        members: [a!, b!].map((one) => ({ ...one, ...having })),
        changes: [a!, b!].map((before) => ({ before, after: { ...before, ...having } }))
      })
      const wanted = [c!.userId, b!.userId, c!.userId]
      const second = yield* store.give({ tenantId, locationId, known: [a!, b!], wanted })
      assert.deepStrictEqual(second, {
        kind: "given",
        members: [b!, c!].map((one) => ({ ...one, ...having })),
        changes: [
          { before: { ...a!, ...having }, after: a! },
          { before: c!, after: { ...c!, ...having } }
        ]
      })
      const now = [a!, { ...b!, ...having }, { ...c!, ...having }, d!]
      assert.deepStrictEqual(yield* store.ofTenant(tenantId, { limit: 9 }), now)
      const same = yield* store.give({ tenantId, locationId, known: [c!, b!], wanted })
      assert.deepStrictEqual(same, { kind: "given", members: now.slice(1, 3), changes: [] })
    })
  },
  {
    name: "gives nothing where others have the location than is known, or as something else",
    run: Effect.gen(function* () {
      const { locationId, members, store, tenantId } = yield* addHouse(3)
      const [a, b, c] = members
      const give = (known: typeof members, wanted: ReadonlyArray<(typeof members)[number]>) =>
        store.give({ tenantId, locationId, known, wanted: wanted.map(({ userId }) => userId) })
      assert.strictEqual((yield* give([], [a!, b!])).kind, "given")
      const before = yield* store.ofTenant(tenantId, { limit: 9 })
      for (const known of [[], [a!], [a!, b!, c!], [a!, c!], [{ ...a!, role: "admin" as const }, b!]]) {
        assert.strictEqual((yield* give(known, [c!])).kind, "changed")
      }
      assert.deepStrictEqual(yield* store.ofTenant(tenantId, { limit: 9 }), before)
      assert.strictEqual((yield* give([b!, a!], [])).kind, "given")
    })
  },
  {
    name: "gives nothing to who is no member, and no location that the tenant does not have",
    run: Effect.gen(function* () {
      const { locationId, members, store, tenantId } = yield* addHouse(1)
      for (const stranger of [freshUserId(), (yield* addUser).id, (yield* addHouse(1)).members[0]!.userId]) {
        const wanted = [members[0]!.userId, stranger]
        const told = yield* store.give({ tenantId, locationId, known: [], wanted })
        assert.deepStrictEqual(told, { kind: "changed" })
      }
      for (const place of [freshLocationId(), (yield* addLocation).id]) {
        const gift = { tenantId, locationId: place, known: [], wanted: [members[0]!.userId] }
        yield* Refusals.assertMissing("location", place, store.give(gift))
      }
      assert.deepStrictEqual(yield* store.ofTenant(tenantId, { limit: 9 }), members)
    })
  },
  {
    name: "of gifts that know the same one is made, and none of other locations is lost",
    run: Effect.gen(function* () {
      const { locationId, members, other, store, tenantId } = yield* addHouse(4)
      const all = Array.from({ length: 24 }, (_, i) => [members[i % 4]!.userId, members[(i + 1) % 4]!.userId])
      const [told, others] = yield* Effect.all(
        [
          Effect.forEach(all, (wanted) => store.give({ tenantId, locationId, known: [], wanted }), {
            concurrency: "unbounded"
          }),
          store.give({ tenantId, locationId: other, known: members, wanted: [members[0]!.userId] })
        ],
        { concurrency: "unbounded" }
      )
      assert.strictEqual(told.filter(({ kind }) => kind === "given").length, 1)
      assert.strictEqual(others.kind, "given")
      const having = (id: typeof locationId) =>
        Effect.map(store.ofTenant(tenantId, { limit: 9, locationId: id }), (found) =>
          found.map(({ userId }) => userId)
        )
      const made = all[told.findIndex(({ kind }) => kind === "given")]!
      assert.deepStrictEqual(yield* having(locationId), made.toSorted())
      assert.deepStrictEqual(yield* having(other), [members[0]!.userId])
    })
  }
]
