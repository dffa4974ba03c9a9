import { assert } from "@effect/vitest"
import { mainChannel, UsageStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import {
  addMeter,
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

/** What registers, deltas and powers come to. */
export const registerChecks: ReadonlyArray<UsageCheck> = [
  {
    name: "a register that rolls over counts on, and says so once",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC", { modulusWh: 100_000_000 })
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 99_998],
        ["2026-06-01T10:15:00Z", 99_999.5],
        ["2026-06-01T10:30:00Z", 1],
        ["2026-06-01T10:45:00Z", 2.5]
      ])
      const quarters = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(imports(quarters), {
        "2026-06-01T10:00:00Z": kWh(1.5),
        "2026-06-01T10:15:00Z": kWh(1.5),
        "2026-06-01T10:30:00Z": kWh(1.5)
      })
      assert.deepStrictEqual(eventsOf(quarters), ["rollover"])
      const [day] = yield* cellsOf(meter, "P1D")
      assert.deepStrictEqual([day?.imported, day?.events], [kWh(4.5), ["rollover"]])
      const counter = yield* addMeter("UTC", { modulusWh: 838_860.8 })
      yield* sayRegisters(counter, [
        ["2026-06-01T10:00:00Z", 838.8576],
        ["2026-06-01T10:15:00Z", 0.0102]
      ])
      assert.strictEqual(sumOf(yield* cellsOf(counter, "PT15M")), 13_400)
    })
  },
  {
    name: "energy nobody could have used is held until it is confirmed",
    run: Effect.gen(function* () {
      const rules = { modulusWh: 100_000_000, maxPowerW: 20_000 }
      const meter = yield* addMeter("UTC", rules)
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 99_000],
        ["2026-06-01T10:15:00Z", 99_001],
        ["2026-06-01T10:30:00Z", 50],
        ["2026-06-01T10:45:00Z", 51]
      ])
      const held = yield* cellsOf(meter, "PT15M")
      assert.deepStrictEqual(imports(held), {
        "2026-06-01T10:00:00Z": kWh(1),
        "2026-06-01T10:30:00Z": kWh(1)
      })
      assert.deepStrictEqual(eventsOf(held), ["held"])
      const confirmations = [{ at: instant("2026-06-01T10:30:00Z"), as: "rollover" as const }]
      const store = yield* UsageStore
      yield* store.setRules(meter.tenantId, meter.deviceId, mainChannel, rulesOf({ ...rules, confirmations }))
      const confirmed = yield* cellsOf(meter, "PT15M")
      assert.strictEqual(imports(confirmed)["2026-06-01T10:15:00Z"], kWh(1049))
      assert.deepStrictEqual(eventsOf(confirmed), ["rollover"])
    })
  },
  {
    name: "a register that begins anew is booked once",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:15:00Z", 101],
        ["2026-06-01T10:30:00Z", 0.2],
        ["2026-06-01T10:45:00Z", 0.5],
        ["2026-06-01T11:00:00Z", 0.9]
      ])
      for (const resolution of ["PT15M", "PT1H", "P1D"] as const) {
        const cells = yield* cellsOf(meter, resolution)
        assert.strictEqual(sumOf(cells), kWh(1.9))
        assert.deepStrictEqual(eventsOf(cells), ["reset"])
      }
    })
  },
  {
    name: "a daily register begins anew by its value, whenever that is",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("Europe/Berlin", { register: "daily" })
      yield* sayRegisters(meter, [
        ["2026-06-01T20:00:00Z", 9],
        ["2026-06-01T21:00:00Z", 9.5],
        ["2026-06-01T22:00:00Z", 9.5],
        ["2026-06-02T03:30:00Z", 9.5],
        ["2026-06-02T04:00:00Z", 0.1],
        ["2026-06-02T05:00:00Z", 0.4]
      ])
      const days = yield* cellsOf(meter, "P1D")
      assert.deepStrictEqual(imports(days), {
        "2026-05-31T22:00:00Z": kWh(0.5),
        "2026-06-01T22:00:00Z": kWh(0.4)
      })
      assert.deepStrictEqual(eventsOf(days), ["reset"])
    })
  },
  {
    name: "a blip to zero and a spike cost nothing and are told",
    run: Effect.gen(function* () {
      const blip = yield* addMeter()
      yield* sayRegisters(blip, [
        ["2026-06-01T10:00:00Z", 3.737],
        ["2026-06-01T10:00:02Z", 0],
        ["2026-06-01T10:00:04Z", 3.746]
      ])
      const spike = yield* addMeter()
      yield* sayRegisters(spike, [
        ["2026-06-01T10:00:00Z", 100],
        ["2026-06-01T10:15:00Z", 100_000],
        ["2026-06-01T10:30:00Z", 101]
      ])
      const [afterBlip, afterSpike] = [yield* cellsOf(blip, "PT15M"), yield* cellsOf(spike, "PT15M")]
      assert.deepStrictEqual([sumOf(afterBlip), sumOf(afterSpike)], [kWh(0.009), kWh(1)])
      assert.deepStrictEqual([eventsOf(afterBlip), eventsOf(afterSpike)], [["glitch"], ["glitch"]])
    })
  },
  {
    name: "each meter of an exchange counts for itself",
    run: Effect.gen(function* () {
      const at = instant("2026-06-01T10:20:00Z")
      const exchanges = [{ at, finalImportWh: 12_345_600, startImportWh: 300 }]
      const meter = yield* addMeter("UTC", { exchanges })
      yield* sayRegisters(meter, [
        ["2026-06-01T10:00:00Z", 12_340],
        ["2026-06-01T11:00:00Z", 4.8]
      ])
      const quarters = yield* cellsOf(meter, "PT15M")
      assert.strictEqual(sumOf(quarters), kWh(10.1))
      assert.deepStrictEqual(eventsOf(quarters), ["exchange"])
    })
  },
  {
    name: "a gap is spread over the time it lasted, counts as estimated, and sums exactly",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      yield* sayRegisters(meter, [
        ["2026-05-31T23:59:48Z", 38_312.088],
        ["2026-06-01T06:14:49Z", 38_315.9]
      ])
      const hours = (yield* cellsOf(meter, "PT1H")).filter(({ imported }) => imported !== null)
      const expected = [2.033, ...Array.from({ length: 6 }, () => 609.893), 150.61]
      assert.strictEqual(hours.length, expected.length)
      hours.forEach(({ imported }, i) => assert.approximately(imported! / 1000, expected[i]!, 0.0011))
      assert.strictEqual(sumOf(hours), 3_812_000)
      assert.isTrue(hours.every((hour) => hour.quality === "estimated" && hour.estimated === hour.imported))
      assert.isTrue(hours.every((hour) => hour.coveredMs === 0))
    })
  },
  {
    name: "energy over an hour's edge is divided in proportion to time",
    run: Effect.gen(function* () {
      const divided = { "2026-06-01T09:00:00Z": kWh(1), "2026-06-01T10:00:00Z": kWh(3.7) }
      const register = yield* addMeter()
      yield* sayRegisters(register, [
        ["2026-06-01T09:50:00Z", 100],
        ["2026-06-01T10:37:00Z", 104.7]
      ])
      assert.deepStrictEqual(imports(yield* cellsOf(register, "PT1H")), divided)
      const delta = yield* addMeter("UTC", { basis: "delta" })
      const since = instant("2026-06-01T09:50:00Z")
      yield* say(delta, [["2026-06-01T10:37:00Z", { importDeltaWh: 4700, since }]])
      assert.deepStrictEqual(imports(yield* cellsOf(delta, "PT1H")), divided)
      assert.deepStrictEqual(eventsOf(yield* cellsOf(delta, "PT15M")), [])
    })
  },
  {
    name: "power holds until the next one, export apart from import, but not over a gap",
    run: Effect.gen(function* () {
      const meter = yield* addMeter("UTC", { basis: "power" })
      yield* say(meter, [
        ["2026-06-01T10:00:00Z", { powerW: 1200, importWh: 7 }],
        ["2026-06-01T10:15:00Z", { powerW: -2000 }],
        ["2026-06-01T10:30:00Z", { powerW: 4000 }],
        ["2026-06-01T14:00:00Z", { powerW: 0 }]
      ])
      const hours = yield* cellsOf(meter, "PT1H")
      assert.deepStrictEqual(imports(hours), {
        "2026-06-01T10:00:00Z": 300_000 + 2_000_000,
        "2026-06-01T11:00:00Z": 2_000_000
      })
      assert.strictEqual(sumOf(hours, "exported"), 500_000)
      assert.deepStrictEqual(
        hours.map(({ coveredMs }) => coveredMs / 60_000),
        [60, 30, 0]
      )
    })
  },
  {
    name: "only the quantity of the basis counts, and another basis counts anew",
    run: Effect.gen(function* () {
      const meter = yield* addMeter()
      const since = instant("2026-06-01T10:00:00Z")
      yield* say(meter, [
        ["2026-06-01T10:00:00Z", { importWh: 1000, powerW: 400 }],
        ["2026-06-01T10:15:00Z", { importWh: 1100, importDeltaWh: 200, since, powerW: 8 }]
      ])
      const store = yield* UsageStore
      const counted: Array<number | null> = []
      for (const basis of ["register", "delta", "power", "register"] as const) {
        yield* store.setRules(meter.tenantId, meter.deviceId, mainChannel, rulesOf({ basis }))
        counted.push(sumOf(yield* cellsOf(meter, "P1D")))
      }
      assert.deepStrictEqual(counted, [100_000, 200_000, 100_000, 100_000])
    })
  }
]
