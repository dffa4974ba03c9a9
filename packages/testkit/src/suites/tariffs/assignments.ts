import { assert } from "@effect/vitest"
import { LocalDate, LocationStore, type TariffAssignment, TariffStore, type TenantId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addLocation, addTenant, at, freshLocation, freshLocationId } from "../registered.ts"
import { addTariff, freshTariffId, type Needs } from "./support.ts"

const assigned = (
  direction: TariffAssignment["direction"],
  from: string,
  tariffId: TariffAssignment["tariffId"]
): TariffAssignment => ({ direction, from: LocalDate.fromStringOrThrow(from), tariffId })

const addTariffs = Effect.fnUntraced(function* (tenantId: TenantId, count: number) {
  const ids: Array<TariffAssignment["tariffId"]> = []
  for (let i = 0; i < count; i++) ids.push((yield* addTariff(tenantId)).id)
  return ids
})

/** What is promised of the tariffs of locations. */
export const assignmentChecks: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers assignments by direction and day, however they were put, and replaces all of them",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id, tenantId } = yield* addLocation
      const [one, other] = yield* addTariffs(tenantId, 2)
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), [])
      const all = [
        assigned("export", "1999-12-31", other!),
        assigned("import", "0001-01-01", one!),
        assigned("import", "2026-03-29", other!),
        assigned("import", "9999-12-31", one!)
      ]
      assert.isTrue(yield* store.assign(tenantId, id, [], all.toReversed()))
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), all)
      const fewer = [assigned("import", "2026-03-29", one!)]
      assert.isTrue(yield* store.assign(tenantId, id, [all[2]!, all[0]!, all[3]!, all[1]!], fewer))
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), fewer)
      assert.isTrue(yield* store.assign(tenantId, id, fewer, []))
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), [])
    })
  },
  {
    name: "assigns nothing when the assignments are not as they are known, whatever about them is not",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id, tenantId } = yield* addLocation
      const [one, other] = yield* addTariffs(tenantId, 2)
      const kept = [assigned("import", "2026-01-01", one!)]
      assert.isTrue(yield* store.assign(tenantId, id, [], kept))
      const wrong = [
        [],
        [assigned("export", "2026-01-01", one!)],
        [assigned("import", "2026-01-02", one!)],
        [assigned("import", "2026-01-01", other!)],
        [...kept, assigned("import", "2026-01-02", other!)]
      ]
      for (const known of wrong) assert.isFalse(yield* store.assign(tenantId, id, known, []))
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), kept)
    })
  },
  {
    name: "of assignments to a location at once, of the same known ones, one is made whole",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id, tenantId } = yield* addLocation
      const [one] = yield* addTariffs(tenantId, 1)
      const lists = Array.from({ length: 20 }, (_, i) =>
        Array.from({ length: 4 }, (_, j) => assigned("import", `20${10 + i}-01-0${1 + j}`, one!))
      )
      const made = yield* Effect.forEach(lists, (next) => store.assign(tenantId, id, [], next), {
        concurrency: "unbounded"
      })
      assert.strictEqual(made.filter(Boolean).length, 1)
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), lists[made.indexOf(true)])
    })
  },
  {
    name: "refuses a location or a tariff that is not there or is another tenant's, and changes nothing",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id, tenantId } = yield* addLocation
      const theirs = yield* addLocation
      const [one] = yield* addTariffs(tenantId, 1)
      const [foreign] = yield* addTariffs(theirs.tenantId, 1)
      const kept = [assigned("import", "2026-01-01", one!)]
      assert.isTrue(yield* store.assign(tenantId, id, [], kept))
      for (const tariffId of [freshTariffId(), foreign!]) {
        const put = store.assign(tenantId, id, kept, [...kept, assigned("export", "2026-01-01", tariffId)])
        yield* Refusals.assertMissing("tariff", tariffId, put)
      }
      for (const place of [freshLocationId(), theirs.id]) {
        yield* Refusals.assertMissing("location", place, store.assign(tenantId, place, [], kept))
        yield* Refusals.assertMissing("location", place, store.assignments(tenantId, place))
      }
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), kept)
      assert.deepStrictEqual(yield* store.assignments(theirs.tenantId, theirs.id), [])
    })
  },
  {
    name: "two tenants' locations and tariffs of the same ids are assigned apart",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id, tenantId } = yield* addLocation
      const { id: other } = yield* addTenant
      yield* (yield* LocationStore).add(freshLocation(other, { id }))
      const tariff = yield* addTariff(tenantId)
      yield* addTariff(other, { id: tariff.id })
      const kept = [assigned("import", "2026-01-01", tariff.id)]
      assert.isTrue(yield* store.assign(tenantId, id, [], kept))
      assert.deepStrictEqual(yield* store.assignments(other, id), [])
      assert.deepStrictEqual(yield* store.assignedTo(other, tariff.id, { limit: 9 }), [])
      assert.isTrue(yield* store.assign(other, id, [], [assigned("export", "2026-02-01", tariff.id)]))
      assert.deepStrictEqual(yield* store.assignments(tenantId, id), kept)
    })
  },
  {
    name: "a tariff that was removed can stay where it is in force, and begin nowhere",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const place = yield* addLocation
      const { tenantId } = place
      const second = freshLocation(tenantId)
      yield* (yield* LocationStore).add(second)
      const tariff = yield* addTariff(tenantId)
      const kept = [assigned("import", "2026-01-01", tariff.id)]
      assert.isTrue(yield* store.assign(tenantId, place.id, [], kept))
      assert.isTrue(yield* store.replace(tariff, { ...tariff, removedAt: at(60) }))
      const more = [...kept, assigned("export", "2026-01-01", tariff.id)]
      assert.isTrue(yield* store.assign(tenantId, place.id, kept, more.toReversed()))
      yield* Refusals.assertMissing("tariff", tariff.id, store.assign(tenantId, second.id, [], kept))
      assert.deepStrictEqual(yield* store.assignments(tenantId, second.id), [])
    })
  },
  {
    name: "tells where a tariff is in force, each location once, page by page",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const first = yield* addLocation
      const { tenantId } = first
      const places = [first, freshLocation(tenantId), freshLocation(tenantId), freshLocation(tenantId)]
      for (const place of places.slice(1)) yield* (yield* LocationStore).add(place)
      const [one, other] = yield* addTariffs(tenantId, 2)
      for (const [i, place] of places.entries()) {
        const twice = ["import", "export"].map((direction) =>
          assigned(direction as TariffAssignment["direction"], "2026-01-01", i === 1 ? other! : one!)
        )
        assert.isTrue(yield* store.assign(tenantId, place.id, [], twice))
      }
      const ids = places.filter((_, i) => i !== 1).map(({ id }) => id)
      assert.deepStrictEqual(yield* store.assignedTo(tenantId, one!, { limit: 9 }), ids)
      assert.deepStrictEqual(yield* store.assignedTo(tenantId, one!, { limit: 1, after: ids[0] }), [ids[1]!])
      assert.deepStrictEqual(yield* store.assignedTo(tenantId, freshTariffId(), { limit: 9 }), [])
      const theirs = yield* addLocation
      assert.deepStrictEqual(yield* store.assignedTo(theirs.tenantId, one!, { limit: 9 }), [])
    })
  }
]
