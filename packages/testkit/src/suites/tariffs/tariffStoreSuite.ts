import { assert } from "@effect/vitest"
import { type KeptTariff, TariffId, TariffStore, type TenantId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at, freshTenant } from "../registered.ts"
import { assignmentChecks } from "./assignments.ts"
import { addTariff, freshTariff, freshTariffId, type Needs } from "./support.ts"

type TariffCheck = Check<Needs>

/** JSON that goes wrong where it is read as something else, or put in order. */
const definitions: ReadonlyArray<unknown> = [
  { b: 1, a: [null, true, 0.1, -1e-7, 1e21], "10": "x", "9": "y" },
  { name: "\0 \ud800 \u0001 'é' \" \\ \n 👩‍👩‍👧", ["__proto__"]: { polluted: 1 } },
  [],
  "text",
  null,
  { price: "0.12345678901234567890", deep: { deep: { deep: { deep: {} } } } }
]

/** As large as a definition may be. */
const huge = { note: "x".repeat(1024 * 1024 - 11) }

const keeps: ReadonlyArray<TariffCheck> = [
  {
    name: "answers what was added, letter by letter, up to a mebibyte of JSON",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id: tenantId } = yield* addTenant
      for (const [i, definition] of [...definitions, huge].entries()) {
        const name = Refusals.awkwardNames[i % Refusals.awkwardNames.length]!
        const over = i % 2 === 0 ? {} : { removedAt: at(i) }
        const tariff = freshTariff(tenantId, { definition, name, changedAt: at(i / 1000), ...over })
        yield* store.add(tariff)
        const found = yield* store.get(tenantId, tariff.id)
        assert.deepStrictEqual(found, tariff)
        assert.strictEqual(JSON.stringify(found.definition), JSON.stringify(definition))
      }
    })
  },
  {
    name: "a name that no text column can hold does no harm",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id: tenantId } = yield* addTenant
      for (const name of Refusals.unstorableNames) {
        const tariff = freshTariff(tenantId, { name })
        yield* store.add(tariff)
        const found = yield* store.get(tenantId, tariff.id)
        assert.include(Refusals.storedName(name), found.name)
        assert.isTrue(yield* store.replace(tariff, { ...tariff, name: "plain" }))
      }
    })
  },
  {
    name: "what is done to a definition afterwards changes nothing",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id: tenantId } = yield* addTenant
      const definition = { charges: [1] }
      const tariff = freshTariff(tenantId, { definition })
      yield* store.add(tariff)
      definition.charges.push(2)
      assert.deepStrictEqual((yield* store.get(tenantId, tariff.id)).definition, { charges: [1] })
    })
  },
  {
    name: "refuses a tenant that is not there, and an id that is taken; another tenant may have the same",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const lost = freshTariff(freshTenant().id)
      yield* Refusals.assertMissing("tenant", lost.tenantId, store.add(lost))
      const tariff = yield* addTariff((yield* addTenant).id)
      yield* Refusals.assertTaken("tariff", tariff.id, store.add({ ...tariff, name: "other" }))
      const theirs = { ...tariff, tenantId: (yield* addTenant).id, name: "theirs" }
      yield* Refusals.assertMissing("tariff", tariff.id, store.get(theirs.tenantId, tariff.id))
      yield* store.add(theirs)
      assert.deepStrictEqual(yield* store.get(tariff.tenantId, tariff.id), tariff)
      assert.deepStrictEqual(yield* store.get(theirs.tenantId, tariff.id), theirs)
      assert.deepStrictEqual(yield* store.list(tariff.tenantId, { limit: 9 }), [tariff])
    })
  }
]

const changes: ReadonlyArray<Partial<KeptTariff>> = [
  { name: "other" },
  { definition: { a: 2 } },
  { changedAt: at(51) },
  { removedAt: at(52) }
]

const replaces: ReadonlyArray<TariffCheck> = [
  {
    name: "replaces a tariff that is as it is known, and none that is not, whatever about it is not",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const tariff = yield* addTariff((yield* addTenant).id)
      const { id, tenantId } = tariff
      for (const change of changes) {
        assert.isFalse(yield* store.replace({ ...tariff, ...change }, { ...tariff, name: "late" }))
      }
      assert.deepStrictEqual(yield* store.get(tenantId, id), tariff)
      let known = tariff
      for (const change of [...changes, ...definitions.map((definition) => ({ definition }))]) {
        const next = { ...known, ...change }
        assert.isTrue(yield* store.replace(yield* store.get(tenantId, id), next))
        known = next
        assert.deepStrictEqual(yield* store.get(tenantId, id), known)
      }
      const { removedAt: _, ...back } = known
      assert.isTrue(yield* store.replace(known, back))
      assert.deepStrictEqual(yield* store.get(tenantId, id), back)
    })
  },
  {
    name: "of replacements of the same known tariff one is made, however many come at once",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const tariff = yield* addTariff((yield* addTenant).id)
      const names = Array.from({ length: 24 }, (_, i) => `n${i}`)
      const made = yield* Effect.forEach(names, (name) => store.replace(tariff, { ...tariff, name }), {
        concurrency: "unbounded"
      })
      assert.strictEqual(made.filter(Boolean).length, 1)
      assert.strictEqual((yield* store.get(tariff.tenantId, tariff.id)).name, names[made.indexOf(true)])
    })
  },
  {
    name: "replaces no tariff that is not there or is another tenant's",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const tariff = yield* addTariff((yield* addTenant).id)
      const absent = freshTariff(tariff.tenantId)
      yield* Refusals.assertMissing("tariff", absent.id, store.replace(absent, absent))
      const theirs = { ...tariff, tenantId: (yield* addTenant).id }
      const stolen = store.replace(theirs, { ...theirs, name: "stolen" })
      yield* Refusals.assertMissing("tariff", tariff.id, stolen)
      assert.deepStrictEqual(yield* store.get(tariff.tenantId, tariff.id), tariff)
    })
  },
  {
    name: "lists a tenant's tariffs in the order of ids, page by page, removed ones when they are asked for",
    run: Effect.gen(function* () {
      const store = yield* TariffStore
      const { id: tenantId } = yield* addTenant
      yield* addTariff((yield* addTenant).id)
      const stem = freshTariffId("")
      const ids = Refusals.orderedSuffixes.map((suffix) => TariffId.make(stem + suffix))
      for (const [i, id] of [...ids.entries()].toReversed()) {
        yield* addTariff(tenantId, { id, ...(i % 3 === 0 ? { removedAt: at(i) } : {}) })
      }
      const there = ids.filter((_, i) => i % 3 !== 0)
      const list = (page: Parameters<TariffStore["list"]>[1], of: TenantId = tenantId) =>
        Effect.map(store.list(of, page), (tariffs) => tariffs.map(({ id }) => id))
      assert.deepStrictEqual(yield* list({ limit: 99, withRemoved: true }), ids)
      assert.deepStrictEqual(yield* list({ limit: 3, withRemoved: true, after: ids[4] }), ids.slice(5, 8))
      assert.deepStrictEqual(yield* list({ limit: 99 }), there)
      assert.deepStrictEqual(yield* list({ limit: 2, after: there[1] }), there.slice(2, 4))
      assert.deepStrictEqual(yield* list({ limit: 9 }, freshTenant().id), [])
    })
  }
]

/** Everything a `TariffStore` promises, one check for each promise. */
export const tariffStoreChecks: ReadonlyArray<TariffCheck> = [...keeps, ...replaces, ...assignmentChecks]

/** Registers the tests every `TariffStore` has to pass, over a layer that also carries the registry. */
export const tariffStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: TariffStore`, layer, tariffStoreChecks, options)
