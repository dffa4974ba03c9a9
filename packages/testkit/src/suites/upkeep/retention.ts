import { assert } from "@effect/vitest"
import {
  DeadLetterStore,
  type Instant,
  mainChannel,
  QuarantineStore,
  ReadingStore,
  type Retention,
  StorageUpkeep,
  UsageStore,
  usualRules
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  addMeter,
  always,
  cellsOf,
  expectedQuarters,
  bare,
  kWh,
  type Meter,
  readingAt,
  rulesOf,
  say,
  sumOf,
  type UsageCheck
} from "../usage/support.ts"

const DAY = 86_400_000
const long = 20_000
const keepAll = { readingDays: long, quarterHourDays: long, hourDays: long, dayDays: long }

/** The first of these is a Monday in 2027; a store that has given up more already is asked later. */
const earliest = Date.UTC(2027, 0, 4)

/** A time of which nothing was given up yet, 500 days after the horizon of the store. */
const freshTime = Effect.gen(function* () {
  const { readingsFrom } = yield* (yield* StorageUpkeep).retain(earliest as Instant.Instant, keepAll)
  return Math.max(earliest, (Math.floor(readingsFrom / DAY) + 500) * DAY) as Instant.Instant
})

const retain = Effect.fnUntraced(function* (now: number, over: Partial<Retention>) {
  return yield* (yield* StorageUpkeep).retain(now as Instant.Instant, { ...keepAll, ...over })
})

/** One kilowatt, said every so many minutes, from a time on. */
const kilowatt = (from: number, hours: number, minutes: number) =>
  Array.from({ length: (hours * 60) / minutes + 1 }, (_, i) => {
    const at = (from + i * minutes * 60_000) as Instant.Instant
    return [at, { importWh: 1000 + (i * minutes * 1000) / 60 }] as const
  })

const storedOf = Effect.fnUntraced(function* (meter: Meter) {
  const store = yield* ReadingStore
  const query = { deviceId: meter.deviceId, channel: mainChannel, within: always }
  const scanned = yield* Stream.runCollect(store.scan(meter.tenantId, query))
  assert.deepStrictEqual(yield* store.page(meter.tenantId, { ...query, limit: 10_000 }), [...scanned])
  return [...scanned].map(({ at }) => at as number)
})

const all = Effect.fnUntraced(function* (meter: Meter) {
  return [
    yield* cellsOf(meter, "PT15M"),
    yield* cellsOf(meter, "PT1H"),
    yield* cellsOf(meter, "P1D")
  ] as const
})

/** A letter of the tenant, and a reading of the meter that was settled, so long before an instant. */
const recordsBefore = Effect.fnUntraced(function* (meter: Meter, now: number, days: number) {
  const { deviceId, tenantId } = meter
  const then = (now - days * DAY) as Instant.Instant
  const id = `${days}`
  const message = { carrier: "mqtt", topic: "t", payload: new Uint8Array(9), isRetained: false } as const
  const letter = { id, tenantId, reason: "malformed", detail: "", format: null, subject: null } as const
  yield* (yield* DeadLetterStore).add(tenantId, [
    { ...letter, message: { ...message, receivedAt: then }, deviceId, settled: null }
  ])
  const quarantine = yield* QuarantineStore
  const reading = readingAt(meter, then, { importWh: 1 })
  yield* quarantine.add([{ id, tenantId, reading, reason: "future", receivedAt: then, settled: null }])
  yield* quarantine.add([
    { id: `${id} waits`, tenantId, reading, reason: "future", receivedAt: then, settled: null }
  ])
  yield* quarantine.settle(tenantId, [id], { at: then, by: "ada", as: "dropped", shiftedMs: 0 })
})

const recordsOf = Effect.fnUntraced(function* ({ tenantId }: Meter) {
  const page = { limit: 99, waiting: false }
  const letters = yield* (yield* DeadLetterStore).list(tenantId, page)
  const settled = yield* (yield* QuarantineStore).list(tenantId, page)
  return [letters.map(({ id }) => id), settled.map(({ id }) => id)] as const
})

/** What giving up and making room promise. */
export const retentionChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "dead letters and settled readings are given up when they are older than they are kept",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter("Europe/Berlin")
      for (const days of [3, 4, 5, 6]) yield* recordsBefore(meter, now, days)
      const waits = ["3 waits", "4 waits", "5 waits", "6 waits"]
      yield* retain(now, { deadLetterDays: 9, settledDays: 9 })
      assert.deepStrictEqual((yield* recordsOf(meter)).flat().length, 12)
      const done = yield* retain(now + 3_600_000, { deadLetterDays: 5, settledDays: 4 })
      assert.isAtLeast(done.droppedRecords ?? 0, 3)
      assert.deepStrictEqual(yield* recordsOf(meter), [
        ["3", "4", "5"],
        ["3", ...waits.slice(0, 1), "4", ...waits.slice(1)]
      ])
      // What is not said is as usual: 30 days for letters, 90 for what is settled.
      yield* retain(now + 27.5 * DAY, {})
      assert.deepStrictEqual(yield* recordsOf(meter), [
        ["3"],
        ["3", ...waits.slice(0, 1), "4", ...waits.slice(1)]
      ])
      yield* retain(now + 90 * DAY, {})
      assert.deepStrictEqual(yield* recordsOf(meter), [[], waits])
    })
  },
  {
    name: "readings are given up by whole days of UTC, and what comes then is told to be expired",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter("Europe/Berlin")
      const rows = kilowatt(now - 3 * DAY, 72, 60)
      yield* say(meter, rows)
      const before = yield* all(meter)
      const horizon = now - DAY
      const done = yield* retain(now + 7 * 3_600_000, { readingDays: 1 })
      assert.strictEqual(done.readingsFrom as number, horizon)
      assert.isAtLeast(done.droppedReadingDays, 2)
      assert.deepStrictEqual(
        yield* storedOf(meter),
        rows.flatMap(([at]) => (at >= horizon ? [at as number] : []))
      )
      assert.deepStrictEqual(yield* all(meter), before)
      const store = yield* ReadingStore
      const readings = [horizon - 1, horizon, horizon + 1].map((at) =>
        readingAt(meter, at as Instant.Instant, { importWh: 49_000 })
      )
      assert.deepStrictEqual(yield* store.append(meter.tenantId, readings), [
        "expired",
        "duplicate",
        "accepted"
      ])
      const corrections = [horizon - DAY, horizon - 1, horizon].map((at) => ({
        deviceId: meter.deviceId,
        channel: mainChannel,
        at: at as Instant.Instant,
        reading: null,
        by: "ada",
        reason: "late",
        madeAt: now
      }))
      const corrected = yield* store.correct(meter.tenantId, corrections)
      assert.deepStrictEqual(corrected, ["expired", "expired", "revised"])
      const stranger = yield* addMeter()
      const unknown = yield* store.append(stranger.tenantId, readings)
      assert.deepStrictEqual([...new Set(unknown)], ["unknown_device"])
    })
  },
  {
    name: "giving up twice, or keeping longer than before, gives up nothing more and brings nothing back",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter()
      yield* say(meter, kilowatt(now - 2 * DAY, 48, 60))
      const first = yield* retain(now, { readingDays: 1 })
      const stored = yield* storedOf(meter)
      for (const readingDays of [1, 2, 3000]) {
        const again = yield* retain(now, { readingDays })
        assert.strictEqual(again.readingsFrom, first.readingsFrom)
        assert.deepStrictEqual([again.droppedReadingDays, again.droppedCells], [0, 0])
      }
      assert.deepStrictEqual(yield* storedOf(meter), stored)
    })
  },
  {
    name: "where there is nothing to give up, a history older than it is kept can still be brought in",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter()
      const first = yield* retain(now, { readingDays: 1 })
      const later = now + 30 * DAY
      assert.strictEqual((yield* retain(later, { readingDays: 1 })).readingsFrom, first.readingsFrom)
      yield* say(meter, kilowatt(now, 48, 60))
      assert.strictEqual((yield* storedOf(meter)).length, 49)
      assert.strictEqual((yield* retain(later, { readingDays: 1 })).readingsFrom as number, later - DAY)
      assert.deepStrictEqual(yield* storedOf(meter), [])
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(48))
    })
  },
  {
    name: "usage of readings that were not refreshed is computed before they are given up",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter("Asia/Kathmandu")
      yield* say(meter, kilowatt(now - 2 * DAY, 48, 30))
      yield* retain(now, { readingDays: 1 })
      assert.strictEqual(sumOf(yield* cellsOf(meter, "PT15M")), kWh(48))
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(48))
    })
  },
  {
    name: "a late reading after the horizon has its neighbours before it, and changes nothing before it",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter("Asia/Kolkata")
      const horizon = now - DAY
      const rows = kilowatt(horizon - 600_000 - DAY, 48, 20).filter(
        ([at]) => Math.abs(at - horizon) > 660_000
      )
      yield* say(meter, rows)
      const before = yield* cellsOf(meter, "PT15M")
      yield* retain(now, { readingDays: 1 })
      const late = [(horizon + 120_000) as Instant.Instant, { importWh: 25_300 }] as const
      yield* say(meter, [late])
      const after = yield* cellsOf(meter, "PT15M")
      const isBefore = ({ within }: { readonly within: { readonly start: number } }) => within.start < horizon
      assert.deepStrictEqual(after.filter(isBefore), before.filter(isBefore))
      const readings = [...rows, late].map(([at, said]) => readingAt(meter, at, said))
      const expected = expectedQuarters(readings, usualRules).filter((cell) => !isBefore(cell))
      assert.deepStrictEqual(after.filter((cell) => !isBefore(cell)).map(bare), expected)
      const hours = yield* cellsOf(meter, "PT1H")
      assert.strictEqual(sumOf(hours), sumOf(after))
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), sumOf(after))
    })
  },
  {
    name: "registers before the horizon are remembered through any number of readings that say only power",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter()
      const powers = Array.from({ length: 200 }, (_, i) => {
        const at = (now - (i + 1) * 10_000) as Instant.Instant
        return [at, { powerW: 4000 }] as const
      })
      yield* say(meter, [[(now - 2_400_000) as Instant.Instant, { importWh: 1000 }], ...powers])
      yield* say(meter, [[(now + 1_200_000) as Instant.Instant, { importWh: 5000 }]])
      yield* retain(now, { readingDays: 0 })
      yield* say(meter, [[(now + 600_000) as Instant.Instant, { powerW: 4000 }]])
      assert.strictEqual(sumOf(yield* cellsOf(meter, "PT15M")), kWh(4))
    })
  },
  {
    name: "rules that change now change nothing before the horizon",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter()
      yield* say(meter, kilowatt(now - 2 * DAY, 48, 60))
      yield* retain(now, { readingDays: 1 })
      const held = rulesOf({ maxPowerW: 10 })
      yield* (yield* UsageStore).setRules(meter.tenantId, meter.deviceId, mainChannel, held)
      for (const cells of yield* all(meter)) assert.strictEqual(sumOf(cells), kWh(24))
    })
  },
  {
    name: "cells are given up when they are older than they are kept, each resolution for itself",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter("Europe/Berlin")
      yield* say(meter, kilowatt(now - 200 * DAY, 24, 60))
      yield* say(meter, [[(now - 100 * DAY) as Instant.Instant, { importWh: 25_000 }]])
      yield* say(meter, [[(now - DAY) as Instant.Instant, { importWh: 25_000 }]])
      const [, , daysBefore] = yield* all(meter)
      const done = yield* retain(now, {
        readingDays: 20,
        quarterHourDays: 60,
        hourDays: 120,
        dayDays: 400
      })
      assert.isAbove(done.droppedCells, 0)
      const oldest = (yield* all(meter)).map(([cell]) => (now - cell!.within.start) / DAY)
      // A month of cells may stay until the last of its days is too old.
      assert.isTrue(oldest[0]! >= 60 && oldest[0]! <= 60 + 32, `${oldest[0]}`)
      assert.isTrue(oldest[1]! >= 120 && oldest[1]! <= 120 + 32, `${oldest[1]}`)
      assert.deepStrictEqual(yield* cellsOf(meter, "P1D"), daysBefore)
      yield* retain(now, { readingDays: 20, quarterHourDays: 60, hourDays: 120, dayDays: 150 })
      const [, , days] = yield* all(meter)
      const age = (now - days[0]!.within.start) / DAY
      assert.isTrue(age >= 149 && age <= 150 + 32, `${age}`)
    })
  },
  {
    name: "what is corrected after the horizon falls back to nothing that was given up",
    run: Effect.gen(function* () {
      const now = yield* freshTime
      const meter = yield* addMeter()
      const kept = (now - 3_600_000) as Instant.Instant
      yield* say(meter, [[(now - 2 * DAY) as Instant.Instant, { importWh: 1 }]])
      yield* say(meter, [[kept, { importWh: 2 }]])
      yield* retain(now, { readingDays: 1 })
      const store = yield* ReadingStore
      const strike = {
        deviceId: meter.deviceId,
        channel: mainChannel,
        at: kept,
        reading: null,
        by: "ada",
        reason: "a mistake",
        madeAt: now
      }
      assert.deepStrictEqual(yield* store.correct(meter.tenantId, [strike]), ["revised"])
      assert.deepStrictEqual(yield* store.latest(meter.tenantId, [meter.deviceId]), [])
      assert.deepStrictEqual(yield* storedOf(meter), [])
      assert.strictEqual((yield* store.revisions(meter.tenantId, strike)).length, 2)
    })
  }
]
