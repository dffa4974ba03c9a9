import { assert } from "@effect/vitest"
import { DeviceStatusStore, Instant } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import { append, channel, reading } from "./readings/support.ts"
import { addDevices, freshDeviceId } from "./registered.ts"
import { reportChecks } from "./statuses/reports.ts"
import { historyOf, HOUR, type Needs, observe, oneDevice, SLACK, statuses } from "./statuses/support.ts"

const observed: ReadonlyArray<Check<Needs>> = [
  {
    name: "a device that was heard is online from then on, and is told of once",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const before = yield* Instant.now
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
      const told = yield* observe(tenantId, SLACK, HOUR)
      assert.deepStrictEqual(statuses(told), ["online"])
      assert.strictEqual(told[0]?.deviceId, deviceId)
      assert.isTrue(Math.abs(told[0]!.at - before) < SLACK)
      assert.deepStrictEqual(yield* observe(tenantId, SLACK, HOUR), [])
      assert.deepStrictEqual(yield* historyOf(tenantId, deviceId), told)
    })
  },
  {
    name: "a device is offline from the moment it was silent for long enough",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
      const [online] = yield* observe(tenantId, SLACK, HOUR)
      assert.deepStrictEqual(yield* observe(tenantId, HOUR - SLACK, HOUR), [])
      const [offline, ...rest] = yield* observe(tenantId, HOUR + SLACK, HOUR)
      assert.deepStrictEqual([offline?.status, offline?.at, rest.length], ["offline", online!.at + HOUR, 0])
      assert.deepStrictEqual(yield* observe(tenantId, 9 * HOUR, HOUR), [])
      assert.deepStrictEqual(yield* historyOf(tenantId, deviceId), [online!, offline!])
    })
  },
  {
    name: "a device that is heard again is online again",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      for (let i = 0; i < 3; i++) {
        yield* append(tenantId, [reading(deviceId, i)], ["accepted"])
        assert.deepStrictEqual(statuses(yield* observe(tenantId, SLACK, HOUR)), ["online"])
        assert.deepStrictEqual(statuses(yield* observe(tenantId, SLACK, 0)), ["offline"])
      }
      const history = yield* historyOf(tenantId, deviceId)
      assert.deepStrictEqual(statuses(history), [
        "online",
        "offline",
        "online",
        "offline",
        "online",
        "offline"
      ])
      assert.isTrue(history.every((one, i) => i === 0 || one.at > history[i - 1]!.at))
    })
  },
  {
    name: "a device is heard on any of its channels",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 5)], ["accepted"])
      yield* observe(tenantId, SLACK, 0)
      yield* append(tenantId, [reading(deviceId, 1, { channel: channel("L1"), powerW: 1 })], ["accepted"])
      const told = yield* observe(tenantId, SLACK, HOUR)
      assert.deepStrictEqual(statuses(told), ["online"])
      assert.strictEqual(told.length, 1)
    })
  },
  {
    name: "nothing is told of a device that never spoke",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      assert.deepStrictEqual(yield* observe(tenantId, HOUR, 0), [])
      assert.deepStrictEqual(yield* historyOf(tenantId, deviceId), [])
    })
  },
  {
    name: "history: what changed within the interval, after what was in force at its start",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
      yield* observe(tenantId, SLACK, HOUR)
      yield* observe(tenantId, 2 * HOUR, HOUR)
      const [online, offline] = yield* historyOf(tenantId, deviceId)
      const store = yield* DeviceStatusStore
      const between = (start: number, end: number) =>
        store.history(tenantId, deviceId, { start: start as Instant.Instant, end: end as Instant.Instant })
      const [a, b] = [online!.at, offline!.at]
      assert.deepStrictEqual(yield* between(a - 5, a), [])
      assert.deepStrictEqual(yield* between(a - 5, a + 1), [online!])
      assert.deepStrictEqual(yield* between(a, b), [online!])
      assert.deepStrictEqual(yield* between(a + 1, b + 1), [online!, offline!])
      assert.deepStrictEqual(yield* between(a + 1, a + 2), [online!])
      assert.deepStrictEqual(yield* between(b, b + 9), [offline!])
      assert.deepStrictEqual(yield* between(b + 5, b + 9), [offline!])
    })
  },
  {
    name: "observes every device of every tenant, and shows a tenant nothing of another's",
    run: Effect.gen(function* () {
      const [mine, theirs] = [yield* addDevices(3), yield* addDevices(1)]
      for (const { deviceIds, tenantId } of [mine, theirs]) {
        for (const deviceId of deviceIds.slice(0, 2)) {
          yield* append(tenantId, [reading(deviceId, 1)], ["accepted"])
        }
      }
      const store = yield* DeviceStatusStore
      const told = yield* store.observe(Instant.plus(yield* Instant.now, SLACK), HOUR)
      const devices = told.filter(({ tenantId }) => [mine.tenantId, theirs.tenantId].includes(tenantId))
      assert.deepStrictEqual(
        devices.map(({ deviceId, tenantId }) => `${tenantId} ${deviceId}`).sort(),
        [
          ...mine.deviceIds.slice(0, 2).map((id) => `${mine.tenantId} ${id}`),
          `${theirs.tenantId} ${theirs.deviceIds[0]!}`
        ].sort()
      )
      assert.deepStrictEqual(yield* historyOf(mine.tenantId, theirs.deviceIds[0]!), [])
      assert.deepStrictEqual(yield* historyOf(mine.tenantId, freshDeviceId()), [])
    })
  },
  {
    name: "observed at once: a change is told by one, and written once",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(5)
      yield* append(
        tenantId,
        deviceIds.map((deviceId) => reading(deviceId, 1)),
        deviceIds.map(() => "accepted" as const)
      )
      const many = (silentMs: number) =>
        Effect.all(
          Array.from({ length: 8 }, () => observe(tenantId, SLACK, silentMs)),
          { concurrency: "unbounded" }
        )
      for (const [silentMs, status] of [
        [HOUR, "online"],
        [0, "offline"]
      ] as const) {
        const told = (yield* many(silentMs)).flat()
        assert.deepStrictEqual(told.map(({ deviceId }) => deviceId).sort(), [...deviceIds])
        assert.deepStrictEqual([...new Set(statuses(told))], [status])
      }
      for (const deviceId of deviceIds) {
        assert.deepStrictEqual(statuses(yield* historyOf(tenantId, deviceId)), ["online", "offline"])
      }
    })
  }
]

/** Everything a `DeviceStatusStore` promises, one check for each promise. */
export const deviceStatusStoreChecks: ReadonlyArray<Check<Needs>> = [...observed, ...reportChecks]

/**
 * Registers the tests every `DeviceStatusStore` has to pass, over a layer that also carries the readings and
 * the registry.
 */
export const deviceStatusStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: DeviceStatusStore`, layer, deviceStatusStoreChecks, options)
