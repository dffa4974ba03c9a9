import { assert } from "@effect/vitest"
import { isSame, type QuantityName, quantities, type Reading, ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Arbitraries from "../../arbitraries/index.ts"
import { addDevices } from "../registered.ts"
import { all, append, assertLatest, assertStored, bare, channel, each, reading } from "./support.ts"
import type { ReadingCheck } from "./support.ts"

/** Doubles that go wrong where numbers are kept as decimals, as floats or as text. */
const awkward: ReadonlyArray<number> = [
  0,
  0.1 + 0.2,
  1 / 3,
  5e-324,
  2.2250738585072014e-308,
  123456789.12345679,
  9e12,
  8_999_999_999_999.998
]

/** Doubles only `extra` may carry. */
const extreme: ReadonlyArray<number> = [
  1.7976931348623157e308,
  -1.7976931348623157e308,
  -5e-324,
  2 ** 53,
  -(2 ** 53) - 2
]

/** That every quantity comes back exactly as it went in. */
export const quantityChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "keeps each quantity apart, and none that was not said",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const batch = quantities.map((name, i) =>
        reading(deviceId, i, { [name]: i + 0.25 } as { [_ in QuantityName]: number })
      )
      yield* append(tenantId, batch, each(batch.length, "accepted"))
      yield* assertStored(tenantId, deviceId, batch)
    })
  },
  {
    name: "keeps every double exactly, in every quantity and in extra, and in the latest too",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const batch = awkward.map((value, i) => {
        const every = Object.fromEntries(quantities.map((name) => [name, value]))
        return reading(deviceId, i, {
          ...every,
          extra: { value, other: extreme[i] ?? -value }
        } as Partial<Reading>)
      })
      // A negative zero is the same number, and whether it keeps its sign is not promised.
      for (const some of batch) {
        yield* append(tenantId, [some], ["accepted"])
        const latest = (yield* (yield* ReadingStore).latest(tenantId, [deviceId]))[0]
        assert.isTrue(latest !== undefined && latest.at === some.at && sameNumbers(latest, some))
      }
      const stored = yield* (yield* ReadingStore).page(tenantId, { ...all(deviceId), limit: 100 })
      assert.isTrue(stored.every((some, i) => sameNumbers(some, bare(batch[i]!))))
      yield* append(tenantId, batch, each(batch.length, "duplicate"))
    })
  },
  {
    name: "keeps signs, and takes a negative zero for a zero",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      yield* append(
        tenantId,
        [reading(deviceId, 1, { powerW: -1e12, currentA: -0.001, temperatureC: -273.15 })],
        ["accepted"]
      )
      yield* assertStored(tenantId, deviceId, [
        reading(deviceId, 1, { powerW: -1e12, currentA: -0.001, temperatureC: -273.15 })
      ])
      yield* append(tenantId, [reading(deviceId, 2, { powerW: -0 })], ["accepted"])
      yield* append(tenantId, [reading(deviceId, 2, { powerW: 0 })], ["duplicate"])
      const stored = (yield* (yield* ReadingStore).page(tenantId, { ...all(deviceId), limit: 2 }))[1]
      assert.isTrue(stored?.powerW === 0)
    })
  },
  {
    name: "keeps the names of extra, also those that mean something to JavaScript, and an empty extra",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const names = ["constructor", "toString", "a", "A", "z".repeat(64), "hasOwnProperty", "a_1"]
      const extra = Object.fromEntries(names.map((name, i) => [name, i / 8]))
      const batch = [reading(deviceId, 1, { extra }), reading(deviceId, 2, { powerW: 1, extra: {} })]
      yield* append(tenantId, batch, each(2, "accepted"))
      yield* assertStored(tenantId, deviceId, batch)
      yield* append(tenantId, batch, each(2, "duplicate"))
      yield* append(tenantId, [reading(deviceId, 2, { powerW: 1 })], ["conflict"])
    })
  },
  {
    name: "keeps any reading under any channel name",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const some = fc.sample(fc.tuple(Arbitraries.channelName, Arbitraries.quantities), {
        numRuns: 60,
        seed: 4
      })
      const batch = some.map(([name, said], i) => reading(deviceId, i, { ...said, channel: name }))
      yield* append(tenantId, batch, each(batch.length, "accepted"))
      const newest = new Map(batch.map((each) => [each.channel, each]))
      yield* assertLatest(tenantId, [deviceId], [...newest.values()])
      for (const one of batch) yield* append(tenantId, [one], ["duplicate"])
    })
  },
  {
    name: "keeps the earliest and the latest instant there is",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const ends = [-86_400_000, -1, 0, 253_402_300_799_999].map((millis) => ({
        ...reading(deviceId, 0, { powerW: 1, channel: channel("ends") }),
        at: millis as Reading["at"]
      }))
      yield* append(tenantId, ends, each(4, "accepted"))
      yield* assertLatest(tenantId, [deviceId], [ends[3]!])
      const store = yield* ReadingStore
      const within = { start: ends[0]!.at, end: (ends[3]!.at - 1) as Reading["at"] }
      const stored = yield* store.page(tenantId, { deviceId, channel: channel("ends"), within, limit: 10 })
      assert.deepStrictEqual(stored, ends.slice(0, 3).map(bare))
      yield* append(tenantId, ends.slice(0, 3).reverse(), each(3, "duplicate"))
    })
  }
]

const sameNumbers = (a: Reading, b: Reading): boolean => isSame(a, b) && a.channel === b.channel
