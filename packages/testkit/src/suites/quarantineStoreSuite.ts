import { assert } from "@effect/vitest"
import {
  type DeviceId,
  type DeviceStore,
  type LocationStore,
  type Quarantined,
  QuarantineStore,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import { channel, reading } from "./readings/support.ts"
import * as Refusals from "./refusals.ts"
import { addDevices, at, freshDeviceId } from "./registered.ts"

type Needs = QuarantineStore | DeviceStore | LocationStore | TenantStore

const waiting = (
  tenantId: TenantId,
  deviceId: DeviceId,
  id: string,
  over: Partial<Quarantined> = {}
): Quarantined => ({
  id,
  tenantId,
  reading: reading(deviceId, 3600),
  reason: "future",
  receivedAt: at(7),
  settled: null,
  ...over
})

const settled = { at: at(9), by: "ada", as: "released", shiftedMs: -3_600_000 } as const

const idsOf = (some: ReadonlyArray<Quarantined>) => some.map(({ id }) => id)

const keeps: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers what was added, to the last digit",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* QuarantineStore
      const said = {
        powerW: 1 / 3,
        importWh: 9e12,
        importDeltaWh: 5e-324,
        since: at(-1),
        channel: channel("L1"),
        extra: { a: -1.7976931348623157e308, toString: 2 }
      }
      const some = [
        waiting(tenantId, deviceId, "1", { reason: "conflict", reading: reading(deviceId, 0.001, said) }),
        waiting(tenantId, deviceId, "2", { reason: "expired", receivedAt: at(0.123) }),
        waiting(tenantId, deviceId, "3")
      ]
      yield* store.add(some)
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 9, waiting: true }), some)
      assert.deepStrictEqual(yield* store.get(tenantId, ["3", "0", "1", "3"]), [some[0]!, some[2]!])
      assert.deepStrictEqual(yield* store.get(tenantId, []), [])
    })
  },
  {
    name: "what comes again changes nothing, also beside new ones and twice in one list",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* QuarantineStore
      const first = waiting(tenantId, deviceId, "1")
      const again = { ...first, receivedAt: at(99), reading: reading(deviceId, 8) }
      yield* store.add([first])
      yield* store.add([again, waiting(tenantId, deviceId, "2"), again, waiting(tenantId, deviceId, "2")])
      yield* store.add([])
      const kept = yield* store.list(tenantId, { limit: 9, waiting: false })
      assert.deepStrictEqual(kept, [first, waiting(tenantId, deviceId, "2")])
    })
  },
  {
    name: "adds an id once, however many try at once",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const store = yield* QuarantineStore
      const ids = ["a", "b", "c", "d"]
      const all = ids.map((id) => waiting(tenantId, deviceIds[0]!, id))
      const tries = Array.from({ length: 12 }, (_, i) => store.add(i % 2 === 0 ? all : all.toReversed()))
      yield* Effect.all(tries, { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 99, waiting: true }), all)
    })
  },
  {
    name: "keeps each tenant's apart, and none of a device the tenant does not have",
    run: Effect.gen(function* () {
      const mine = yield* addDevices(1)
      const theirs = yield* addDevices(1)
      const store = yield* QuarantineStore
      const some = [mine, theirs].map(({ deviceIds, tenantId }) => waiting(tenantId, deviceIds[0]!, "1"))
      yield* store.add([
        ...some,
        waiting(mine.tenantId, theirs.deviceIds[0]!, "2"),
        waiting(mine.tenantId, freshDeviceId(), "3")
      ])
      for (const [i, { tenantId }] of [mine, theirs].entries()) {
        assert.deepStrictEqual(yield* store.list(tenantId, { limit: 9, waiting: false }), [some[i]!])
        assert.deepStrictEqual(yield* store.get(tenantId, ["1", "2", "3"]), [some[i]!])
      }
      yield* store.settle(mine.tenantId, ["1"], settled)
      assert.deepStrictEqual(yield* store.get(theirs.tenantId, ["1"]), [some[1]!])
    })
  }
]

const lists: ReadonlyArray<Check<Needs>> = [
  {
    name: "lists in the order of ids, page by page",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const store = yield* QuarantineStore
      const ids = Refusals.orderedSuffixes
      yield* store.add(ids.toReversed().map((id) => waiting(tenantId, deviceIds[0]!, id)))
      const list = (page: { readonly limit: number; readonly after?: string | undefined }) =>
        Effect.map(store.list(tenantId, { ...page, waiting: true }), idsOf)
      assert.deepStrictEqual(yield* list({ limit: 100 }), ids)
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids[4] }), ids.slice(5, 10))
      assert.deepStrictEqual(yield* list({ limit: 5, after: ids.at(-1) }), [])
      assert.deepStrictEqual(idsOf(yield* store.get(tenantId, ids.toReversed())), ids)
    })
  },
  {
    name: "lists those of one device, and those that wait",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(2)
      const [a, b] = [deviceIds[0]!, deviceIds[1]!]
      const store = yield* QuarantineStore
      yield* store.add(["1", "2", "3", "4"].map((id, i) => waiting(tenantId, i % 2 === 0 ? a : b, id)))
      yield* store.settle(tenantId, ["1", "2"], settled)
      const list = (deviceId: DeviceId | undefined, isWaiting: boolean, after?: string) =>
        Effect.map(store.list(tenantId, { limit: 9, waiting: isWaiting, deviceId, after }), idsOf)
      assert.deepStrictEqual(yield* list(undefined, false), ["1", "2", "3", "4"])
      assert.deepStrictEqual(yield* list(undefined, true), ["3", "4"])
      assert.deepStrictEqual(yield* list(a, false), ["1", "3"])
      assert.deepStrictEqual(yield* list(b, true), ["4"])
      assert.deepStrictEqual(yield* list(b, true, "4"), [])
      assert.deepStrictEqual(yield* list(freshDeviceId(), false), [])
    })
  },
  {
    name: "what is settled says how, and stays as it is",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const store = yield* QuarantineStore
      const some = ["1", "2", "3"].map((id) => waiting(tenantId, deviceIds[0]!, id))
      yield* store.add(some)
      yield* store.settle(tenantId, ["2", "1", "none", "2"], settled)
      const dropped = { at: at(10), by: "o'Brien ⚡️", as: "dropped", shiftedMs: 0 } as const
      yield* store.settle(tenantId, ["1", "3"], dropped)
      yield* store.settle(tenantId, [], settled)
      yield* store.add(some)
      const expected = [settled, settled, dropped]
      assert.deepStrictEqual(
        yield* store.list(tenantId, { limit: 9, waiting: false }),
        some.map((one, i) => ({ ...one, settled: expected[i]! }))
      )
    })
  },
  {
    name: "settled at once: one of them, whole",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const store = yield* QuarantineStore
      const ids = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i))
      yield* store.add(ids.map((id) => waiting(tenantId, deviceIds[0]!, id)))
      const tries = Array.from({ length: 10 }, (_, i) =>
        store.settle(tenantId, i % 2 === 0 ? ids : ids.toReversed(), {
          ...settled,
          by: `${i}`,
          shiftedMs: i
        })
      )
      yield* Effect.all(tries, { concurrency: "unbounded" })
      for (const one of yield* store.get(tenantId, ids)) {
        assert.strictEqual(one.settled?.by, `${one.settled?.shiftedMs}`)
      }
    })
  }
]

const ends: ReadonlyArray<Check<Needs>> = [
  {
    name: "gives up what was settled before an instant, so many at most, and nothing that waits",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const theirs = yield* addDevices(1)
      const store = yield* QuarantineStore
      // Settled long before those of the other checks, which share the store.
      const early = -1_000_000
      const settledAt = (owner: TenantId, id: string, seconds: number) =>
        store.settle(owner, [id], { ...settled, at: at(early + seconds) })
      const ids = ["1", "2", "3", "4"]
      yield* store.add(ids.map((id) => waiting(tenantId, deviceIds[0]!, id, { receivedAt: at(2 * early) })))
      yield* store.add([waiting(theirs.tenantId, theirs.deviceIds[0]!, "1")])
      for (const [i, id] of ["1", "2", "4"].entries()) yield* settledAt(tenantId, id, i)
      yield* settledAt(theirs.tenantId, "1", 0)
      assert.strictEqual(yield* store.forget(at(early), 9), 0)
      assert.strictEqual(yield* store.forget(at(early + 2), 2), 2)
      assert.strictEqual(yield* store.forget(at(early + 2), 2), 1)
      assert.strictEqual(yield* store.forget(at(early + 2), 2), 0)
      assert.deepStrictEqual(idsOf(yield* store.get(tenantId, ids)), ["3", "4"])
      assert.deepStrictEqual(yield* store.get(theirs.tenantId, ids), [])
    })
  }
]

/** Everything a `QuarantineStore` promises, one check for each promise. */
export const quarantineStoreChecks: ReadonlyArray<Check<Needs>> = [...keeps, ...lists, ...ends]

/** Registers the tests every `QuarantineStore` has to pass, over a layer that also carries the registry. */
export const quarantineStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: QuarantineStore`, layer, quarantineStoreChecks, options)
