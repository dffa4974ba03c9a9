import { assert } from "@effect/vitest"
import { LocalDate, type Location, LocationStore, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import * as Refusals from "./refusals.ts"
import { zoneChecks } from "./zones.ts"
import { addTenant, at, freshLocation, freshLocationId, freshTenant } from "./registered.ts"
import { locationChanges } from "./registry/locations.ts"

/** Everything a `LocationStore` promises, one check for each promise. */
export const locationStoreChecks: ReadonlyArray<Check<LocationStore | TenantStore>> = [
  {
    name: "answers what was added, letter by letter",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const tenant = yield* addTenant
      const kinds = ["apartment", "house", "building", "facility"] as const
      for (const [i, name] of Refusals.awkwardNames.entries()) {
        const place = freshLocation(tenant.id, {
          name,
          kind: kinds[i % 4]!,
          zone: "Asia/Kathmandu" as Location["zone"],
          createdAt: at(i / 1000)
        })
        yield* store.add(place)
        assert.deepStrictEqual(yield* store.get(tenant.id, place.id), place)
      }
    })
  },
  {
    name: "a name that no text column can hold does no harm",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const tenant = yield* addTenant
      for (const name of Refusals.unstorableNames) {
        const place = freshLocation(tenant.id, { name })
        yield* store.add(place)
        assert.include(Refusals.storedName(name), (yield* store.get(tenant.id, place.id)).name)
      }
    })
  },
  {
    name: "refuses a tenant that is not there",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = freshLocation(freshTenant().id)
      yield* Refusals.assertMissing("tenant", place.tenantId, store.add(place))
      yield* Refusals.assertMissing("location", place.id, store.get(place.tenantId, place.id))
    })
  },
  {
    name: "refuses an id that is taken and keeps the first; another tenant may have the same",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = freshLocation((yield* addTenant).id)
      const other = yield* addTenant
      yield* store.add(place)
      yield* Refusals.assertTaken("location", place.id, store.add({ ...place, name: "other" }))
      yield* Refusals.assertMissing("location", place.id, store.get(other.id, place.id))
      const theirs = {
        ...place,
        tenantId: other.id,
        name: "theirs",
        zone: "Asia/Kathmandu" as Location["zone"]
      }
      yield* store.add(theirs)
      const from = LocalDate.fromStringOrThrow("2026-03-01")
      yield* store.changeZone(other.id, place.id, { from, zone: "Europe/Berlin" as Location["zone"] })
      assert.deepStrictEqual(yield* store.get(place.tenantId, place.id), place)
      assert.strictEqual((yield* store.zones(place.tenantId, place.id)).length, 1)
      assert.strictEqual((yield* store.zones(other.id, place.id)).length, 2)
      assert.strictEqual((yield* store.get(other.id, place.id)).name, "theirs")
    })
  },
  {
    name: "shows a tenant nothing of another's",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const place = freshLocation((yield* addTenant).id)
      const other = yield* addTenant
      yield* store.add(place)
      yield* Refusals.assertMissing("location", place.id, store.get(other.id, place.id))
      assert.deepStrictEqual(yield* store.list(other.id, { limit: 10 }), [])
      assert.deepStrictEqual(yield* store.list(freshTenant().id, { limit: 10 }), [])
    })
  },
  {
    name: "lists in the order of ids, page by page",
    run: Effect.gen(function* () {
      const store = yield* LocationStore
      const tenant = yield* addTenant
      const stem = freshLocationId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => (stem + suffix) as typeof stem)
      for (const id of [...ids].reverse()) yield* store.add(freshLocation(tenant.id, { id }))
      const list = (page: Parameters<LocationStore["list"]>[1]) =>
        Effect.map(store.list(tenant.id, page), (places) => places.map((place) => place.id))
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 5 }), ids.slice(0, 5))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids.at(-1) }), [])
      assert.deepStrictEqual(yield* list({ limit: 100, after: stem }), ids)
    })
  },
  ...locationChanges,
  ...zoneChecks
]

/** Registers the tests every `LocationStore` has to pass, over a layer that also carries the tenants. */
export const locationStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<LocationStore | TenantStore, E>,
  options: SuiteOptions = {}
): void => register(`${name}: LocationStore`, layer, locationStoreChecks, options)
