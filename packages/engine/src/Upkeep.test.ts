import { assert, describe, it } from "@effect/vitest"
import {
  DeviceStatusStore,
  Instant,
  type Retention,
  StorageError,
  StorageUpkeep,
  usualRetention
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { keptFor } from "./keptFor.ts"
import { Upkeep } from "./Upkeep.ts"

const noon = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const down = new StorageError({ reason: "unavailable", message: "away" })

/** A store that writes down what it is asked to do. */
const makeStore = () => {
  const store = {
    isQuiet: false,
    lag: 0,
    failsFor: 0,
    refreshedAt: [] as Array<number>,
    retained: [] as Array<readonly [now: number, retention: Retention]>,
    retainFails: false,
    observed: [] as Array<readonly [now: number, silentMs: number]>
  }
  const failing = <A>(then: () => A) =>
    Effect.suspend(() => (store.failsFor-- > 0 ? Effect.fail(down) : Effect.sync(then)))
  const upkeep: StorageUpkeep = {
    // A day of seconds takes long even on a clock of tests, so usage can be left alone.
    lag: Effect.suspend(() => (store.isQuiet ? Effect.never : Effect.succeed(store.lag))),
    refreshUsage: Effect.flatMap(Instant.now, (now) => {
      store.refreshedAt.push(now - noon)
      return failing(() => {
        store.lag = 0
        return { channels: 1, changed: { PT15M: 1, PT1H: 1, P1D: 1 } }
      })
    }),
    retain: (now, retention) =>
      Effect.suspend(() => {
        store.retained.push([now, retention])
        return store.retainFails
          ? Effect.fail(down)
          : Effect.succeed({ readingsFrom: now, droppedReadingDays: 0, droppedCells: 0 })
      })
  }
  const statuses: DeviceStatusStore = {
    observe: (now, silentMs) =>
      Effect.sync(() => {
        store.observed.push([now, silentMs])
        return []
      }),
    report: () => Effect.succeed(false),
    history: () => Effect.succeed([])
  }
  const stores = Layer.merge(Layer.succeed(StorageUpkeep, upkeep), Layer.succeed(DeviceStatusStore, statuses))
  return { store, stores, layer: Layer.provide(Upkeep.layerWith({ silentMs: 7 * minute }), stores) }
}

/** Lets an upkeep run from noon on. */
const running = <A, E>({ layer }: ReturnType<typeof makeStore>, body: Effect.Effect<A, E, Upkeep>) =>
  Effect.andThen(TestClock.setTime(noon), body.pipe(Effect.provide(layer)))

describe("Upkeep", () => {
  it.effect("refreshes within a second when there is something to do, and only then", () => {
    const made = makeStore()
    const { store } = made
    return running(
      made,
      Effect.gen(function* () {
        yield* TestClock.adjust(5 * second)
        assert.deepStrictEqual(store.refreshedAt, [])
        store.lag = 300
        yield* TestClock.adjust(second)
        assert.deepStrictEqual(store.refreshedAt, [6 * second])
        yield* TestClock.adjust(minute)
        assert.strictEqual(store.refreshedAt.length, 1)
        assert.deepStrictEqual(yield* (yield* Upkeep).state, { lagMs: 0, isFailing: false })
      })
    )
  })

  it.effect("goes on after failures, waiting longer each time but never more than a minute", () => {
    const made = makeStore()
    const { store } = made
    store.lag = 5
    store.failsFor = 9
    return running(
      made,
      Effect.gen(function* () {
        const upkeep = yield* Upkeep
        yield* TestClock.adjust(hour / 2)
        const waits = store.refreshedAt.slice(1).map((at, i) => (at - (store.refreshedAt[i] ?? 0)) / second)
        assert.deepStrictEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])
        assert.deepStrictEqual(yield* upkeep.state, { lagMs: 0, isFailing: false })
        store.lag = 5
        store.failsFor = 1
        yield* TestClock.adjust(second)
        assert.deepStrictEqual(yield* upkeep.state, { lagMs: 5, isFailing: true })
        yield* TestClock.adjust(second)
        assert.deepStrictEqual(yield* upkeep.state, { lagMs: 0, isFailing: false })
      })
    )
  })

  it.effect("survives a store that throws", () => {
    const made = makeStore()
    const { store } = made
    const upkeep = Effect.map(StorageUpkeep, (inner) => {
      let calls = 0
      const lag = Effect.suspend(() => (calls++ === 0 ? Effect.die(new Error("odd")) : inner.lag))
      return { ...inner, lag }
    })
    store.lag = 5
    const odd = Layer.effect(StorageUpkeep, upkeep)
    return Effect.gen(function* () {
      yield* TestClock.adjust(2 * second)
      assert.strictEqual(store.refreshedAt.length, 1)
    }).pipe(Effect.provide(Layer.provide(Upkeep.layer, Layer.provideMerge(odd, made.stores))))
  })

  it.effect("gives up old records at the start and once on every day after", () => {
    const made = makeStore()
    const { store } = made
    const retention = { ...usualRetention, readingDays: 3 }
    store.isQuiet = true
    return running(
      made,
      Effect.gen(function* () {
        yield* TestClock.adjust(second)
        assert.deepStrictEqual(store.retained, [[noon, retention]])
        yield* TestClock.adjust(12 * hour - minute)
        assert.strictEqual(store.retained.length, 1)
        store.retainFails = true
        yield* TestClock.adjust(minute + second)
        assert.isAbove(store.retained.length, 1)
        store.retainFails = false
        yield* TestClock.adjust(2 * minute)
        const done = store.retained.length
        yield* TestClock.adjust(20 * hour)
        assert.strictEqual(store.retained.length, done)
        yield* TestClock.adjust(4 * hour)
        assert.strictEqual(store.retained.length, done + 1)
      })
    ).pipe(Effect.provideService(keptFor, retention))
  })

  it.effect("observes devices every minute, and nothing after its scope is closed", () => {
    const made = makeStore()
    const { store } = made
    return Effect.gen(function* () {
      yield* running(made, TestClock.adjust(2 * minute))
      assert.deepStrictEqual(
        store.observed,
        [0, 1, 2].map((n) => [noon + n * minute, 7 * minute])
      )
      store.lag = 5
      yield* TestClock.adjust(hour)
      assert.strictEqual(store.observed.length, 3)
      assert.deepStrictEqual(store.refreshedAt, [])
    })
  })
})
