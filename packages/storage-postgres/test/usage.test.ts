import { assert, describe, layer } from "@effect/vitest"
import { coverage, type Interval, LocalCalendar, mainChannel, TimeZone, UsageStore } from "@wattkit/core"
import { Effect } from "effect"
import {
  addMeter,
  cellsOf,
  instant,
  kwhOf,
  type Meter,
  oneKilowatt,
  refresh,
  say,
  stores,
  storedCells
} from "./usageMeters.ts"

const between = (start: string, end: string): Interval.Interval => ({
  start: instant(start),
  end: instant(end)
})

/** The hours and the kilowatt-hours of a day of one kilowatt in a zone. */
const dayOf = Effect.fnUntraced(function* (zone: string, date: string) {
  const meter = yield* addMeter(zone)
  const { interval } = LocalCalendar.daysIn(
    LocalCalendar.of(TimeZone.makeOrThrow(zone)),
    between(`${date}T12:00:00Z`, `${date}T12:00:01Z`)
  )[0]!
  const [start, end] = [interval.start - 86_400_000, interval.end + 86_400_000]
  const count = (end - start) / 900_000
  yield* say(
    meter,
    Array.from({ length: count + 1 }, (_, i) => [start + i * 900_000, { importWh: 1000 + i * 250 }] as const)
  )
  const days = yield* cellsOf(meter, "P1D", interval)
  const hours = yield* storedCells(meter, "PT1H", interval)
  const quarters = yield* storedCells(meter, "PT15M", interval)
  assert.strictEqual(days.length, 1)
  assert.deepStrictEqual(days[0]?.within, interval)
  return { kWh: kwhOf(days), hours: hours.length, quarters: quarters.length }
})

const energies = (meter: Meter, resolution: "PT15M" | "PT1H" | "P1D") =>
  Effect.map(cellsOf(meter, resolution), (cells) =>
    cells.map(({ imported }) => (imported === null ? null : imported / 1_000_000))
  )

layer(stores, { timeout: "60 seconds", excludeTestServices: true })("usage in PostgreSQL", (it) => {
  describe("days", () => {
    it.effect("H1: 23, 25 and 24 hours of one kilowatt in Berlin", () =>
      Effect.gen(function* () {
        const spring = yield* dayOf("Europe/Berlin", "2026-03-29")
        const autumn = yield* dayOf("Europe/Berlin", "2026-10-25")
        const summer = yield* dayOf("Europe/Berlin", "2026-06-01")
        assert.deepStrictEqual(spring, { kWh: 23, hours: 23, quarters: 92 })
        assert.deepStrictEqual(autumn, { kWh: 25, hours: 25, quarters: 100 })
        assert.deepStrictEqual(summer, { kWh: 24, hours: 24, quarters: 96 })
      })
    )
    it.effect(
      "H4: days of Kolkata are 25.0 and 23.6, Kathmandu's begin at 18:15, Lord Howe's are 24.5 and 23.5",
      () =>
        Effect.gen(function* () {
          const meter = yield* addMeter("Asia/Kolkata")
          let register = 0
          const rows: Array<readonly [number, { importWh: number }]> = [
            [instant("2026-01-09T18:30:00Z"), { importWh: 0 }]
          ]
          for (let at = instant("2026-01-09T18:30:00Z") + 1_800_000; rows.length <= 96; at += 1_800_000) {
            const begin = at - 1_800_000
            register +=
              begin === instant("2026-01-10T18:00:00Z")
                ? 1500
                : begin === instant("2026-01-10T18:30:00Z")
                  ? 100
                  : 500
            rows.push([at, { importWh: register }])
          }
          yield* say(meter, rows)
          assert.deepStrictEqual((yield* energies(meter, "P1D")).slice(0, 2), [25, 23.6])
          assert.strictEqual((yield* dayOf("Australia/Lord_Howe", "2026-04-05")).kWh, 24.5)
          assert.strictEqual((yield* dayOf("Australia/Lord_Howe", "2026-10-04")).kWh, 23.5)
          assert.strictEqual((yield* dayOf("Asia/Kathmandu", "2026-05-05")).kWh, 24)
        })
    )
    it.effect("E4: São Paulo's and Havana's have 23 hours, Apia skipped one", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* dayOf("America/Sao_Paulo", "2018-11-04")).kWh, 23)
        assert.strictEqual((yield* dayOf("America/Havana", "2026-03-08")).kWh, 23)
        const meter = yield* addMeter("Pacific/Apia")
        yield* say(meter, oneKilowatt("2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", 60))
        const days = yield* cellsOf(meter, "P1D")
        assert.deepStrictEqual(
          days.map(({ imported, within }) => [
            new Date(within.start).toISOString().slice(0, 13),
            imported && Number(imported)
          ]),
          [
            ["2011-12-29T10", 24_000_000],
            ["2011-12-30T10", 24_000_000],
            ["2011-12-31T10", null]
          ]
        )
      })
    )
  })

  describe("energy", () => {
    it.effect("H2: a register of five digits that rolls over counts 1.5 three times and says so once", () =>
      Effect.gen(function* () {
        const meter = yield* addMeter("UTC", { modulusWh: 100_000_000 })
        yield* say(
          meter,
          [99_998, 99_999.5, 1, 2.5].map((kWh, i) => [
            instant("2026-06-01T10:00:00Z") + i * 900_000,
            { importWh: kWh * 1000 }
          ])
        )
        assert.deepStrictEqual(yield* energies(meter, "PT15M"), [1.5, 1.5, 1.5, null])
        const [day] = yield* storedCells(meter, "P1D")
        assert.deepStrictEqual([day?.imported, day?.events], [4_500_000, ["rollover"]] as Array<unknown>)
      })
    )
    it.effect("H7: 100, 103, then 101 between: estimated 1.5 + 1.5, then measured 1 + 2", () =>
      Effect.gen(function* () {
        const meter = yield* addMeter()
        yield* say(meter, [
          ["2026-06-01T10:00:00Z", { importWh: 100_000 }],
          ["2026-06-01T10:30:00Z", { importWh: 103_000 }]
        ])
        const before = yield* cellsOf(meter, "PT15M")
        assert.deepStrictEqual(
          before.slice(0, 2).map(({ quality }) => quality),
          ["estimated", "estimated"]
        )
        yield* say(meter, [["2026-06-01T10:15:00Z", { importWh: 101_000 }]])
        // The quarter hour the late reading begins has it and another energy; both are of one hour.
        assert.deepStrictEqual((yield* refresh).changed, { PT15M: 2, PT1H: 1, P1D: 1 })
        assert.deepStrictEqual(yield* energies(meter, "PT15M"), [1, 2, null])
        assert.deepStrictEqual(yield* energies(meter, "PT1H"), [3])
        const after = yield* storedCells(meter, "PT15M")
        assert.deepStrictEqual(
          after.slice(0, 2).map(({ quality }) => quality),
          ["measured", "measured"]
        )
      })
    )
    it.effect("H8: 4.7 kWh from 09:50 to 10:37 are 1.0 before ten and 3.7 after", () =>
      Effect.gen(function* () {
        const meter = yield* addMeter("UTC", { basis: "delta" })
        const since = instant("2026-06-01T09:50:00Z")
        yield* say(meter, [["2026-06-01T10:37:00Z", { importDeltaWh: 4700, since }]])
        assert.deepStrictEqual(yield* energies(meter, "PT1H"), [1, 3.7])
        assert.strictEqual(kwhOf(yield* storedCells(meter, "PT15M")), 4.7)
      })
    )
    it.effect("E3: 3812 Wh over a gap of six hours are divided to the milliwatt-hour and estimated", () =>
      Effect.gen(function* () {
        const meter = yield* addMeter()
        yield* say(meter, [
          ["2026-05-31T23:59:48Z", { importWh: 38_312_088 }],
          ["2026-06-01T06:14:49Z", { importWh: 38_315_900 }]
        ])
        const hours = yield* cellsOf(meter, "PT1H")
        assert.strictEqual(hours[0]?.imported, 2033 as never)
        assert.strictEqual(hours.at(-1)?.imported, 150_610 as never)
        for (const hour of hours.slice(1, -1)) assert.approximately(hour.imported ?? 0, 609_893, 1)
        assert.strictEqual(kwhOf(hours), 3.812)
        assert.isTrue(hours.every(({ coveredMs, quality }) => coveredMs === 0 && quality === "estimated"))
      })
    )
    it.effect("E10: a silent day is not known, and a day of zero is zero", () =>
      Effect.gen(function* () {
        const meter = yield* addMeter()
        yield* say(meter, [["2026-06-01T12:00:00Z", { temperatureC: 20 }]])
        yield* say(
          meter,
          oneKilowatt("2026-06-03T00:00:00Z", "2026-06-04T00:00:00Z", 60).map(
            ([at]) => [at, { importWh: 7 }] as const
          )
        )
        const days = yield* cellsOf(meter, "P1D")
        assert.deepStrictEqual(
          days.map((day) => [day.imported, coverage(day)]),
          [
            [null, 0],
            [0, 1],
            [null, 0]
          ]
        )
      })
    )
  })

  it.effect(
    "total adds the channels of several devices up, by start, and answers nothing of another tenant",
    () =>
      Effect.gen(function* () {
        const meter = yield* addMeter("Europe/Berlin")
        yield* say(meter, oneKilowatt("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z", 15))
        yield* refresh
        const store = yield* UsageStore
        const query = {
          deviceIds: [meter.deviceId],
          within: between("2026-06-01T10:00:00Z", "2026-06-01T12:00:00Z")
        }
        const total = yield* store.total(meter.tenantId, { ...query, resolution: "PT1H" })
        assert.deepStrictEqual(
          total.map(({ imported }) => imported as number),
          [1_000_000, 1_000_000]
        )
        const stranger = yield* addMeter()
        assert.deepStrictEqual(yield* store.total(stranger.tenantId, { ...query, resolution: "PT1H" }), [])
        assert.deepStrictEqual(
          yield* store.page(stranger.tenantId, { ...query, resolution: "PT1H", limit: 9 }),
          []
        )
        const error = yield* Effect.flip(store.rules(stranger.tenantId, meter.deviceId, mainChannel))
        assert.strictEqual(error._tag, "NotFound")
        const refused = yield* Effect.flip(
          store.setRules(
            stranger.tenantId,
            meter.deviceId,
            mainChannel,
            yield* store.rules(meter.tenantId, meter.deviceId, mainChannel)
          )
        )
        assert.strictEqual(refused._tag, "NotFound")
      })
  )
})
