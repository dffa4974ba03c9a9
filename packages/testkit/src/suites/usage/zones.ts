import { assert } from "@effect/vitest"
import {
  type ChannelUsage,
  Instant,
  LocalCalendar,
  LocalDate,
  LocationStore,
  TimeZone,
  ZoneHistory
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { addMeter, cellsOf, imports, kWh, oneKilowatt, say, sumOf, type UsageCheck } from "./support.ts"

/** Days that go wrong where a day has 24 hours or begins at midnight: when each begins, and its hours. */
const days: ReadonlyArray<readonly [zone: string, date: string, start: string, hours: number]> = [
  ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23],
  ["Europe/Berlin", "2026-06-01", "2026-05-31T22:00:00Z", 24],
  ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25],
  ["Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5],
  ["Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z", 23.5],
  ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23],
  ["America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23],
  ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23],
  ["Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", 23],
  ["Asia/Kathmandu", "2026-01-10", "2026-01-09T18:15:00Z", 24],
  ["Asia/Kolkata", "2026-01-10", "2026-01-09T18:30:00Z", 24],
  ["America/St_Johns", "2026-11-01", "2026-11-01T02:30:00Z", 25],
  ["Antarctica/Troll", "2026-03-29", "2026-03-29T00:00:00Z", 22],
  ["Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 24]
]

const spans = (cells: ReadonlyArray<ChannelUsage>) =>
  cells.map(({ imported, within }) => [
    Instant.format(within.start),
    (within.end - within.start) / 3_600_000,
    imported
  ])

/** The start, a day earlier or later, as a text. */
const shifted = (start: string, hours: number): string =>
  Instant.format(Instant.plus(Instant.fromStringOrThrow(start), hours * 3_600_000))

/** That days are the days of the place. */
export const zoneChecks: ReadonlyArray<UsageCheck> = [
  ...days.map(([zone, date, start, hours]): UsageCheck => ({
    name: `${date} in ${zone} has ${hours} hours`,
    run: Effect.gen(function* () {
      const meter = yield* addMeter(zone)
      yield* say(meter, oneKilowatt(shifted(start, -24), shifted(start, hours + 24), 30))
      const cells = yield* cellsOf(meter, "P1D")
      assert.deepInclude(spans(cells), [start, hours, kWh(hours)])
      const calendar = LocalCalendar.of(TimeZone.makeOrThrow(zone))
      const named = cells.map(({ within }) => LocalCalendar.dayOf(calendar, within.start))
      assert.include(named, LocalDate.fromStringOrThrow(date))
      assert.strictEqual(new Set(named).size, cells.length)
      assert.strictEqual(sumOf(cells), kWh(hours + 48))
    })
  })),
  {
    name: "a day the place skipped is not there",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Pacific/Apia")
      yield* say(meter, oneKilowatt("2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z", 60))
      assert.deepStrictEqual(spans(yield* cellsOf(meter, "P1D")).slice(0, 3), [
        ["2011-12-29T10:00:00Z", 24, kWh(24)],
        ["2011-12-30T10:00:00Z", 24, kWh(24)],
        ["2011-12-31T10:00:00Z", 24, kWh(24)]
      ])
    })
  },
  {
    name: "days of 23 and 25 hours have as many hours and four times as many quarter hours",
    run: Effect.gen(function* () {
      for (const [start, end, hours] of [
        ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23],
        ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25]
      ] as const) {
        const meter = yield* addMeter("Europe/Berlin")
        yield* say(meter, oneKilowatt(start, end, 15))
        const within = { start: Instant.fromStringOrThrow(start), end: Instant.fromStringOrThrow(end) }
        const quarters = yield* cellsOf(meter, "PT15M", within)
        assert.deepStrictEqual([quarters.length, sumOf(quarters)], [hours * 4, kWh(hours)])
        const cells = yield* cellsOf(meter, "PT1H", within)
        assert.deepStrictEqual(
          cells.map(({ imported }): number | null => imported),
          Array.from({ length: hours }, () => kWh(1))
        )
        assert.isTrue(
          quarters.every(({ coveredMs, quality }) => coveredMs === 900_000 && quality === "measured")
        )
      }
    })
  },
  {
    name: "a day that begins at half past an hour of UTC is summed from quarter hours",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Asia/Kolkata")
      const extra = new Map([
        ["2026-01-10T18:00:00Z", 0.75],
        ["2026-01-10T18:15:00Z", 0.75],
        ["2026-01-10T18:30:00Z", 0.05],
        ["2026-01-10T18:45:00Z", 0.05]
      ])
      let register = 0
      const rows = oneKilowatt("2026-01-09T18:30:00Z", "2026-01-11T18:30:00Z", 15).map(([at]) => {
        const row = [at, { importWh: Math.round(register * 1000) }] as const
        register += extra.get(Instant.format(at)) ?? 0.25
        return row
      })
      yield* say(meter, rows)
      const found = imports(yield* cellsOf(meter, "P1D"))
      assert.deepStrictEqual(found, {
        "2026-01-09T18:30:00Z": kWh(25),
        "2026-01-10T18:30:00Z": kWh(23.6)
      })
    })
  },
  {
    name: "a location that changes its zone has the days of each zone in its time",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      yield* say(meter, oneKilowatt("2026-05-29T22:00:00Z", "2026-06-04T23:00:00Z", 60))
      yield* cellsOf(meter, "P1D")
      const store = yield* LocationStore
      const change = (zone: string, from: string) =>
        store.changeZone(meter.tenantId, meter.place.id, {
          zone: TimeZone.makeOrThrow(zone),
          from: LocalDate.fromStringOrThrow(from)
        })
      yield* change("Europe/London", "2026-06-02")
      assert.deepStrictEqual(spans(yield* cellsOf(meter, "P1D")).slice(0, 6), [
        ["2026-05-29T22:00:00Z", 24, kWh(24)],
        ["2026-05-30T22:00:00Z", 24, kWh(24)],
        ["2026-05-31T22:00:00Z", 25, kWh(25)],
        ["2026-06-01T23:00:00Z", 24, kWh(24)],
        ["2026-06-02T23:00:00Z", 24, kWh(24)],
        ["2026-06-03T23:00:00Z", 24, kWh(24)]
      ])
      yield* change("Asia/Kolkata", "2026-06-04")
      yield* change("Asia/Kathmandu", "2026-06-01")
      const cells = yield* cellsOf(meter, "P1D")
      const calendar = ZoneHistory.calendarOf(yield* store.zones(meter.tenantId, meter.place.id))
      const within = { start: cells[0]!.within.start, end: cells.at(-1)!.within.end }
      assert.deepStrictEqual(
        cells.map((cell) => cell.within),
        LocalCalendar.daysIn(calendar, within).map((day) => day.interval)
      )
      assert.deepStrictEqual(spans(cells).slice(1, 3), [
        ["2026-05-30T22:00:00Z", 20.25, kWh(20.25)],
        ["2026-05-31T18:15:00Z", 24, kWh(24)]
      ])
      assert.strictEqual(sumOf(cells), kWh(6 * 24 + 1))
    })
  },
  {
    name: "a late reading goes to the day of the zone of its time",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin")
      yield* (yield* LocationStore).changeZone(meter.tenantId, meter.place.id, {
        zone: TimeZone.makeOrThrow("America/New_York"),
        from: LocalDate.fromStringOrThrow("2026-06-10")
      })
      yield* say(meter, oneKilowatt("2026-06-12T00:00:00Z", "2026-06-12T01:00:00Z", 15))
      yield* cellsOf(meter, "P1D")
      yield* say(meter, oneKilowatt("2026-06-05T21:00:00Z", "2026-06-05T23:00:00Z", 15))
      const cells = (yield* cellsOf(meter, "P1D")).map(({ within }) => Instant.format(within.start))
      assert.deepStrictEqual(cells.slice(0, 2), ["2026-06-04T22:00:00Z", "2026-06-05T22:00:00Z"])
      assert.strictEqual(cells.at(-1), "2026-06-11T04:00:00Z")
    })
  }
]
