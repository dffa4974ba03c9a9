import { assert } from "@effect/vitest"
import { IdempotencyStore, idempotencyKeptMs, Instant, type TenantId, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, at, freshTenant } from "../registered.ts"

type RequestCheck = Check<IdempotencyStore | TenantStore>

let made = 0
const freshId = (): string => `request-${(made++).toString(36)}-${globalThis.crypto.randomUUID()}`

const begin = Effect.fnUntraced(function* (
  tenantId: TenantId,
  id: string,
  fingerprint = "a",
  when: Instant.Instant = at(10)
) {
  return yield* (yield* IdempotencyStore).begin(tenantId, { id, fingerprint, at: when })
})

const bytes = (...values: ReadonlyArray<number>): Uint8Array => Uint8Array.from(values)

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

const begins: ReadonlyArray<RequestCheck> = [
  {
    name: "one of many twins begins, the others are told since when it runs",
    run: Effect.gen(function* () {
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      const twins = Array.from({ length: 40 }, (_, i) => begin(tenantId, id, "a", at(10 + i)))
      const told = yield* Effect.all(twins, { concurrency: "unbounded" })
      assert.strictEqual(told.filter(({ kind }) => kind === "begun").length, 1)
      const since = new Set(told.flatMap((one) => (one.kind === "running" ? [one.since] : [])))
      assert.strictEqual(since.size, 1)
      assert.strictEqual(told.filter(({ kind }) => kind === "running").length, 39)
    })
  },
  {
    name: "what was begun stays begun, whoever asks how much later, for a day",
    run: Effect.gen(function* () {
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      yield* begin(tenantId, id)
      const last = Instant.plus(at(10), idempotencyKeptMs - 1)
      const running = { kind: "running" as const, since: at(10) }
      assert.deepStrictEqual(yield* begin(tenantId, id, "a", last), running)
      assert.deepStrictEqual(yield* begin(tenantId, id, "a", Instant.plus(last, 1)), { kind: "begun" })
      assert.deepStrictEqual(yield* begin(tenantId, id, "a", Instant.plus(last, 2)), {
        kind: "running",
        since: Instant.plus(last, 1)
      })
    })
  },
  {
    name: "tells that something else is asked under an id, while it runs and afterwards",
    run: Effect.gen(function* () {
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      yield* begin(tenantId, id)
      assert.deepStrictEqual(yield* begin(tenantId, id, "b"), { kind: "other" })
      yield* (yield* IdempotencyStore).keep(tenantId, id, bytes(1))
      assert.deepStrictEqual(yield* begin(tenantId, id, "b"), { kind: "other" })
      assert.deepStrictEqual(yield* begin(tenantId, id, "a"), { kind: "kept", answer: bytes(1) })
    })
  },
  {
    name: "the same id of another tenant is another request",
    run: Effect.gen(function* () {
      const [one, other] = [yield* addTenant, yield* addTenant]
      const store = yield* IdempotencyStore
      const id = freshId()
      yield* begin(one.id, id)
      yield* store.keep(other.id, id, bytes(1))
      yield* store.release(other.id, id)
      assert.deepStrictEqual(yield* begin(other.id, id, "b"), { kind: "begun" })
      assert.deepStrictEqual(yield* begin(one.id, id), { kind: "running", since: at(10) })
    })
  },
  {
    name: "refuses a tenant that is not there",
    run: Effect.gen(function* () {
      const stranger = freshTenant().id
      yield* Refusals.assertMissing("tenant", stranger, begin(stranger, freshId()))
    })
  }
]

const ends: ReadonlyArray<RequestCheck> = [
  {
    name: "answers what was kept, byte for byte, and keeps the first answer",
    run: Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const { id: tenantId } = yield* addTenant
      const [full, empty] = [freshId(), freshId()]
      for (const [id, answer] of [
        [full, everyByte],
        [empty, bytes()]
      ] as const) {
        yield* begin(tenantId, id)
        yield* store.keep(tenantId, id, answer)
        yield* store.keep(tenantId, id, bytes(9))
        yield* store.release(tenantId, id)
        assert.deepStrictEqual(yield* begin(tenantId, id), { kind: "kept", answer })
      }
    })
  },
  {
    name: "what is released begins again, also with something else",
    run: Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      yield* begin(tenantId, id)
      yield* store.release(tenantId, id)
      yield* store.release(tenantId, id)
      assert.deepStrictEqual(yield* begin(tenantId, id, "b"), { kind: "begun" })
    })
  },
  {
    name: "keeps nothing for what was not begun",
    run: Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      yield* store.keep(tenantId, id, bytes(1))
      assert.deepStrictEqual(yield* begin(tenantId, id), { kind: "begun" })
    })
  },
  {
    name: "an answer is free again after a day, and an id that begins again has none",
    run: Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const { id: tenantId } = yield* addTenant
      const id = freshId()
      yield* begin(tenantId, id)
      yield* store.keep(tenantId, id, bytes(1))
      const later = Instant.plus(at(10), idempotencyKeptMs)
      assert.deepStrictEqual(yield* begin(tenantId, id, "b", later), { kind: "begun" })
      const running = { kind: "running" as const, since: later }
      assert.deepStrictEqual(yield* begin(tenantId, id, "b", Instant.plus(later, 5)), running)
    })
  },
  {
    name: "forgets what began before an instant, so many at a time, with or without an answer",
    run: Effect.gen(function* () {
      const store = yield* IdempotencyStore
      const { id: tenantId } = yield* addTenant
      // Long before everything the other checks began, so that all of them can share a database.
      const long = (seconds: number) => Instant.plus(at(0), (seconds - 1_000_000) * 1000)
      const ids = [freshId(), freshId(), freshId(), freshId()]
      for (const [i, id] of ids.entries()) yield* begin(tenantId, id, "a", long(i))
      yield* store.keep(tenantId, ids[1]!, bytes(1))
      assert.strictEqual(yield* store.forget(long(3), 2), 2)
      assert.strictEqual(yield* store.forget(long(3), 2), 1)
      assert.strictEqual(yield* store.forget(long(3), 2), 0)
      assert.deepStrictEqual(yield* begin(tenantId, ids[1]!, "a", long(4)), { kind: "begun" })
      assert.deepStrictEqual(yield* begin(tenantId, ids[3]!, "a", long(4)), {
        kind: "running",
        since: long(3)
      })
      yield* store.forget(long(100), 100)
    })
  }
]

const bounds: RequestCheck = {
  name: "keeps so many of a tenant and no more, and answers those it has",
  run: Effect.gen(function* () {
    const store = yield* IdempotencyStore
    const [tenant, other] = [yield* addTenant, yield* addTenant]
    const { most } = store.capabilities
    const long = Instant.plus(at(0), -2_000_000_000)
    const ids = Array.from({ length: most }, freshId)
    yield* Effect.forEach(ids, (id) => begin(tenant.id, id, "a", long), { concurrency: 8, discard: true })
    assert.deepStrictEqual(yield* begin(tenant.id, freshId(), "a", long), { kind: "full" })
    assert.deepStrictEqual(yield* begin(tenant.id, ids[0]!, "a", long), { kind: "running", since: long })
    assert.deepStrictEqual(yield* begin(other.id, freshId(), "a", long), { kind: "begun" })
    yield* store.release(tenant.id, ids[0]!)
    assert.deepStrictEqual(yield* begin(tenant.id, freshId(), "a", long), { kind: "begun" })
    const aDayLater = Instant.plus(long, idempotencyKeptMs)
    assert.deepStrictEqual(yield* begin(tenant.id, freshId(), "a", aDayLater), { kind: "begun" })
    yield* store.forget(Instant.plus(aDayLater, 1), most + 10)
  })
}

/** Everything an `IdempotencyStore` promises, one check for each promise. */
export const idempotencyStoreChecks: ReadonlyArray<RequestCheck> = [...begins, ...ends, bounds]

/**
 * Registers the tests every `IdempotencyStore` has to pass, over a layer that also carries tenants. Give it
 * room for some hundreds: one check fills it.
 */
export const idempotencyStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<IdempotencyStore | TenantStore, E>,
  options: SuiteOptions = {}
): void => register(`${name}: IdempotencyStore`, layer, idempotencyStoreChecks, options)
