import { assert } from "@effect/vitest"
import {
  Instant,
  LocalDate,
  LocationStore,
  mainChannel,
  ReadingStore,
  StorageUpkeep,
  TimeZone,
  UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import {
  addMeter,
  addMeters,
  always,
  cellsOf,
  instant,
  kWh,
  oneKilowatt,
  readingAt,
  rulesOf,
  say,
  sumOf,
  type UsageCheck
} from "../usage/support.ts"

const none = { channels: 0, changed: { PT15M: 0, PT1H: 0, P1D: 0 } }

const refresh = Effect.flatMap(StorageUpkeep, (upkeep) => upkeep.refreshUsage)
const lag = Effect.flatMap(StorageUpkeep, (upkeep) => upkeep.lag)

/** What bringing usage up to date promises. */
export const refreshChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "after a refresh nothing lags, and another has nothing to do",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      yield* say(meter, oneKilowatt("2026-06-01T10:00:00Z", "2026-06-01T14:00:00Z", 5))
      assert.isAtLeast(yield* lag, 0)
      yield* refresh
      assert.strictEqual(yield* lag, 0)
      assert.deepStrictEqual(yield* refresh, none)
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(4))
    })
  },
  {
    name: "counts the channels and the cells that changed",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addMeters("UTC", 2)
      yield* refresh
      for (const deviceId of deviceIds) {
        yield* say({ tenantId, deviceId }, oneKilowatt("2026-06-01T22:00:00Z", "2026-06-02T01:59:00Z", 1))
      }
      const expected = { PT15M: 2 * 16, PT1H: 2 * 4, P1D: 2 * 2 }
      assert.deepStrictEqual(yield* refresh, { channels: 2, changed: expected })
    })
  },
  {
    name: "what comes again and what is refused changes no cell",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      const rows = oneKilowatt("2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z", 5)
      yield* say(meter, rows)
      yield* refresh
      const store = yield* ReadingStore
      const again = rows.map(([at, said]) => readingAt(meter, at, said))
      yield* store.append(meter.tenantId, again)
      const others = again.map((reading) => ({ ...reading, importWh: 0 }))
      yield* store.append(meter.tenantId, others)
      assert.deepStrictEqual((yield* refresh).changed, none.changed)
    })
  },
  {
    name: "a late reading changes the cells it touches and no others",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      yield* say(meter, oneKilowatt("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", 1))
      yield* refresh
      yield* say(meter, [
        ["2026-06-01T11:59:30Z", { importWh: 500_000 + 12 * 1000 - 2 }],
        ["2025-05-01T00:00:00Z", { importWh: 500_000 }]
      ])
      const { changed, channels } = yield* refresh
      assert.strictEqual(channels, 1)
      const longStep = ((instant("2026-06-01T00:00:00Z") - instant("2025-05-01T00:00:00Z")) / 900_000) | 0
      assert.isAtMost(changed.PT15M, longStep + 2)
      assert.isAtMost(changed.PT1H, longStep / 4 + 2)
      assert.isAtMost(changed.P1D, longStep / 96 + 3)
      yield* say(meter, [["2026-06-01T18:00:30Z", { importWh: 500_000 + 18 * 1000 + 1 }]])
      const late = (yield* refresh).changed
      assert.isTrue(late.PT15M <= 2 && late.PT1H <= 2 && late.P1D <= 2, JSON.stringify(late))
      assert.isAtLeast(late.PT15M, 1)
    })
  },
  {
    name: "rules change every cell that follows from them, a zone only the days",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC")
      yield* say(meter, oneKilowatt("2026-06-01T12:00:00Z", "2026-06-03T12:00:00Z", 15))
      yield* refresh
      const held = rulesOf({ maxPowerW: 500 })
      yield* (yield* UsageStore).setRules(meter.tenantId, meter.deviceId, mainChannel, held)
      assert.deepStrictEqual((yield* refresh).changed, { PT15M: 192, PT1H: 48, P1D: 3 })
      yield* (yield* LocationStore).changeZone(meter.tenantId, meter.place.id, {
        zone: TimeZone.makeOrThrow("Europe/Berlin"),
        from: LocalDate.fromStringOrThrow("2026-06-02")
      })
      const { P1D, PT15M, PT1H } = (yield* refresh).changed
      assert.deepStrictEqual([PT15M, PT1H], [0, 0])
      assert.isAtLeast(P1D, 2)
    })
  },
  {
    name: "refreshes at once, between appends, and given up: usage is exact after the last one",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Asia/Kolkata")
      const rows = oneKilowatt("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", 5)
      const pieces = Array.from({ length: 12 }, (_, i) => rows.filter((__, j) => j % 12 === (i * 5) % 12))
      const store = yield* ReadingStore
      const batches = pieces.map((piece) => piece.map(([at, said]) => readingAt(meter, at, said)))
      const appends = Effect.forEach(batches, (batch) => store.append(meter.tenantId, batch))
      const giveUp = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(refresh, { startImmediately: true })
        yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
      })
      const refreshes = Array.from({ length: 6 }, (_, i) => (i % 3 === 0 ? giveUp : Effect.asVoid(refresh)))
      yield* Effect.all([appends, ...refreshes, appends], { concurrency: "unbounded" })
      for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
        const cells = yield* cellsOf(meter, resolution)
        assert.strictEqual(sumOf(cells), kWh(24))
        assert.isTrue(cells.every(({ quality }) => quality === "measured"))
      }
      assert.deepStrictEqual(yield* refresh, none)
    })
  },
  {
    name: "usage that was not refreshed is of some moment before, never torn",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      const rows = oneKilowatt("2026-06-01T00:00:00Z", "2026-06-01T06:00:00Z", 15)
      const store = yield* UsageStore
      const query = { deviceIds: [meter.deviceId], within: always, resolution: "PT1H" as const }
      const watch = Effect.gen(function* () {
        for (let i = 0; i < 10; i++) {
          const total = yield* store.total(meter.tenantId, query)
          const energies = total.flatMap(({ imported }) => imported ?? [])
          assert.isTrue(energies.every((energy) => energy % kWh(0.25) === 0))
        }
      })
      const work = Effect.forEach(rows, (row) => Effect.andThen(say(meter, [row]), refresh), {
        discard: true
      })
      yield* Effect.all([work, watch], { concurrency: 2 })
      assert.strictEqual(sumOf(yield* cellsOf(meter, "PT1H")), kWh(6))
      assert.strictEqual(
        Instant.format((yield* cellsOf(meter, "PT1H"))[0]!.within.start),
        "2026-06-01T00:00:00Z"
      )
    })
  }
]
