import { assert } from "@effect/vitest"
import { TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import {
  assertMissing,
  assertTaken,
  awkwardNames,
  orderedSuffixes,
  storedName,
  unstorableNames
} from "./refusals.ts"
import { at, freshTenant } from "./registered.ts"

/** Everything a `TenantStore` promises, one check for each promise. */
export const tenantStoreChecks: ReadonlyArray<Check<TenantStore>> = [
  {
    name: "answers what was added, letter by letter",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      for (const name of awkwardNames) {
        const tenant = freshTenant({ name, createdAt: at(0.123) })
        yield* store.add(tenant)
        assert.deepStrictEqual(yield* store.get(tenant.id), tenant)
      }
    })
  },
  {
    name: "a name that no text column can hold does no harm",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      for (const name of unstorableNames) {
        const tenant = freshTenant({ name })
        yield* store.add(tenant)
        assert.include(storedName(name), (yield* store.get(tenant.id)).name)
      }
    })
  },
  {
    name: "refuses an id that is taken and keeps the first",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      const tenant = freshTenant()
      yield* store.add(tenant)
      yield* assertTaken("tenant", tenant.id, store.add(tenant))
      yield* assertTaken("tenant", tenant.id, store.add({ ...tenant, name: "Eve" }))
      assert.deepStrictEqual(yield* store.get(tenant.id), tenant)
    })
  },
  {
    name: "adds an id once, however many try at once",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      const tenant = freshTenant()
      const tries = Array.from({ length: 12 }, (_, i) =>
        Effect.isSuccess(store.add({ ...tenant, name: `n${i}` }))
      )
      const added = yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.strictEqual(added.filter(Boolean).length, 1)
      assert.strictEqual((yield* store.get(tenant.id)).name, `n${added.indexOf(true)}`)
    })
  },
  {
    name: "knows no tenant that was not added, and tells ids apart by case",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      const tenant = freshTenant()
      yield* assertMissing("tenant", tenant.id, store.get(tenant.id))
      yield* store.add(tenant)
      const upper = tenant.id.toUpperCase() as typeof tenant.id
      yield* assertMissing("tenant", upper, store.get(upper))
    })
  },
  {
    name: "lists all tenants in the order of ids, page by page",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      const { id: stem } = freshTenant()
      const tenants = orderedSuffixes.map((suffix) => freshTenant({ id: `${stem}${suffix}` as typeof stem }))
      for (const tenant of tenants.toReversed()) yield* store.add(tenant)
      const limit = tenants.length
      assert.deepStrictEqual(yield* store.list({ limit, after: stem }), tenants)
      assert.deepStrictEqual(yield* store.list({ limit: 3, after: tenants[4]!.id }), tenants.slice(5, 8))
      const everybody = yield* store.list({ limit: 100_000 })
      assert.deepStrictEqual(everybody.slice(-limit), tenants)
    })
  },
  {
    name: "renames a tenant and changes nothing else; none that is not there",
    run: Effect.gen(function* () {
      const store = yield* TenantStore
      const [tenant, other] = [freshTenant(), freshTenant()]
      for (const one of [tenant, other]) yield* store.add(one)
      for (const name of awkwardNames) {
        yield* store.rename(tenant.id, name)
        assert.deepStrictEqual(yield* store.get(tenant.id), { ...tenant, name })
      }
      for (const name of unstorableNames) {
        yield* store.rename(tenant.id, name)
        assert.include(storedName(name), (yield* store.get(tenant.id)).name)
      }
      assert.deepStrictEqual(yield* store.get(other.id), other)
      const absent = freshTenant().id
      yield* assertMissing("tenant", absent, store.rename(absent, "x"))
      yield* assertMissing("tenant", absent, store.get(absent))
    })
  }
]

/** Registers the tests every `TenantStore` has to pass. */
export const tenantStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<TenantStore, E>,
  options: SuiteOptions = {}
): void => register(`${name}: TenantStore`, layer, tenantStoreChecks, options)
