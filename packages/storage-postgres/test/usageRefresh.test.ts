import { assert, describe, layer } from "@effect/vitest"
import {
  LocalDate,
  LocationStore,
  mainChannel,
  type Reading,
  ReadingStore,
  StorageUpkeep,
  TimeZone,
  UsageStore,
  usualRules
} from "@wattkit/core"
import { Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import {
  addMeter,
  bare,
  cellsOf,
  expectedCells,
  instant,
  kwhOf,
  type Meter,
  oneKilowatt,
  readingsOf,
  refresh,
  say,
  stores,
  storedCells
} from "./usageMeters.ts"

const nothing = { PT15M: 0, PT1H: 0, P1D: 0 }

const correct = Effect.fnUntraced(function* (meter: Meter, at: string, said: Partial<Reading> | null) {
  const [reading] = readingsOf(meter, [[at, said ?? {}]])
  const { deviceId } = meter
  const provenance = { by: "ada", reason: "read again", madeAt: instant("2026-07-01T00:00:00Z") }
  const store = yield* ReadingStore
  return yield* store.correct(meter.tenantId, [
    {
      ...provenance,
      deviceId,
      channel: mainChannel,
      at: instant(at),
      reading: said === null ? null : reading!
    }
  ])
})

/** Hours and days of a meter are the sums of its quarter hours. */
const assertSums = Effect.fnUntraced(function* (meter: Meter) {
  const sum = kwhOf(yield* storedCells(meter, "PT15M"))
  assert.strictEqual(kwhOf(yield* storedCells(meter, "PT1H")), sum)
  assert.strictEqual(kwhOf(yield* storedCells(meter, "P1D")), sum)
})

/** Numbers that look random and are always the same. */
const chance = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** A register with blips, spikes, falls and gaps, and one of the other direction that is seldom said. */
const faulty = (count: number, seed: number): Array<readonly [number, Partial<Reading>]> => {
  const random = chance(seed)
  let at = instant("2026-01-30T07:03:00Z") as number
  let register = 50_000
  return Array.from({ length: count }, (_, i) => {
    at += random() < 0.002 ? 9 * 86_400_000 * random() : 20_000 + Math.floor(random() * 90_000)
    at = Math.round(at)
    register += Math.floor(random() * 40)
    const luck = random()
    if (luck < 0.002) register = Math.floor(random() * 20)
    const said = luck > 0.99 ? 0 : luck > 0.98 ? register * 4 : luck > 0.97 ? register * 0.96 : register
    const power = { powerW: Math.floor(random() * 900) - 200 }
    if (luck > 0.9 && luck < 0.93) return [at, power] as const
    return [
      at,
      i % 97 === 0 ? { ...power, importWh: said, exportWh: i * 3 } : { ...power, importWh: said }
    ] as const
  })
}

layer(stores, { timeout: "120 seconds", excludeTestServices: true })("a refresh of usage", (it) => {
  it.effect(
    "computes months of faulty readings piece by piece as all of them give at once, late ones too",
    () =>
      Effect.gen(function* () {
        const meter = yield* addMeter("America/St_Johns")
        const rows = faulty(12_000, 7)
        const late = rows.filter((_, i) => i % 2999 === 1650)
        yield* say(
          meter,
          rows.filter((_, i) => i % 2999 !== 1650)
        )
        const first = yield* refresh
        assert.strictEqual(first.channels, 1)
        for (const one of late) yield* say(meter, [one])
        const changed = (yield* refresh).changed
        assert.isAtMost(changed.PT15M, first.changed.PT15M / 10)
        const expected = expectedCells(readingsOf(meter, rows))
        assert.isAbove(expected.length, 2000)
        assert.deepStrictEqual((yield* storedCells(meter, "PT15M")).map(bare), expected)
        yield* assertSums(meter)
      })
  )

  it.effect("sees how far a late reading is felt among registers that mean nothing", () =>
    Effect.gen(function* () {
      const random = chance(11)
      for (let run = 0; run < 3; run++) {
        const meter = yield* addMeter()
        const start = instant("2026-03-01T00:00:00Z")
        const rows = Array.from(
          { length: 600 },
          (_, i) => [start + i * 900_000, { importWh: Math.floor(random() * 7) * 1000 }] as const
        )
        const isLate = rows.map(() => random() < 0.05)
        yield* say(
          meter,
          rows.filter((_, i) => !isLate[i])
        )
        yield* refresh
        for (const row of rows.filter((_, i) => isLate[i])) {
          yield* say(meter, [row])
          yield* refresh
        }
        const expected = expectedCells(readingsOf(meter, rows))
        assert.deepStrictEqual((yield* storedCells(meter, "PT15M")).map(bare), expected)
      }
    })
  )

  it.effect("a late reading between near ones writes at most two cells of each length", () =>
    Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      const rows = oneKilowatt("2025-03-01T00:00:00Z", "2025-03-03T00:00:00Z", 1)
      const [held, heldToo] = [rows[1380]!, rows[700]!]
      yield* say(
        meter,
        rows.filter((row) => row !== held && row !== heldToo)
      )
      yield* say(meter, [["2026-04-05T12:00:00Z", { importWh: 900_000 }]])
      yield* refresh
      assert.deepStrictEqual((yield* refresh).changed, nothing)
      // Its energy was there already: what changes is how many readings lie in its quarter hour.
      yield* say(meter, [heldToo])
      assert.deepStrictEqual((yield* refresh).changed, { PT15M: 1, PT1H: 1, P1D: 1 })
      // Just before midnight in Berlin, where no reading is: more energy before it, less after.
      yield* say(meter, [[instant("2025-03-01T22:59:30Z"), { importWh: held[1].importWh }]])
      assert.deepStrictEqual((yield* refresh).changed, { PT15M: 2, PT1H: 2, P1D: 2 })
      yield* assertSums(meter)
    })
  )

  it.effect("follows a correction, a reading struck out, other rules and another zone", () =>
    Effect.gen(function* () {
      const meter = yield* addMeter("UTC")
      yield* say(meter, oneKilowatt("2026-06-01T20:00:00Z", "2026-06-02T04:00:00Z", 15))
      yield* refresh
      assert.deepStrictEqual(yield* correct(meter, "2026-06-01T23:00:00Z", { importWh: 503_100 }), [
        "revised"
      ])
      assert.deepStrictEqual((yield* refresh).changed, { PT15M: 2, PT1H: 2, P1D: 1 })
      const edited = (yield* storedCells(meter, "PT15M")).filter(({ quality }) => quality === "edited")
      assert.deepStrictEqual(
        edited.map(({ imported }) => imported as number),
        [350_000, 150_000]
      )
      assert.deepStrictEqual(yield* correct(meter, "2026-06-02T04:00:00Z", null), ["revised"])
      // The quarter hour before loses its energy, and the one it began is no more, nor is its hour.
      assert.deepStrictEqual((yield* refresh).changed, { PT15M: 2, PT1H: 2, P1D: 1 })
      assert.strictEqual(kwhOf(yield* storedCells(meter, "P1D")), 7.75)
      const { setRules } = yield* UsageStore
      yield* setRules(meter.tenantId, meter.deviceId, mainChannel, { ...usualRules, maxPowerW: 10 })
      yield* refresh
      assert.isNull(kwhOf(yield* storedCells(meter, "P1D")))
      yield* setRules(meter.tenantId, meter.deviceId, mainChannel, usualRules)
      yield* refresh
      const locations = yield* LocationStore
      const change = {
        zone: TimeZone.makeOrThrow("Asia/Kolkata"),
        from: LocalDate.fromStringOrThrow("2026-06-02")
      }
      yield* locations.changeZone(meter.tenantId, meter.place.id, change)
      const { P1D, ...others } = (yield* refresh).changed
      assert.deepStrictEqual([P1D > 0, others], [true, { PT15M: 0, PT1H: 0 }] as Array<unknown>)
      const days = yield* storedCells(meter, "P1D")
      assert.deepStrictEqual(
        days.map(({ imported, within }) => [
          new Date(within.end).toISOString().slice(0, 16),
          Number(imported)
        ]),
        [["2026-06-02T18:30", 7_750_000]]
      )
      yield* assertSums(meter)
    })
  )

  describe("that is in trouble", () => {
    it.effect("and dies in the middle leaves the marks, and the next one is exact", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const meter = yield* addMeter("Europe/Berlin")
        yield* say(meter, oneKilowatt("2026-05-01T00:00:00Z", "2026-05-03T00:00:00Z", 1))
        const before = yield* storedCells(meter, "PT15M")
        const marks = sql<{ marks: number }>`SELECT count(*)::int4 AS marks FROM usage_stale`
        // Whoever writes hours waits here, with the quarter hours written and the marks taken.
        const held = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.andThen(sql`LOCK TABLE energy_hourly IN SHARE ROW EXCLUSIVE MODE`, Effect.never)
          ),
          { startImmediately: true }
        )
        const refreshing = yield* Effect.forkChild(Effect.exit(refresh), { startImmediately: true })
        const waiting = sql<{ pid: number }>`SELECT pid FROM pg_locks WHERE NOT granted
          AND relation = 'energy_hourly'::regclass AND database = (
            SELECT oid FROM pg_database WHERE datname = current_database()
          )`
        const found = yield* Effect.repeat(waiting, { until: (rows) => rows.length > 0 })
        yield* sql`SELECT pg_terminate_backend(${found[0]!.pid})`
        const exit = yield* Fiber.join(refreshing)
        assert.strictEqual(exit._tag, "Failure")
        yield* Fiber.interrupt(held)
        assert.isAbove((yield* marks)[0]!.marks, 0)
        assert.deepStrictEqual(yield* storedCells(meter, "PT15M"), before)
        assert.isAbove(yield* (yield* StorageUpkeep).lag, 0)
        assert.strictEqual(kwhOf(yield* cellsOf(meter, "P1D")), 48)
        yield* assertSums(meter)
        assert.strictEqual((yield* marks)[0]!.marks, 0)
        assert.strictEqual(yield* (yield* StorageUpkeep).lag, 0)
      })
    )

    it.effect("and meets others of its kind and appends at the same time loses nothing", () =>
      Effect.gen(function* () {
        const meters = yield* Effect.all([addMeter(), addMeter("Asia/Kathmandu"), addMeter("Europe/Berlin")])
        const rows = oneKilowatt("2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z", 2)
        const pieces = Array.from({ length: 8 }, (_, n) => rows.filter((__, i) => i % 8 === (n * 5) % 8))
        const appends = meters.map((meter) =>
          Effect.forEach(pieces, (piece) => say(meter, piece), { discard: true })
        )
        const refreshes = Array.from({ length: 3 }, () => Effect.forEach([1, 2, 3, 4], () => refresh))
        yield* Effect.all([...appends, ...refreshes], { concurrency: "unbounded", discard: true })
        yield* refresh
        for (const meter of meters) {
          const expected = expectedCells(readingsOf(meter, rows))
          assert.deepStrictEqual((yield* storedCells(meter, "PT15M")).map(bare), expected)
          yield* assertSums(meter)
        }
        assert.deepStrictEqual((yield* refresh).changed, nothing)
      })
    )
  })
})
