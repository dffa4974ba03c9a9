import { assert } from "@effect/vitest"
import { type DeviceId, type DeviceStatus, DeviceStatusStore, Instant, type TenantId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { append, reading } from "../readings/support.ts"
import * as Refusals from "../refusals.ts"
import { freshDeviceId } from "../registered.ts"
import { historyOf, HOUR, type Needs, observe, oneDevice, SLACK, statuses } from "./support.ts"

/** What a device says of itself, so many milliseconds from an instant, and whether that changed anything. */
const reporter = Effect.fnUntraced(function* (tenantId: TenantId, deviceId: DeviceId) {
  const store = yield* DeviceStatusStore
  const now = yield* Instant.now
  const say = (inMs: number, status: DeviceStatus["status"]) =>
    store.report(tenantId, deviceId, Instant.plus(now, inMs), status)
  return { now, say, at: (inMs: number) => Instant.plus(now, inMs) }
})

const hear = (tenantId: TenantId, deviceId: DeviceId, seconds: number) =>
  append(tenantId, [reading(deviceId, seconds)], ["accepted"])

/** What is promised of devices that say themselves whether they are online. */
export const reportChecks: ReadonlyArray<Check<Needs>> = [
  {
    name: "what a device says is written when it differs from the status in force",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const { at, say } = yield* reporter(tenantId, deviceId)
      const told = [
        yield* say(-9000, "offline"),
        yield* say(-8000, "offline"),
        yield* say(-7000, "online"),
        yield* say(-6000, "online"),
        yield* say(-5000, "offline")
      ]
      assert.deepStrictEqual(told, [true, false, true, false, true])
      assert.deepStrictEqual(yield* historyOf(tenantId, deviceId), [
        { deviceId, at: at(-9000), status: "offline" },
        { deviceId, at: at(-7000), status: "online" },
        { deviceId, at: at(-5000), status: "offline" }
      ])
    })
  },
  {
    name: "what is older than the last change, or than what the device said last, changes nothing",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const { say } = yield* reporter(tenantId, deviceId)
      assert.isTrue(yield* say(-HOUR, "online"))
      assert.isFalse(yield* say(-2 * HOUR, "offline"))
      assert.isFalse(yield* say(-1000, "online"))
      assert.isFalse(yield* say(-2000, "offline"))
      assert.deepStrictEqual(statuses(yield* historyOf(tenantId, deviceId)), ["online"])
      // Of what is older nothing is left either: the device is online for the silence after the last word.
      assert.deepStrictEqual(yield* observe(tenantId, 0, HOUR), [])
    })
  },
  {
    name: "two words of one instant are taken as they come, the later one a little later",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const { at, say } = yield* reporter(tenantId, deviceId)
      assert.deepStrictEqual([yield* say(-5, "online"), yield* say(-5, "offline")], [true, true])
      const [online, offline, ...rest] = yield* historyOf(tenantId, deviceId)
      assert.deepStrictEqual([online?.at, online?.status], [at(-5), "online"])
      assert.deepStrictEqual([offline?.status, rest.length], ["offline", 0])
      assert.isTrue(offline!.at > online!.at && offline!.at < online!.at + 1000)
    })
  },
  {
    name: "a device that said it is offline stays so, whatever was received before",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* hear(tenantId, deviceId, 1)
      assert.deepStrictEqual(statuses(yield* observe(tenantId, SLACK, HOUR)), ["online"])
      const { say } = yield* reporter(tenantId, deviceId)
      assert.isTrue(yield* say(SLACK, "offline"))
      assert.deepStrictEqual(yield* observe(tenantId, 2 * SLACK, HOUR), [])
      assert.deepStrictEqual(yield* observe(tenantId, 2 * HOUR, HOUR), [])
      assert.deepStrictEqual(statuses(yield* historyOf(tenantId, deviceId)), ["online", "offline"])
      assert.isTrue(yield* say(2 * SLACK, "online"))
      assert.deepStrictEqual(yield* observe(tenantId, 3 * SLACK, HOUR), [])
      assert.deepStrictEqual(statuses(yield* observe(tenantId, 2 * HOUR, HOUR)), ["offline"])
    })
  },
  {
    name: "a device that said it is offline is online when a reading is received after that",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* hear(tenantId, deviceId, 1)
      const { say } = yield* reporter(tenantId, deviceId)
      assert.isTrue(yield* say(-HOUR, "offline"))
      const [online, ...rest] = yield* observe(tenantId, SLACK, HOUR)
      assert.deepStrictEqual([online?.status, rest.length], ["online", 0])
      assert.deepStrictEqual(statuses(yield* historyOf(tenantId, deviceId)), ["offline", "online"])
      assert.deepStrictEqual(yield* observe(tenantId, SLACK, HOUR), [])
    })
  },
  {
    name: "a device that said it is online was heard then, and is offline after the silence that follows",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      const { at, say } = yield* reporter(tenantId, deviceId)
      assert.isTrue(yield* say(-HOUR, "online"))
      assert.isFalse(yield* say(-10 * SLACK, "online"))
      assert.deepStrictEqual(yield* observe(tenantId, 0, HOUR), [])
      assert.deepStrictEqual(yield* observe(tenantId, HOUR - 11 * SLACK, HOUR), [])
      const told = yield* observe(tenantId, HOUR - 10 * SLACK, HOUR)
      assert.deepStrictEqual(told, [{ deviceId, at: at(HOUR - 10 * SLACK), status: "offline" }])
      assert.deepStrictEqual(yield* observe(tenantId, 9 * HOUR, HOUR), [])
    })
  },
  {
    name: "a device the tenant does not have says nothing",
    run: Effect.gen(function* () {
      const mine = yield* oneDevice
      const theirs = yield* oneDevice
      const store = yield* DeviceStatusStore
      const now = yield* Instant.now
      for (const id of [theirs.deviceId, freshDeviceId()]) {
        yield* Refusals.assertMissing("device", id, store.report(mine.tenantId, id, now, "online"))
      }
      assert.deepStrictEqual(yield* historyOf(theirs.tenantId, theirs.deviceId), [])
      assert.deepStrictEqual(yield* observe(theirs.tenantId, HOUR, 0), [])
    })
  },
  {
    name: "said at once, and observed meanwhile: every change is one, and each follows another status",
    run: Effect.gen(function* () {
      const { deviceId, tenantId } = yield* oneDevice
      yield* hear(tenantId, deviceId, 1)
      const { say } = yield* reporter(tenantId, deviceId)
      const tries = Array.from({ length: 24 }, (_, i) =>
        i % 6 === 5
          ? Effect.map(observe(tenantId, SLACK, HOUR), (told) => told.length > 0)
          : say(i, i % 2 === 0 ? "offline" : "online")
      )
      const told = yield* Effect.all(tries, { concurrency: "unbounded" })
      const history = yield* historyOf(tenantId, deviceId)
      assert.strictEqual(history.length, told.filter((changed) => changed).length)
      for (const [i, one] of history.entries()) {
        const before = history[i - 1]
        assert.isTrue(before === undefined || (before.at < one.at && before.status !== one.status))
      }
    })
  }
]
