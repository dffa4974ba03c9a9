import { assert } from "@effect/vitest"
import { bounds, Instant, quantities, type Reading, ReadingStore } from "@wattkit/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { addDevices, at } from "../registered.ts"
import { append, assertLatest, assertStored, each, reading, type ReadingCheck } from "./support.ts"

const bound = (which: 0 | 1): Partial<Reading> =>
  Object.fromEntries(quantities.map((name) => [name, bounds[name][which]]))

/** How much a store takes, and what at the edges of what a reading may say. */
export const limitChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "a batch over the largest is a defect and stores nothing",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      const size = store.capabilities.maxBatch
      const batch = Array.from({ length: size + 1 }, (_, i) => reading(deviceId, i))
      const exit = yield* Effect.exit(store.append(tenantId, batch))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause), "no defect")
      yield* assertLatest(tenantId, [deviceId], [])
      yield* append(tenantId, batch.slice(0, 1), ["accepted"])
    })
  },
  {
    name: "an instant that no calendar has is a defect, and stores nothing of its batch",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      const year1e9 = 31_556_952_000 * 1e9
      const impossible = [year1e9, -year1e9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const millis of impossible) {
        const batch = [reading(deviceId, 1), { ...reading(deviceId, 2), at: millis as Reading["at"] }]
        const exit = yield* Effect.exit(store.append(tenantId, batch))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause), `no defect: ${millis}`)
        yield* assertStored(tenantId, deviceId, [])
      }
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
    })
  },
  {
    name: "takes the least and the most of every quantity, and 32 entries of extra",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const extra = Object.fromEntries(
        Array.from({ length: 32 }, (_, i) => [`${"x".repeat(61)}${i}`, i % 2 === 0 ? 5e-324 * i : -1e308 / i])
      )
      const batch = [reading(deviceId, 1, bound(0)), reading(deviceId, 2, { ...bound(1), extra })]
      yield* append(tenantId, batch, each(2, "accepted"))
      yield* assertStored(tenantId, deviceId, batch)
      yield* assertLatest(tenantId, [deviceId], batch.slice(1))
      yield* append(tenantId, batch, each(2, "duplicate"))
    })
  },
  {
    name: "keeps where deltas begin, which tells readings apart",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const since = [at(-900), at(0.999), Instant.MIN_MILLIS as Instant.Instant]
      const batch = since.map((from, i) => reading(deviceId, i + 1, { importDeltaWh: 1, since: from }))
      yield* append(tenantId, batch, each(3, "accepted"))
      yield* assertStored(tenantId, deviceId, batch)
      yield* assertLatest(tenantId, [deviceId], batch.slice(2))
      yield* append(tenantId, [batch[0]!], ["duplicate"])
      yield* append(
        tenantId,
        [
          reading(deviceId, 1, { importDeltaWh: 1 }),
          reading(deviceId, 1, { importDeltaWh: 1, since: at(-899) })
        ],
        each(2, "conflict")
      )
    })
  }
]
