import { assert } from "@effect/vitest"
import { ReadingBus, type StoredReadings } from "@wattkit/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Exit from "effect/Exit"
import { type Check, register, type SuiteOptions } from "./Check.ts"
import { at, freshDeviceId, freshLocationId, freshTenant } from "./registered.ts"
import { channel, reading } from "./readings/support.ts"

type TenantId = StoredReadings["tenantId"]

const news = (tenantId: TenantId, seconds: number): StoredReadings => ({
  tenantId,
  locationId: freshLocationId(),
  readings: [reading(freshDeviceId(), seconds, { powerW: 1 / 3, extra: { flowLph: seconds } })]
})

/** News of every kind: of many readings, of statuses alone, of nothing, with all that a reading may say. */
const awkward = (tenantId: TenantId): ReadonlyArray<StoredReadings> => {
  const some = news(tenantId, 1)
  const deviceId = freshDeviceId()
  const said = {
    powerW: -1.7976931348623157e308,
    importWh: 5e-324,
    exportWh: 1 / 3,
    importDeltaWh: 0,
    exportDeltaWh: 1e21,
    since: at(-60),
    voltageV: 230.1,
    currentA: 0.1,
    frequencyHz: 50,
    powerFactor: -0.5,
    temperatureC: -273.15,
    stateOfChargePct: 100,
    extra: { toString: 1, flowLph: 0.1 }
  }
  const many = Array.from({ length: 300 }, (_, i) => reading(freshDeviceId(), i, said))
  return [
    { ...some, readings: [reading(deviceId, 0.001, { ...said, channel: channel("0") })] },
    { ...some, readings: many, statuses: [{ deviceId, at: at(0.001), status: "offline" }] },
    { ...some, readings: [], statuses: [{ deviceId, at: at(1), status: "online" }] },
    { ...some, readings: [] },
    { ...some, statuses: [] }
  ]
}

/**
 * Listens, and can wait until a publication has come.
 *
 * A bus between processes may deliver a moment after `publish` has returned: a check waits for a last
 * publication of its own and then looks at all that came before it.
 */
const collect = Effect.fnUntraced(function* (tenantId: TenantId) {
  const bus = yield* ReadingBus
  const heard: Array<StoredReadings> = []
  const waiting = new Map<string, Deferred.Deferred<void>>()
  yield* bus.listen(tenantId, (some) => {
    heard.push(some)
    const deferred = waiting.get(some.locationId)
    if (deferred !== undefined) Deferred.doneUnsafe(deferred, Exit.void)
  })
  const flush = Effect.gen(function* () {
    const last = news(tenantId, 0)
    const deferred = yield* Deferred.make<void>()
    waiting.set(last.locationId, deferred)
    yield* bus.publish(last)
    yield* Deferred.await(deferred)
    // The other listeners are told of the last publication too before anybody looks.
    yield* Effect.yieldNow
    return heard.filter((some) => !waiting.has(some.locationId))
  })
  return { flush }
})

/** Everything a `ReadingBus` promises, one check for each promise. */
export const readingBusChecks: ReadonlyArray<Check<ReadingBus>> = [
  {
    name: "carries news unchanged, in the order of publication",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      const { flush } = yield* collect(tenantId)
      const published = Array.from({ length: 50 }, (_, i) => news(tenantId, i))
      published.push(...awkward(tenantId))
      for (const some of published) yield* bus.publish(some)
      assert.deepStrictEqual(yield* flush, published)
    })
  },
  {
    name: "carries to every listener of the tenant and to no other tenant's",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      const other = freshTenant().id
      const listeners = [yield* collect(tenantId), yield* collect(tenantId)]
      const stranger = yield* collect(other)
      const some = news(tenantId, 1)
      yield* bus.publish(some)
      for (const { flush } of listeners) assert.deepStrictEqual((yield* flush)[0], some)
      assert.deepStrictEqual(yield* stranger.flush, [])
    })
  },
  {
    name: "carries news to a listener from when it listens until its scope closes",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      const stays = yield* collect(tenantId)
      const early = news(tenantId, 1)
      yield* bus.publish(early)
      yield* stays.flush
      const heard: Array<StoredReadings> = []
      const scope = yield* Scope.make()
      yield* Scope.provide(
        bus.listen(tenantId, (some) => void heard.push(some)),
        scope
      )
      const during = news(tenantId, 2)
      yield* bus.publish(during)
      yield* stays.flush
      yield* Scope.close(scope, Exit.void)
      const before = heard.length
      const late = news(tenantId, 3)
      yield* bus.publish(late)
      assert.deepStrictEqual(yield* stays.flush, [early, during, late])
      assert.deepStrictEqual(heard[0], during)
      assert.strictEqual(heard.length, before)
    })
  },
  {
    name: "tells of a publication nobody who began or ended to listen because of it",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      const scope = yield* Scope.make()
      const ending = yield* Scope.make()
      const heard: Array<StoredReadings> = []
      const ended: Array<StoredReadings> = []
      let isFirst = true
      yield* bus.listen(tenantId, () => {
        if (!isFirst) return
        isFirst = false
        const begin = bus.listen(tenantId, (some) => void heard.push(some))
        Effect.runSync(Effect.andThen(Scope.close(ending, Exit.void), Scope.provide(begin, scope)))
      })
      yield* Scope.provide(
        bus.listen(tenantId, (some) => void ended.push(some)),
        ending
      )
      const { flush } = yield* collect(tenantId)
      yield* bus.publish(news(tenantId, 1))
      const second = news(tenantId, 2)
      yield* flush
      yield* bus.publish(second)
      yield* flush
      // The publications `flush` waits for come before and after the second.
      assert.deepStrictEqual(heard[1], second)
      assert.deepStrictEqual([heard.length, ended], [3, []])
      yield* Scope.close(scope, Exit.void)
    })
  },
  {
    name: "lets no listener that throws disturb the others or the publisher",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      yield* bus.listen(tenantId, () => {
        throw new Error("this listener is broken")
      })
      const { flush } = yield* collect(tenantId)
      const some = news(tenantId, 1)
      yield* bus.publish(some)
      assert.deepStrictEqual(yield* flush, [some])
    })
  },
  {
    name: "calls a function as often as it listens",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      const tenantId = freshTenant().id
      let calls = 0
      const count = () => void calls++
      yield* bus.listen(tenantId, count)
      yield* bus.listen(tenantId, count)
      const { flush } = yield* collect(tenantId)
      yield* bus.publish(news(tenantId, 1))
      yield* flush
      // The publication and the one `flush` waits for, each heard twice.
      assert.strictEqual(calls, 4)
    })
  },
  {
    name: "publishes to nobody without complaint",
    run: Effect.gen(function* () {
      const bus = yield* ReadingBus
      yield* bus.publish(news(freshTenant().id, 1))
      yield* bus.publish({ ...news(freshTenant().id, 1), readings: [] })
    })
  }
]

/** Registers the tests every `ReadingBus` has to pass. */
export const readingBusSuite = <E>(
  name: string,
  layer: Layer.Layer<ReadingBus, E>,
  options: SuiteOptions = {}
): void => register(`${name}: ReadingBus`, layer, readingBusChecks, options)
