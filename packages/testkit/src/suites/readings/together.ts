import { assert } from "@effect/vitest"
import { DeviceId, type DeviceReading, ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import * as Arbitraries from "../../arbitraries/index.ts"
import { addDevices } from "../registered.ts"
import {
  append,
  assertLatest,
  assertStored,
  each,
  type Needs,
  reading,
  type ReadingCheck
} from "./support.ts"

/** What holds when batches overlap, arrive at once, are repeated, or are given up. */
export const togetherChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "overlapping batches at once: no deadlock, each reading accepted exactly once",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(6)
      const store = yield* ReadingStore
      const readings = deviceIds.flatMap((deviceId) =>
        Array.from({ length: 20 }, (_, i) => reading(deviceId, i))
      )
      const batches = Array.from({ length: 32 }, (_, i) => turned(readings, i).slice(0, 70))
      const outcomes = yield* Effect.forEach(batches, (batch) => store.append(tenantId, batch), {
        concurrency: "unbounded"
      })
      const accepted = new Map<DeviceReading, number>()
      outcomes.forEach((told, i) =>
        told.forEach((outcome, j) => {
          assert.include(["accepted", "duplicate"], outcome)
          const some = batches[i]![j]!
          accepted.set(some, (accepted.get(some) ?? 0) + (outcome === "accepted" ? 1 : 0))
        })
      )
      assert.deepStrictEqual(
        [...accepted.values()],
        readings.map(() => 1)
      )
      for (const deviceId of deviceIds) {
        yield* assertStored(
          tenantId,
          deviceId,
          readings.filter((some) => some.deviceId === deviceId)
        )
      }
      yield* assertLatest(
        tenantId,
        deviceIds,
        deviceIds.map((deviceId) => reading(deviceId, 19))
      )
    })
  },
  {
    name: "contradicting readings at once: one is accepted, the others are told that they conflict",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      const rivals = Array.from({ length: 16 }, (_, i) => reading(deviceId, 1, { powerW: i }))
      const outcomes = yield* Effect.forEach(rivals, (rival) => store.append(tenantId, [rival]), {
        concurrency: "unbounded"
      })
      const winner = outcomes.findIndex(([outcome]) => outcome === "accepted")
      assert.deepStrictEqual(outcomes.flat().toSorted(), ["accepted", ...each(15, "conflict")])
      yield* assertStored(tenantId, deviceId, [rivals[winner]!])
      yield* assertLatest(tenantId, [deviceId], [rivals[winner]!])
    })
  },
  {
    name: "an append that is given up is stored whole or not at all, and can be repeated",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      for (let round = 0; round < 12; round++) {
        const batch = Array.from({ length: 200 }, (_, i) => reading(deviceId, round * 1000 + i))
        const fiber = yield* Effect.forkChild(store.append(tenantId, batch), { startImmediately: true })
        for (let turn = 0; turn < round; turn++) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
        const again = yield* store.append(tenantId, batch)
        assert.strictEqual(new Set(again).size, 1, "half a batch was stored")
        assert.include(["accepted", "duplicate"], again[0])
        yield* append(tenantId, batch, each(200, "duplicate"))
      }
    })
  },
  {
    name: "any order of arrival, cut into any batches, with any repeats, leaves the same store",
    run: Effect.flatMap(Effect.context<Needs>(), (context) =>
      Effect.promise(() => {
        const placeholders = ["a", "b", "c"].map((id) => DeviceId.make(id))
        const arrivals = Arbitraries.distinctReadings(placeholders).chain((readings) =>
          fc.record({ readings: fc.constant(readings), batches: Arbitraries.arrival(readings) })
        )
        return fc.assert(
          fc.asyncProperty(arrivals, ({ readings, batches }) =>
            Effect.runPromise(Effect.provideContext(arrives(readings, batches), context))
          ),
          { numRuns: 25, seed: 20_250_615 }
        )
      })
    )
  }
]

const turned = <A>(all: ReadonlyArray<A>, by: number): ReadonlyArray<A> => {
  const start = (by * 37) % all.length
  const round = [...all.slice(start), ...all.slice(0, start)]
  return by % 2 === 0 ? round : round.reverse()
}

const arrives = Effect.fnUntraced(function* (
  readings: ReadonlyArray<DeviceReading>,
  batches: ReadonlyArray<ReadonlyArray<DeviceReading>>
) {
  const { tenantId, deviceIds } = yield* addDevices(3)
  const store = yield* ReadingStore
  const real = ({ deviceId, ...said }: DeviceReading): DeviceReading => ({
    ...said,
    deviceId: deviceIds["abc".indexOf(deviceId)]!
  })
  const seen = new Set<DeviceReading>()
  for (const batch of batches) {
    const expected = batch.map((some) => {
      const outcome = seen.has(some) ? "duplicate" : "accepted"
      seen.add(some)
      return outcome
    })
    assert.deepStrictEqual(yield* store.append(tenantId, batch.map(real)), expected)
  }
  const channels = Map.groupBy(readings.map(real), (some) => `${some.deviceId} ${some.channel}`)
  const newest: Array<DeviceReading> = []
  for (const [first, ...rest] of channels.values()) {
    const sorted = [first!, ...rest].sort((a, b) => a.at - b.at)
    yield* assertStored(tenantId, first!.deviceId, sorted, first!.channel)
    newest.push(sorted.at(-1)!)
  }
  yield* assertLatest(tenantId, deviceIds, newest)
})
