import { assert } from "@effect/vitest"
import { DeviceStore, type Reading, ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { addDevices, addLocation, at, freshDevice, freshDeviceId } from "../registered.ts"
import { all, append, assertLatest, bare, channel, each, reading, type ReadingCheck } from "./support.ts"

/** What `page` promises. */
export const pageChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "page: oldest first, whatever the order of arrival",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([5, 1, 4, 2, 3])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, { limit: 10 }), [1, 2, 3, 4, 5])
    })
  },
  {
    name: "page: the interval has its start and not its end",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2, 3, 4])
      const within = (start: number, end: number) => ({
        within: { start: at(start), end: at(end) },
        limit: 10
      })
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, within(2, 4)), [2, 3])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, within(1.001, 3.001)), [2, 3])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, within(2, 2)), [])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, within(5, 9)), [])
    })
  },
  {
    name: "page: pages joined by `after` are the whole, none twice",
    run: Effect.gen(function* () {
      const told = Array.from({ length: 23 }, (_, i) => i)
      const { tenantId, deviceId } = yield* withReadings(told)
      const joined: Array<number> = []
      for (let after: Reading["at"] | undefined; ;) {
        const page = yield* seconds(tenantId, deviceId, { after, limit: 5 })
        assert.isAtMost(page.length, 5)
        if (page.length === 0) break
        joined.push(...page)
        after = at(page.at(-1)!)
      }
      assert.deepStrictEqual(joined, told)
    })
  },
  {
    name: "page: `after` may lie between readings, before the interval and behind it",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2, 3, 4])
      const within = { start: at(2), end: at(4) }
      const page = (after: number) => seconds(tenantId, deviceId, { within, after: at(after), limit: 10 })
      assert.deepStrictEqual(yield* page(0), [2, 3])
      assert.deepStrictEqual(yield* page(2.5), [3])
      assert.deepStrictEqual(yield* page(2), [3])
      assert.deepStrictEqual(yield* page(8), [])
    })
  },
  {
    name: "page: other channels, devices and tenants stay out of it",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1])
      const other = yield* withReadings([1, 2])
      yield* append(tenantId, [reading(deviceId, 2, { powerW: 1, channel: channel("L1") })], ["accepted"])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, { limit: 9 }), [1])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, { channel: channel("L1"), limit: 9 }), [2])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, { channel: channel("L2"), limit: 9 }), [])
      assert.deepStrictEqual(yield* seconds(other.tenantId, deviceId, { limit: 9 }), [])
      assert.deepStrictEqual(yield* seconds(tenantId, other.deviceId, { limit: 9 }), [])
      assert.deepStrictEqual(yield* seconds(tenantId, freshDeviceId(), { limit: 9 }), [])
    })
  }
]

/** What `scan` promises, over a channel of so many readings. */
export const scanChecks = (rows: number): ReadonlyArray<ReadingCheck> => [
  {
    name: `scan: all ${rows} readings in order, and only those of the interval`,
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings(shuffled(rows))
      const store = yield* ReadingStore
      const whole = yield* Stream.runCollect(store.scan(tenantId, all(deviceId)))
      assert.deepStrictEqual(
        [...whole],
        Array.from({ length: rows }, (_, i) => bare(reading(deviceId, i)))
      )
      const within = { start: at(1), end: at(rows - 1) }
      const part = yield* Stream.runCollect(store.scan(tenantId, { ...all(deviceId), within }))
      assert.deepStrictEqual([...part], whole.slice(1, -1))
    })
  },
  {
    name: "scan: may be left early, many times, and the store goes on",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings(shuffled(rows))
      const store = yield* ReadingStore
      for (let i = 0; i < 30; i++) {
        const first = yield* Stream.runCollect(Stream.take(store.scan(tenantId, all(deviceId)), 2))
        assert.deepStrictEqual(
          [...first].map((some) => some.at),
          [at(0), at(1)]
        )
      }
      yield* append(tenantId, [reading(deviceId, rows)], ["accepted"])
    })
  },
  {
    name: "scan: can be run again, sees what is stored by then, and many run at once",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2])
      const store = yield* ReadingStore
      const scan = store.scan(tenantId, all(deviceId))
      assert.strictEqual((yield* Stream.runCollect(scan)).length, 2)
      yield* append(tenantId, [reading(deviceId, 3)], ["accepted"])
      const counts = yield* Effect.all(
        Array.from({ length: 24 }, () => Stream.runCount(scan)),
        { concurrency: 24 }
      )
      assert.deepStrictEqual(
        counts,
        Array.from({ length: 24 }, () => 3)
      )
    })
  },
  {
    name: "scan: nothing for another tenant, an unknown device or an empty interval",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2])
      const other = yield* addDevices(1)
      const store = yield* ReadingStore
      const empty = { start: at(1), end: at(1) }
      assert.strictEqual(yield* Stream.runCount(store.scan(other.tenantId, all(deviceId))), 0)
      assert.strictEqual(yield* Stream.runCount(store.scan(tenantId, all(freshDeviceId()))), 0)
      assert.strictEqual(yield* Stream.runCount(store.scan(tenantId, { ...all(deviceId), within: empty })), 0)
    })
  }
]

/** What `latest` promises. */
export const latestChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "latest: the newest of every channel, also when an older one arrives later",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([2, 9, 4])
      const L1 = { channel: channel("L1"), importWh: 5 }
      yield* append(tenantId, [reading(deviceId, 3, L1), reading(deviceId, 8)], each(2, "accepted"))
      yield* append(tenantId, [reading(deviceId, 1, L1)], ["accepted"])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 9), reading(deviceId, 3, L1)])
    })
  },
  {
    name: "latest: one whole reading, never pieced together from several",
    run: Effect.gen(function* () {
      const { tenantId, deviceIds } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      yield* append(tenantId, [reading(deviceId, 1, { powerW: 5, extra: { a: 1 } })], ["accepted"])
      yield* append(tenantId, [reading(deviceId, 2, { importWh: 7 })], ["accepted"])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2, { importWh: 7 })])
    })
  },
  {
    name: "latest: a refused reading is not the newest",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2])
      yield* append(tenantId, [reading(deviceId, 2, { powerW: -1 })], ["conflict"])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2)])
    })
  },
  {
    name: "latest: once for a device that is asked for twice",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1])
      yield* assertLatest(tenantId, [deviceId, deviceId], [reading(deviceId, 1)])
    })
  },
  {
    name: "latest, page: devices of the same id in two tenants have readings of their own",
    run: Effect.gen(function* () {
      const { tenantId, deviceId } = yield* withReadings([1, 2])
      const place = yield* addLocation
      yield* (yield* DeviceStore).add(freshDevice(place, { id: deviceId }))
      assert.deepStrictEqual(yield* seconds(place.tenantId, deviceId, {}), [])
      yield* append(place.tenantId, [reading(deviceId, 2), reading(deviceId, 3)], each(2, "accepted"))
      assert.deepStrictEqual(yield* seconds(place.tenantId, deviceId, {}), [2, 3])
      assert.deepStrictEqual(yield* seconds(tenantId, deviceId, {}), [1, 2])
      yield* assertLatest(place.tenantId, [deviceId], [reading(deviceId, 3)])
      yield* assertLatest(tenantId, [deviceId], [reading(deviceId, 2)])
    })
  },
  {
    name: "latest: nothing for a device that never spoke, is unknown, or is another tenant's",
    run: Effect.gen(function* () {
      const mine = yield* withReadings([1])
      const silent = yield* addDevices(2)
      yield* assertLatest(silent.tenantId, silent.deviceIds, [])
      yield* assertLatest(silent.tenantId, [mine.deviceId, freshDeviceId()], [])
      yield* assertLatest(mine.tenantId, [], [])
      yield* assertLatest(mine.tenantId, [freshDeviceId(), mine.deviceId], [reading(mine.deviceId, 1)])
    })
  }
]

const shuffled = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => (i * 7919) % count)

const withReadings = Effect.fnUntraced(function* (told: ReadonlyArray<number>) {
  const { tenantId, deviceIds } = yield* addDevices(1)
  const deviceId = deviceIds[0]!
  const size = Math.min(1000, (yield* ReadingStore).capabilities.maxBatch)
  for (let from = 0; from < told.length; from += size) {
    const batch = told.slice(from, from + size).map((second) => reading(deviceId, second))
    yield* append(tenantId, batch, each(batch.length, "accepted"))
  }
  return { tenantId, deviceId }
})

type PageQuery = Parameters<ReadingStore["page"]>[1]

const seconds = Effect.fnUntraced(function* (
  tenantId: Parameters<ReadingStore["page"]>[0],
  deviceId: PageQuery["deviceId"],
  query: Partial<PageQuery>
) {
  const page = yield* (yield* ReadingStore).page(tenantId, { ...all(deviceId), limit: 100, ...query })
  return page.map((some) => (some.at - at(0)) / 1000)
})
