import { assert } from "@effect/vitest"
import { type Location, LocationStore, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, addTenant, at, freshLocation } from "../registered.ts"

/** Each of them another thing that may be changed of a location. */
const changes: ReadonlyArray<Partial<Location>> = [
  { name: Refusals.awkwardNames[0]! },
  { kind: "facility" },
  { currency: "CHF" as Location["currency"] },
  { address: "Hauptstraße 1\n12345 Musterstadt" },
  { areaM2: 129.5 },
  { occupants: 0 },
  { removedAt: at(77.007) }
]

/** What is promised of locations that change and are removed. */
export const locationChanges: ReadonlyArray<Check<LocationStore | TenantStore>> = [
  {
    name: "keeps where a location is, how large it is and who is in it",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const { id } = yield* addTenant
      const details = [
        { address: "line\nbreak", areaM2: 0.1 + 0.2, occupants: 4 },
        { address: "", areaM2: 1e7 },
        { occupants: 1_000_000, removedAt: at(0.5) }
      ]
      for (const over of details) {
        const place = freshLocation(id, over)
        yield* store.add(place)
        assert.deepStrictEqual(yield* store.get(id, place.id), place)
      }
    })
  },
  {
    name: "replaces a location that is as it is known, and answers what was put, letter by letter",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = yield* addLocation
      let known = place
      for (const change of changes) {
        const next = { ...known, ...change }
        assert.isTrue(yield* store.replace(known, next))
        assert.deepStrictEqual(yield* store.get(place.tenantId, place.id), next)
        known = next
      }
      assert.isTrue(yield* store.replace(known, place))
      assert.deepStrictEqual(yield* store.get(place.tenantId, place.id), place)
    })
  },
  {
    name: "changes no location that is not as it is known, whatever about it is not",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = yield* addLocation
      const others = [...changes, { zone: "Asia/Tokyo" as Location["zone"] }]
      for (const change of others) {
        assert.isFalse(yield* store.replace({ ...place, ...change }, { ...place, name: "late" }))
      }
      assert.deepStrictEqual(yield* store.get(place.tenantId, place.id), place)
    })
  },
  {
    name: "of replacements of the same known location one is made, however many come at once",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = yield* addLocation
      const names = Array.from({ length: 24 }, (_, i) => `n${i}`)
      const made = yield* Effect.forEach(names, (name) => store.replace(place, { ...place, name }), {
        concurrency: "unbounded"
      })
      assert.strictEqual(made.filter(Boolean).length, 1)
      assert.strictEqual((yield* store.get(place.tenantId, place.id)).name, names[made.indexOf(true)])
    })
  },
  {
    name: "replaces no location that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = yield* addLocation
      const absent = freshLocation(place.tenantId)
      yield* Refusals.assertMissing("location", absent.id, store.replace(absent, absent))
      const theirs = { ...place, tenantId: (yield* addTenant).id }
      const stolen = store.replace(theirs, { ...theirs, name: "stolen" })
      yield* Refusals.assertMissing("location", place.id, stolen)
      assert.deepStrictEqual(yield* store.get(place.tenantId, place.id), place)
    })
  },
  {
    name: "leaves removed locations out of lists, unless they are asked for",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const first = yield* addLocation
      const second = freshLocation(first.tenantId)
      yield* store.add(second)
      const removed = { ...first, removedAt: at(30) }
      assert.isTrue(yield* store.replace(first, removed))
      assert.deepStrictEqual(yield* store.list(first.tenantId, { limit: 1 }), [second])
      const all = yield* store.list(first.tenantId, { limit: 9, withRemoved: true })
      assert.deepStrictEqual(all, [removed, second])
      const page = { limit: 9, withRemoved: true, after: first.id }
      assert.deepStrictEqual(yield* store.list(first.tenantId, page), [second])
    })
  }
]
