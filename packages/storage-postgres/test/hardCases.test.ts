import { assert, layer } from "@effect/vitest"
import { Gas, QuarantineStore, type Usage } from "@wattkit/core"
import { Effect, Layer, Result } from "effect"
import { PostgresStorage } from "@wattkit/storage-postgres"
import * as Place from "./meteredPlace.ts"
import * as TestServer from "./TestServer.ts"
import { at, cost, events, kwh, registers, steady, total } from "./meteredPlace.ts"

const within = (start: string, end: string) => ({ start: at(start), end: at(end) })
const hoursOf = (cell: Usage | undefined) =>
  cell === undefined ? 0 : (cell.within.end - cell.within.start) / 3_600_000
const night = { from: "00:00", to: "05:00", inside: "0.10", outside: "0.30" }

const database = Layer.unwrap(
  Effect.map(Effect.flatMap(TestServer.make(), TestServer.freshDatabase), PostgresStorage.layerOptions)
)

layer(database, { timeout: 120_000 })("hard cases through the database", (it) => {
  it.effect("H1: Berlin's days of 23, 24 and 25 hours at 1 kW", () =>
    Effect.gen(function* () {
      const days = [
        ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23, "6.1"],
        ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25, "6.3"],
        ["2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z", 24, "6.2"]
      ] as const
      for (const [from, to, hours, money] of days) {
        const place = yield* Place.make("Europe/Berlin")
        yield* place.append(...steady(from, to, 15, 1000))
        const quarters = (yield* place.cells("PT15M")).filter(({ imported }) => imported !== null)
        assert.strictEqual(quarters.length, hours * 4)
        const byHour = (yield* place.cells("PT1H")).filter(({ imported }) => imported !== null)
        assert.deepStrictEqual(
          byHour.map(({ imported }): number | null => imported),
          Array.from({ length: hours }, () => 1e6)
        )
        const [day] = yield* place.cells("P1D")
        assert.deepStrictEqual(day?.within, within(from, to))
        assert.strictEqual(day?.imported, hours * 1e6)
        assert.strictEqual(day?.coveredMs, hours * 3_600_000)
        assert.strictEqual(cost(quarters, { ...night, zone: "Europe/Berlin" }), money)
      }
    })
  )

  it.effect("H2: a five-digit register rolls over, and a counter of 23 bits", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC", { modulusWh: 100_000_000 })
      yield* place.append(
        ...registers(
          ["2026-06-01T10:00:00Z", 99_998],
          ["2026-06-01T10:15:00Z", 99_999.5],
          ["2026-06-01T10:30:00Z", 1],
          ["2026-06-01T10:45:00Z", 2.5]
        )
      )
      const cells = yield* place.cells("PT15M")
      assert.deepStrictEqual(kwh(cells), {
        "2026-06-01T10:00": 1.5,
        "2026-06-01T10:15": 1.5,
        "2026-06-01T10:30": 1.5,
        "2026-06-01T10:45": null
      })
      assert.deepStrictEqual(events(cells), { rollover: 1 })
      const counter = yield* Place.make("UTC", { modulusWh: 838_860.8 })
      const said = registers(["2026-06-01T10:00:00Z", 838.8576], ["2026-06-01T10:15:00Z", 0.0102])
      yield* counter.append(...said)
      assert.strictEqual(total(yield* counter.cells("PT15M")), 13_400)
      yield* counter.setRules({ modulusWh: 838_860.8, maxPowerW: 50 })
      const held = yield* counter.cells("PT15M")
      assert.strictEqual(total(held), 0)
      assert.deepStrictEqual(events(held), { held: 1 })
    })
  )

  it.effect("H4: days of zones with half and quarter hours", () =>
    Effect.gen(function* () {
      const kolkata = yield* Place.make("Asia/Kolkata", { maxGapMs: 7_200_000 })
      let count = 0
      const said = Array.from({ length: 97 }, (_, i): Place.Said => {
        const time = new Date(at("2026-01-09T18:30:00Z") + i * 1_800_000).toISOString()
        const wattHours =
          time === "2026-01-10T18:30:00.000Z" ? 1500 : time === "2026-01-10T19:00:00.000Z" ? 100 : 500
        count += i === 0 ? 0 : wattHours
        return [time, { importWh: count }]
      })
      yield* kolkata.append(...said)
      assert.deepStrictEqual(kwh(yield* kolkata.cells("P1D")), {
        "2026-01-09T18:30": 25,
        "2026-01-10T18:30": 23.6,
        "2026-01-11T18:30": null
      })
      const kathmandu = yield* Place.make("Asia/Kathmandu")
      yield* kathmandu.append(...steady("2026-01-09T18:15:00Z", "2026-01-10T18:15:00Z", 15, 1000))
      assert.strictEqual(kwh(yield* kathmandu.cells("P1D"))["2026-01-09T18:15"], 24)
      const island = yield* Place.make("Australia/Lord_Howe")
      yield* island.append(...steady("2026-04-03T13:00:00Z", "2026-04-06T13:30:00Z", 30, 1000))
      yield* island.append(...steady("2026-10-02T13:30:00Z", "2026-10-05T13:00:00Z", 30, 1000))
      const days = kwh(yield* island.cells("P1D"))
      assert.strictEqual(days["2026-04-04T13:00"], 24.5)
      assert.strictEqual(days["2026-10-03T13:30"], 23.5)
    })
  )

  it.effect("H5: what comes again changes nothing, and another value needs a correction", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC")
      const [a] = registers(["2026-06-01T10:00:00Z", 100])
      const [after] = registers(["2026-06-01T10:15:00Z", 101])
      assert.deepStrictEqual(yield* place.append(a!), ["accepted"])
      assert.deepStrictEqual(yield* place.append(a!), ["duplicate"])
      assert.deepStrictEqual(yield* place.append(a!, after!), ["duplicate", "accepted"])
      assert.strictEqual(total(yield* place.cells("PT15M")), 1_000_000)
      const [other] = registers(["2026-06-01T10:00:00Z", 100.4])
      assert.deepStrictEqual(yield* place.append(other!), ["conflict"])
      const instant = { at: at("2026-06-01T10:00:00Z"), madeAt: at("2026-06-02T00:00:00Z") }
      assert.deepStrictEqual(yield* place.correct(instant, other!), ["revised"])
      const versions = yield* place.revisions("2026-06-01T10:00:00Z")
      assert.deepStrictEqual(
        versions.map(({ reading }) => reading?.importWh),
        [100_000, 100_400]
      )
      const [edited] = yield* place.cells("PT15M")
      assert.deepStrictEqual([edited?.imported, edited?.quality], [600_000, "edited"])
      const interval = yield* Place.make("UTC", { basis: "delta" })
      const b: Place.Said = [
        "2026-06-01T10:15:00Z",
        { importDeltaWh: 250, since: at("2026-06-01T10:00:00Z") }
      ]
      for (let i = 0; i < 3; i++) yield* interval.append(b)
      assert.strictEqual(total(yield* interval.cells("PT15M")), 250_000)
    })
  )

  it.effect("H6: a reading of the future that waits is in no usage and not the latest", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC")
      const quarantine = yield* QuarantineStore
      const { identity, tenantId } = place
      const reading = { ...identity, at: at("2026-06-01T11:00:00Z"), importWh: 5000 }
      const receivedAt = at("2026-06-01T10:00:00Z")
      yield* quarantine.add([
        { id: `${tenantId}-1`, tenantId, reading, reason: "future", receivedAt, settled: null }
      ])
      yield* place.append(...registers(["2026-06-01T10:00:00Z", 1], ["2026-06-01T10:01:00Z", 1.02]))
      assert.deepStrictEqual(
        (yield* place.latest).map((one) => one.at),
        [at("2026-06-01T10:01:00Z")]
      )
      assert.strictEqual(total(yield* place.cells("PT1H")), 20_000)
      const [waiting] = yield* quarantine.list(tenantId, { limit: 10, waiting: true })
      assert.deepStrictEqual(waiting?.reading, reading)
    })
  )

  it.effect("H7: a reading out of order moves energy between two quarter hours, and nothing else", () =>
    Effect.gen(function* () {
      const [first, third, second] = registers(
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:30:00Z", 103],
        ["2026-06-01T10:15:00Z", 101]
      )
      const prices = { from: "10:15", to: "24:00", inside: "0.40", outside: "0.10", zone: "UTC" }
      const place = yield* Place.make("UTC")
      yield* place.append(first!, third!)
      const two = (yield* place.cells("PT15M")).slice(0, 2)
      assert.deepStrictEqual(
        two.map(({ imported, quality }): ReadonlyArray<unknown> => [imported, quality]),
        [
          [1_500_000, "estimated"],
          [1_500_000, "estimated"]
        ]
      )
      assert.strictEqual(cost(two, prices), "0.75")
      yield* place.append(second!)
      assert.deepStrictEqual((yield* place.refresh).changed, { PT15M: 2, PT1H: 1, P1D: 1 })
      const cells = yield* place.cells("PT15M")
      assert.deepStrictEqual(
        cells.slice(0, 2).map(({ imported, quality }): ReadonlyArray<unknown> => [imported, quality]),
        [
          [1_000_000, "measured"],
          [2_000_000, "measured"]
        ]
      )
      assert.strictEqual(cost(cells.slice(0, 2), prices), "0.9")
      assert.strictEqual(kwh(yield* place.cells("PT1H"))["2026-06-01T10:00"], 3)
      assert.strictEqual((yield* place.latest)[0]?.importWh, 103_000)
      for (const order of [
        [third, second, first],
        [second, first, third],
        [second, third, first]
      ]) {
        const other = yield* Place.make("UTC")
        for (const one of order) yield* other.append(one!)
        assert.deepStrictEqual(kwh(yield* other.cells("PT15M")), kwh(cells))
      }
    })
  )

  it.effect("H8: a reading over an edge of prices is divided, and its parts sum to it", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC")
      yield* place.append(...registers(["2026-06-01T09:50:00Z", 10], ["2026-06-01T10:37:00Z", 14.7]))
      assert.deepStrictEqual(kwh(yield* place.cells("PT1H")), {
        "2026-06-01T09:00": 1,
        "2026-06-01T10:00": 3.7
      })
      const cells = yield* place.cells("PT15M")
      assert.strictEqual(total(cells), 4_700_000)
      assert.isTrue(
        cells.every(({ estimated, imported, quality }) => quality === "estimated" && estimated === imported)
      )
      const prices = { from: "10:00", to: "24:00", inside: "0.50", outside: "0.20", zone: "UTC" }
      assert.strictEqual(cost(cells, prices), "2.05")
    })
  )

  it.effect("E1: a zero and a spike are left out", () =>
    Effect.gen(function* () {
      const zero = yield* Place.make("UTC")
      yield* zero.append(
        ...registers(["2026-06-01T10:00:00Z", 3.737]),
        ["2026-06-01T10:00:01Z", { temperatureC: 20 }],
        ...registers(["2026-06-01T10:00:02Z", 0], ["2026-06-01T10:00:04Z", 3.746])
      )
      assert.strictEqual(total(yield* zero.cells("PT15M")), 9_000)
      assert.deepStrictEqual(events(yield* zero.cells("PT15M")), { glitch: 1 })
      const spike = yield* Place.make("UTC")
      yield* spike.append(
        ...registers(
          ["2026-06-01T10:00:00Z", 100],
          ["2026-06-01T10:15:00Z", 100_000],
          ["2026-06-01T10:30:00Z", 101]
        )
      )
      assert.strictEqual(total(yield* spike.cells("PT15M")), 1_000_000)
      assert.deepStrictEqual(events(yield* spike.cells("PT15M")), { glitch: 1 })
    })
  )

  it.effect("E2: an exchanged meter counts for itself; without a record, what may be one is held", () =>
    Effect.gen(function* () {
      const exchange = { at: at("2026-06-01T10:20:00Z"), finalImportWh: 12_345_600, startImportWh: 300 }
      const place = yield* Place.make("UTC", { exchanges: [exchange] })
      yield* place.append(...registers(["2026-06-01T10:00:00Z", 12_340], ["2026-06-01T10:45:00Z", 4.8]))
      const cells = yield* place.cells("PT15M")
      assert.strictEqual(total(cells), 10_100_000)
      assert.deepStrictEqual(events(cells), { exchange: 1 })
      const used = yield* Place.make("UTC")
      yield* used.append(...registers(["2026-06-01T10:00:00Z", 12_340], ["2026-06-01T10:45:00Z", 11_800]))
      const held = yield* used.cells("PT15M")
      assert.strictEqual(total(held), 0)
      assert.deepStrictEqual(events(held), { held: 1 })
      const confirmation = { at: at("2026-06-01T10:45:00Z"), as: "nothing" } as const
      yield* used.setRules({ confirmations: [confirmation] })
      assert.deepStrictEqual(events(yield* used.cells("PT15M")), {})
    })
  )

  it.effect("E3: energy over a gap is divided by time and marked, and its parts sum to it", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC")
      yield* place.append(
        ["2026-01-01T23:59:48Z", { importWh: 38_312_088 }],
        ["2026-01-02T06:14:49Z", { importWh: 38_315_900 }]
      )
      const cells = yield* place.cells("PT1H")
      assert.strictEqual(total(cells), 3_812_000)
      const exact = [12, ...Array.from({ length: 6 }, () => 3600), 889].map((s) => (3_812_000 * s) / 22_501)
      for (const [i, { imported }] of cells.entries())
        assert.isBelow(Math.abs((imported ?? 0) - exact[i]!), 1)
      assert.deepStrictEqual([cells.length, cells[0]?.imported], [8, 2_033])
      assert.isTrue(
        cells.every(({ coveredMs, estimated, imported }) => coveredMs === 0 && estimated === imported)
      )
    })
  )

  it.effect("E4: days that begin at 01:00, and one that never was", () =>
    Effect.gen(function* () {
      const lengths = Effect.fnUntraced(function* (zone: string, from: string, to: string) {
        const place = yield* Place.make(zone)
        yield* place.append(...steady(from, to, 60, 1000))
        const days = yield* place.cells("P1D")
        assert.isTrue(days.every((day) => day.imported === null || day.imported <= hoursOf(day) * 1e6))
        assert.isTrue(days.every((day, i) => i === 0 || days[i - 1]?.within.end === day.within.start))
        return Object.fromEntries(
          days.map((day) => [new Date(day.within.start).toISOString().slice(0, 16), hoursOf(day)])
        )
      })
      const saoPaulo = yield* lengths("America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-06T02:00:00Z")
      assert.deepStrictEqual(saoPaulo, {
        "2018-11-03T03:00": 24,
        "2018-11-04T03:00": 23,
        "2018-11-05T02:00": 24,
        "2018-11-06T02:00": 24
      })
      const apia = yield* lengths("Pacific/Apia", "2011-12-29T10:00:00Z", "2012-01-01T09:00:00Z")
      assert.deepStrictEqual(apia, { "2011-12-29T10:00": 24, "2011-12-30T10:00": 24, "2011-12-31T10:00": 24 })
      const havana = yield* lengths("America/Havana", "2026-03-07T05:00:00Z", "2026-03-10T03:00:00Z")
      assert.deepStrictEqual(havana, {
        "2026-03-07T05:00": 24,
        "2026-03-08T05:00": 23,
        "2026-03-09T04:00": 24
      })
    })
  )

  it.effect("E9: a register in another unit is held, and gas is energy by its quality", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC")
      yield* place.append(
        ["2026-06-01T10:00:00Z", { importWh: 12_345_678 }],
        ["2026-06-01T10:15:00Z", { importWh: 12_345.9 }]
      )
      const cells = yield* place.cells("PT15M")
      assert.deepStrictEqual([total(cells), events(cells)], [0, { held: 1 }])
      const gas = Result.getOrThrow(
        Gas.energyOf("6.547", { calorificValue: "39.5", volumeCorrection: "1.02264" })
      )
      const meter = yield* Place.make("UTC", { basis: "delta" })
      const since = at("2026-06-01T00:00:00Z")
      yield* meter.append(["2026-06-02T00:00:00Z", { importDeltaWh: gas / 1000, since }])
      assert.strictEqual(total(yield* meter.cells("P1D")), gas)
      assert.strictEqual((gas / 1e6).toFixed(3), "73.461")
    })
  )

  it.effect("E10: a silent day is not a day of zero", () =>
    Effect.gen(function* () {
      const place = yield* Place.make("UTC", { basis: "power" })
      const said = (from: string, powerW: number) =>
        Array.from({ length: 97 }, (_, i): Place.Said => [
          new Date(at(from) + i * 900_000).toISOString(),
          { powerW }
        ])
      yield* place.append(...said("2026-06-01T00:00:00Z", 0), ...said("2026-06-04T00:00:00Z", 1000))
      const days = yield* place.cells("P1D")
      assert.deepStrictEqual(kwh(days), {
        "2026-06-01T00:00": 0,
        "2026-06-02T00:00": 0,
        "2026-06-04T00:00": 24,
        "2026-06-05T00:00": null
      })
      assert.deepStrictEqual(
        days.map(({ coveredMs }) => coveredMs / 3_600_000),
        [24, 1, 24, 0]
      )
      const register = yield* Place.make("UTC")
      yield* register.append(...steady("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", 15, 0))
      yield* register.append(
        ["2026-06-03T12:00:00Z", { importWh: 5000 }],
        ["2026-06-05T00:00:00Z", { importWh: 5000 }]
      )
      const [zero, , silent] = yield* register.cells("P1D")
      assert.deepStrictEqual([zero?.imported, zero?.coveredMs], [0, 86_400_000])
      assert.strictEqual(silent?.coveredMs, 0)
    })
  )
})
