import { assert, layer } from "@effect/vitest"
import { type Instant, mainChannel, ReadingStore, StorageUpkeep, usualRetention } from "@wattkit/core"
import { Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { always } from "./household.ts"
import {
  addMeter,
  bare,
  cellsOf,
  expectedCells,
  instant,
  kwhOf,
  oneKilowatt,
  readingsOf,
  refresh,
  say,
  stores,
  storedCells
} from "./usageMeters.ts"

const DAY = 86_400_000
const keepAll = { readingDays: 9000, quarterHourDays: 9000, hourDays: 9000, dayDays: 9000 }

const retain = Effect.fnUntraced(function* (now: number, kept: Partial<typeof keepAll>) {
  return yield* (yield* StorageUpkeep).retain(now as Instant.Instant, { ...keepAll, ...kept })
})

const partitions = (parent: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ name: string }>`SELECT inhrelid::regclass::text AS name FROM pg_inherits
        WHERE inhparent = ${parent}::text::regclass ORDER BY 1`,
      (rows) => rows.map(({ name }) => name)
    )
  )

// Time goes on from one test to the next, as the horizon does.
layer(stores, { timeout: "120 seconds", excludeTestServices: true })("retention in PostgreSQL", (it) => {
  it.effect(
    "gives up readings by day, keeps the step over the horizon, and follows a late reading after it",
    () =>
      Effect.gen(function* () {
        const meter = yield* addMeter("Asia/Kathmandu")
        const horizon = instant("2026-03-11T00:00:00Z")
        // Every 20 minutes, but none within half an hour of the horizon: a step of an hour goes over it.
        const rows = oneKilowatt("2026-03-08T00:10:00Z", "2026-03-12T00:10:00Z", 20).filter(
          ([at]) => Math.abs(at - horizon) > 1_800_000
        )
        yield* say(meter, rows)
        const before = yield* cellsOf(meter, "PT15M")
        const done = yield* retain(horizon + 90 * DAY + 3_600_000, { readingDays: 90 })
        assert.deepStrictEqual([done.readingsFrom as number, done.droppedReadingDays], [horizon, 3])
        assert.deepStrictEqual(yield* storedCells(meter, "PT15M"), before)
        const names = yield* partitions("readings")
        assert.include(names, "readings_anchors")
        assert.include(names, "readings_20260612")
        assert.deepStrictEqual(
          names.filter((name) => /^readings_20260[1-3]/.test(name)),
          ["readings_20260311", "readings_20260312"]
        )

        const store = yield* ReadingStore
        const query = { deviceId: meter.deviceId, channel: mainChannel, within: always }
        const shown = yield* Stream.runCollect(store.scan(meter.tenantId, query))
        assert.deepStrictEqual(
          [...shown].map(({ at }) => at as number),
          rows.flatMap(([at]) => (at > horizon ? [at] : []))
        )
        const expired = readingsOf(meter, [[horizon - 1, { importWh: 571_990 }]])
        assert.deepStrictEqual(yield* store.append(meter.tenantId, expired), ["expired"])

        // More was used before the late reading than after it, which it takes from the step over the horizon.
        const late = [horizon + 600_000, { importWh: 500_000 + 71_800 + 500 }] as const
        yield* say(meter, [late])
        const { changed } = yield* refresh
        assert.isAtMost(changed.PT15M, 4)
        const after = (yield* storedCells(meter, "PT15M")).map(bare)
        const isFinal = ({ within }: { readonly within: { readonly start: number } }) =>
          within.start < horizon
        assert.deepStrictEqual(after.filter(isFinal), before.map(bare).filter(isFinal))
        const expected = expectedCells(readingsOf(meter, [...rows, late]))
        assert.deepStrictEqual(
          after.filter((cell) => !isFinal(cell)),
          expected.filter((cell) => !isFinal(cell))
        )
        assert.deepStrictEqual((yield* refresh).changed, { PT15M: 0, PT1H: 0, P1D: 0 })
        const again = yield* retain(horizon + 90 * DAY, { readingDays: 90 })
        assert.deepStrictEqual([again.droppedReadingDays, again.droppedCells], [0, 0])
      })
  )

  it.effect("computes usage of everything before it gives it up, beside appends that go on", () =>
    Effect.gen(function* () {
      const horizon = instant("2026-04-11T00:00:00Z")
      const [old, live] = [yield* addMeter(), yield* addMeter("Europe/Berlin")]
      yield* say(old, oneKilowatt("2026-04-09T00:00:00Z", "2026-04-10T00:00:00Z", 1))
      const rows = oneKilowatt("2026-04-12T00:00:00Z", "2026-04-13T00:00:00Z", 2)
      const appends = Effect.forEach(
        Array.from({ length: 24 }, (_, i) => rows.slice(i * 30, (i + 1) * 30 + (i === 23 ? 1 : 0))),
        (piece) => say(live, piece),
        { discard: true }
      )
      const giving = Effect.forEach([2, 1, 0], (days) => retain(horizon - days * DAY, { readingDays: 0 }))
      const [, done] = yield* Effect.all([appends, giving], { concurrency: 2 })
      assert.strictEqual(done.at(-1)?.readingsFrom as number, horizon)
      assert.strictEqual(kwhOf(yield* cellsOf(old, "P1D")), 24)
      assert.strictEqual(kwhOf(yield* cellsOf(live, "P1D")), 24)
    })
  )

  it.effect("gives up months of cells when they are over, and days by date", () =>
    Effect.gen(function* () {
      const now = instant("2027-06-20T12:00:00Z")
      const meter = yield* addMeter("Europe/Berlin")
      for (const date of ["2026-05-30", "2026-06-17", "2027-06-19"]) {
        yield* say(meter, oneKilowatt(`${date}T00:00:00Z`, `${date}T12:00:00Z`, 60))
      }
      yield* refresh
      assert.include(yield* partitions("usage_15m"), "usage_15m_202605")
      const done = yield* retain(now, usualRetention)
      assert.isAbove(done.droppedCells, 48)
      assert.notInclude(yield* partitions("usage_15m"), "usage_15m_202605")
      assert.include(yield* partitions("energy_hourly"), "energy_hourly_202606")
      const days = yield* storedCells(meter, "P1D")
      const dateOf = (at: number) => new Date(at + 7_200_000).toISOString().slice(0, 10)
      assert.strictEqual(dateOf(days[0]!.within.start), "2026-05-30")
      yield* retain(now, { ...usualRetention, dayDays: 369 })
      const left = yield* storedCells(meter, "P1D")
      assert.strictEqual(dateOf(left[0]!.within.start), "2026-06-17")
      assert.strictEqual(left.at(-1)?.within.start, days.at(-1)?.within.start)
    })
  )
})
