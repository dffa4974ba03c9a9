import { assert } from "@effect/vitest"
import { coverage, Instant, mainChannel, UsageStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import {
  addMeter,
  addMeters,
  always,
  cellsOf,
  eventsOf,
  imports,
  instant,
  kWh,
  rulesOf,
  say,
  sayRegisters,
  sumOf,
  type UsageCheck
} from "./support.ts"

/** What a cell tells beside its energy, and what it does not. */
export const cellChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "none is not the same as not known",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:15:00Z", 100],
        ["2026-06-03T10:00:00Z", 100]
      ])
      yield* say(meter, [["2026-06-05T12:00:00Z", { temperatureC: 21 }]])
      const [quarter, ...gap] = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual([quarter?.imported, quarter?.exported], [0, null] as Array<unknown>)
      assert.strictEqual(coverage(quarter!), 1)
      assert.isTrue(gap.slice(0, 180).every((cell) => cell.imported === 0 && coverage(cell) === 0))
      const days = yield* cellsOf(meter, "P1D")
      assert.deepStrictEqual(
        days.map(({ exported, imported, readings, within }) => [
          Instant.format(within.start).slice(0, 10),
          imported,
          exported,
          readings
        ]),
        [
          ["2026-06-01", 0, null, 2],
          ["2026-06-02", 0, null, 0],
          ["2026-06-03", 0, null, 1],
          ["2026-06-05", null, null, 1]
        ] as Array<Array<unknown>>
      )
    })
  },
  {
    name: "nothing is known of a device that never spoke",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
        assert.deepStrictEqual(yield* cellsOf(meter, resolution), [])
      }
    })
  },
  {
    name: "tells lowest and highest power and how many readings lie inside",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* say(meter, [
        ["2026-06-01T10:00:00Z", { powerW: 100, importWh: 1 }],
        ["2026-06-01T10:05:00Z", { powerW: -50.5 }],
        ["2026-06-01T10:14:59.999Z", { importWh: 2 }],
        ["2026-06-01T10:15:00Z", { powerW: 3 }],
        ["2026-06-01T10:30:00Z", { temperatureC: 3 }]
      ])
      const told = (cells: Effect.Success<ReturnType<typeof cellsOf>>) =>
        cells.map(({ powerMaxW, powerMinW, readings }) => [powerMinW, powerMaxW, readings])
      assert.deepStrictEqual(told(yield* cellsOf(meter, "PT15M")), [
        [-50.5, 100, 3],
        [3, 3, 1],
        [null, null, 1]
      ])
      assert.deepStrictEqual(told(yield* cellsOf(meter, "P1D")), [[-50.5, 100, 5]])
    })
  },
  {
    name: "covers what is measured: a gap longer than the rules allow is not",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC", { maxGapMs: 600_000 })
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 1],
        ["2026-06-01T10:10:00Z", 2],
        ["2026-06-01T10:30:00Z", 4],
        ["2026-06-01T10:35:00Z", 5]
      ])
      const covered = (cells: Effect.Success<ReturnType<typeof cellsOf>>) =>
        cells.map(({ coveredMs }) => coveredMs / 60_000)
      assert.deepStrictEqual(covered(yield* cellsOf(meter, "PT15M")), [10, 0, 5])
      assert.deepStrictEqual(covered(yield* cellsOf(meter, "PT1H")), [15])
      const [hour] = yield* cellsOf(meter, "PT1H")
      assert.deepStrictEqual([hour?.imported, hour?.estimated, hour?.quality], [
        kWh(4),
        kWh(2),
        "estimated"
      ] as Array<unknown>)
      yield* (yield* UsageStore).setRules(
        meter.tenantId,
        meter.deviceId,
        mainChannel,
        rulesOf({ maxGapMs: 1_200_000 })
      )
      assert.deepStrictEqual(covered(yield* cellsOf(meter, "PT15M")), [15, 15, 5])
    })
  },
  {
    name: "an event is told on the cell it was noticed in, in every resolution, once",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:20:00Z", 0],
        ["2026-06-01T10:40:00Z", 101],
        ["2026-06-01T11:10:00Z", 1],
        ["2026-06-01T11:20:00Z", 2]
      ])
      const told = (cells: Effect.Success<ReturnType<typeof cellsOf>>) =>
        cells.flatMap(({ events, within }) =>
          events.map((event) => `${Instant.format(within.start).slice(11, 16)} ${event}`)
        )
      assert.deepStrictEqual(told(yield* cellsOf(meter, "PT15M")), ["10:15 glitch", "11:00 reset"])
      assert.deepStrictEqual(told(yield* cellsOf(meter, "PT1H")), ["10:00 glitch", "11:00 reset"])
      assert.deepStrictEqual(eventsOf(yield* cellsOf(meter, "P1D")), ["reset", "glitch"])
    })
  },
  {
    name: "total: energies are sums, covered is the least, quality and events are of any",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addMeters("UTC", 3)
      const [a, b, c] = deviceIds.map((deviceId) => ({ tenantId, deviceId }))
      yield* say(a!, [
        ["2026-06-01T10:00:00Z", { importWh: 0, exportWh: 5, powerW: 3 }],
        ["2026-06-01T10:15:00Z", { importWh: 0.1, exportWh: 6 }]
      ])
      yield* say(b!, [
        ["2026-06-01T10:05:00Z", { importWh: 100 }],
        ["2026-06-01T10:10:00Z", { importWh: 0.2 }],
        ["2026-06-01T11:00:00Z", { importWh: 0.2 }]
      ])
      yield* say(c!, [["2026-06-01T10:59:00Z", { temperatureC: 1 }]])
      yield* cellsOf(a!, "PT15M")
      const total = yield* (yield* UsageStore).total(tenantId, {
        deviceIds: [...deviceIds, deviceIds[0]!],
        within: always,
        resolution: "PT15M"
      })
      assert.deepStrictEqual(
        total.map((cell) => [
          Instant.format(cell.within.start).slice(11, 16),
          cell.imported,
          cell.exported,
          cell.coveredMs / 60_000,
          cell.quality,
          cell.events.join(),
          cell.readings,
          cell.powerMinW
        ]),
        [
          ["10:00", 300, 1000, 10, "estimated", "reset", 3, null],
          ["10:15", 0, null, 0, "estimated", "", 1, null],
          ["10:30", 0, null, 15, "estimated", "", 0, null],
          ["10:45", 0, null, 0, "estimated", "", 1, null],
          ["11:00", null, null, 0, "measured", "", 1, null]
        ] as Array<Array<unknown>>
      )
    })
  },
  {
    name: "quantities at their bounds do no harm, whatever the basis",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Asia/Kolkata")
      yield* say(meter, [
        ["2026-06-01T10:00:00Z", { importWh: 0, exportWh: 0, powerW: -1e12 }],
        ["2026-06-01T10:15:00Z", { importWh: 9e12, exportWh: 5e-324, powerW: 1e12 }],
        ["2026-06-01T10:30:00Z", { importDeltaWh: 9e12, since: Instant.plus(always.start, 1) }],
        ["2026-06-01T10:45:00Z", { importWh: 9e12, exportWh: 1000, powerW: -0 }],
        ["2026-06-01T11:00:00Z", { importWh: 9e12, exportWh: 2000 }],
        ["2026-06-01T11:15:00Z", { importWh: 9e12, exportWh: 3000 }]
      ])
      const cells = yield* cellsOf(meter, "PT15M")
      assert.include(eventsOf(cells), "held")
      assert.strictEqual(sumOf(cells, "exported"), kWh(3))
      for (const basis of ["delta", "power", "register"] as const) {
        yield* (yield* UsageStore).setRules(
          meter.tenantId,
          meter.deviceId,
          mainChannel,
          rulesOf({ basis, modulusWh: 9e12, maxPowerW: 1e9, maxGapMs: 31 * 86_400_000 })
        )
        for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
          const found = yield* cellsOf(meter, resolution)
          assert.isTrue(Object.values(imports(found)).every((energy) => Number.isSafeInteger(energy)))
          assert.strictEqual(sumOf(found.map((cell) => ({ ...cell, imported: cell.readings as never }))), 6)
        }
      }
    })
  },
  // Clocks fall back to 1970, and some run far ahead: nothing may walk through the years between.
  ...[
    ["decades apart", "1970-01-01T00:00:00Z", "2026-06-01T10:00:00Z"],
    ["at the ends of time", "1970-01-01T00:00:00Z", "9999-12-31T23:00:00Z"]
  ].map(([name, first = "", last = ""]): UsageCheck => ({
    name: `readings ${name} do no harm`,
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Asia/Kolkata")
      const hour = (start: string) =>
        [0, 15, 30].map((minutes) => Instant.plus(instant(start), minutes * 60_000))
      yield* say(
        meter,
        [...hour(first), ...hour(last)].map((at, i) => [at, { importWh: 100 * i }])
      )
      const expected = [kWh(0.1), kWh(0.1), kWh(0.1), kWh(0.1)]
      assert.deepStrictEqual(Object.values(imports(yield* cellsOf(meter, "PT15M"))), expected)
      yield* (yield* UsageStore).setRules(
        meter.tenantId,
        meter.deviceId,
        mainChannel,
        rulesOf({ maxPowerW: 399 })
      )
      assert.isNull(sumOf(yield* cellsOf(meter, "P1D")))
      yield* (yield* UsageStore).setRules(meter.tenantId, meter.deviceId, mainChannel, rulesOf({}))
      assert.strictEqual(sumOf(yield* cellsOf(meter, "P1D")), kWh(0.4))
    })
  }))
]
