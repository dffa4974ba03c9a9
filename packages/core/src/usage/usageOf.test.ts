import { assert, describe, it } from "@effect/vitest"
import { mainChannel } from "../model/ids.ts"
import type { Reading } from "../model/Reading.ts"
import type { Instant } from "../time/Instant.ts"
import { at, eventsIn, importedWh, reading, registers, usage } from "./usage.fixture.ts"

const hour = (time: string) => ({ start: at(time), end: (at(time) + 3_600_000) as Instant })

describe("registers that begin again", () => {
  it("roll over: 99998.0, 99999.5, 1.0, 2.5 of five digits are 1.5 + 1.5 + 1.5 kWh, told once", () => {
    const cells = usage(registers({ "10:00": 99998, "10:15": 99999.5, "10:30": 1, "10:45": 2.5 }), {
      modulusWh: 100_000_000
    })
    assert.deepStrictEqual(
      cells.map((cell) => cell.imported).filter((energy) => energy !== null),
      [1_500_000, 1_500_000, 1_500_000]
    )
    assert.deepStrictEqual(eventsIn(cells), ["rollover"])
    assert.strictEqual(importedWh(cells), 4500)
  })
  it("roll over at 23 bits of a tenth: 838857.6 → 10.2 Wh is 838860.8 − 838857.6 + 10.2 = 13.4 Wh", () => {
    const readings = [reading("10:00", { importWh: 838_857.6 }), reading("10:15", { importWh: 10.2 })]
    assert.strictEqual(importedWh(usage(readings, { modulusWh: 838_860.8 })), 13.4)
  })
  it("that would take more power than there is are held, and booked once confirmed", () => {
    // 100 000 − 50 000 + 1 = 50 001 kWh in a quarter of an hour are 200 MW.
    const readings = registers({ "10:00": 50_000, "10:15": 1, "10:30": 2 })
    const held = usage(readings, { modulusWh: 1e8 })
    assert.deepStrictEqual([importedWh(held), eventsIn(held)], [1000, ["held"]])
    assert.strictEqual(held.find((cell) => cell.events.length > 0)?.imported, null)
    const confirmed = usage(readings, {
      modulusWh: 1e8,
      confirmations: [{ at: at("10:15"), as: "rollover" }]
    })
    assert.deepStrictEqual([importedWh(confirmed), eventsIn(confirmed)], [50_002_000, ["rollover"]])
  })
  it("reset: 100, 101, 0.2, 0.5 is 1 + 0.2 + 0.3 kWh, and never 101 again", () => {
    const cells = usage(registers({ "10:00": 100, "10:15": 101, "10:30": 0.2, "10:45": 0.5 }))
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [1500, ["reset"]])
  })
  it("daily begin anew by value: 8.0 at night, 0.0 at sunrise, 1.5 in the morning", () => {
    const cells = usage(
      registers({
        "2026-05-31T21:00:00Z": 8,
        "2026-06-01T00:00:00Z": 8,
        "2026-06-01T04:30:00Z": 0,
        "2026-06-01T06:00:00Z": 1.5
      }),
      { register: "daily" }
    )
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [1500, ["reset"]])
  })
  it("dip by a little are held, because they did not begin anew", () => {
    const cells = usage(
      registers({ "10:00": 100, "10:15": 99.9, "10:30": 99.95, "10:45": 99.96, "11:00": 99.97 })
    )
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [70, ["held"]])
  })
})

describe("registers that are not true", () => {
  it("blip: 3.737, 0.000, 3.746 within four seconds are 0.009 kWh", () => {
    const cells = usage(registers({ "10:00:00": 3.737, "10:00:02": 0, "10:00:04": 3.746 }))
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [9, ["glitch"]])
  })
  it("jump: 100, 100 000, 101 are 1 kWh", () => {
    const cells = usage(registers({ "10:00": 100, "10:15": 100_000, "10:30": 101 }))
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [1000, ["glitch"]])
  })
  it("blip again and again: every second one is 0, and nothing is lost or counted twice", () => {
    const said = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `10:${String(i).padStart(2, "0")}`,
        i % 2 === 0 ? 100 + i / 10 : 0
      ])
    )
    assert.strictEqual(importedWh(usage(registers(said))), 1800)
  })
  it("change their unit: 12 345 678 Wh, then 12 345.9 is held, not booked", () => {
    const readings = [
      reading("10:00", { importWh: 12_345_678 }),
      reading("10:15", { importWh: 12_345.9 }),
      reading("10:30", { importWh: 12_346.0 })
    ]
    assert.deepStrictEqual(eventsIn(usage(readings)), ["held"])
    assert.strictEqual(importedWh(usage(readings)), 0.1)
  })
})

describe("meters that are exchanged", () => {
  it("count each for itself: 12 340.0 → 12 345.6 and 0.3 → 4.8 are 10.1 kWh", () => {
    const exchanges = [{ at: at("10:07"), finalImportWh: 12_345_600, startImportWh: 300 }]
    const cells = usage(registers({ "10:00": 12_340, "10:15": 4.8 }), { exchanges })
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [10_100, ["exchange"]])
  })
  it("are booked from the first reading on when the old meter was not read", () => {
    const exchanges = [{ at: at("10:07"), startImportWh: 300 }]
    const cells = usage(registers({ "10:00": 12_340, "10:15": 4.8 }), { exchanges })
    assert.strictEqual(importedWh(cells), 4500)
  })
  it("at the instant of a reading lose nothing: 5.6 of the old one and 0.2 of the new one", () => {
    const exchanges = [{ at: at("10:15"), finalImportWh: 12_345_600, startImportWh: 300 }]
    const cells = usage(registers({ "10:00": 12_340, "10:15": 0.5, "10:30": 1.5 }), { exchanges })
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [6800, ["exchange"]])
  })
  it("twice at one instant count the one between: 5.6, 1.7 and 4.5", () => {
    const exchanges = [
      { at: at("10:07"), finalImportWh: 12_345_600, startImportWh: 300 },
      { at: at("10:07"), finalImportWh: 2000, startImportWh: 0 }
    ]
    const cells = usage(registers({ "10:00": 12_340, "10:15": 4.5 }), { exchanges })
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [11_800, ["exchange"]])
  })
  it("are held when the old meter would have run backwards", () => {
    const exchanges = [{ at: at("10:07"), finalImportWh: 12_339_000, startImportWh: 300 }]
    const cells = usage(registers({ "10:00": 12_340, "10:15": 4.8 }), { exchanges })
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [4500, ["exchange", "held"]])
  })
})

describe("time between readings", () => {
  it("longer than a cell is divided: 100, 103 over half an hour are 1.5 + 1.5, estimated", () => {
    const cells = usage(registers({ "10:00": 100, "10:30": 103 }))
    assert.deepStrictEqual(
      cells.map((cell) => [cell.imported, cell.quality, cell.estimated]),
      [
        [1_500_000, "estimated", 1_500_000],
        [1_500_000, "estimated", 1_500_000],
        [null, "measured", 0]
      ]
    )
  })
  it("filled by a late reading is measured: 100, 101, 103 are 1.0 + 2.0", () => {
    const cells = usage(registers({ "10:00": 100, "10:15": 101, "10:30": 103 }))
    assert.deepStrictEqual(
      cells.slice(0, 2).map((cell) => [cell.imported, cell.quality, cell.coveredMs]),
      [
        [1_000_000, "measured", 900_000],
        [2_000_000, "measured", 900_000]
      ]
    )
  })
  it("is divided exactly: 4.7 kWh from 09:50 to 10:37 are 1.0 before ten and 3.7 after", () => {
    const told: Reading = {
      at: at("10:37"),
      since: at("09:50"),
      channel: mainChannel,
      importDeltaWh: 4700
    }
    const cells = usage([told], { basis: "delta" })
    assert.deepStrictEqual([importedWh(cells, hour("09:00")), importedWh(cells, hour("10:00"))], [1000, 3700])
    assert.isTrue(cells.slice(0, -1).every((cell) => cell.quality === "estimated"))
    assert.strictEqual(
      cells.reduce((sum, cell) => sum + cell.coveredMs, 0),
      47 * 60_000
    )
  })
  it("beyond the limit is no coverage: 3812 Wh over six hours are all estimated", () => {
    const cells = usage([
      reading("2026-05-31T23:59:48Z", { importWh: 38_312_088 }),
      reading("2026-06-01T06:14:49Z", { importWh: 38_315_900 })
    ])
    assert.strictEqual(importedWh(cells, hour("2026-05-31T23:00:00Z")), 2.033)
    for (const time of ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"]) {
      assert.approximately(importedWh(cells, hour(time)), 609.893, 0.0011)
    }
    assert.strictEqual(importedWh(cells, hour("06:00")), 150.61)
    assert.strictEqual(importedWh(cells), 3812)
    assert.isTrue(cells.every((cell) => cell.coveredMs === 0))
    assert.strictEqual(
      cells.reduce((sum, cell) => sum + cell.estimated, 0),
      3_812_000
    )
  })
  it("over 400 days has no energy", () => {
    const cells = usage(registers({ "2025-01-01T00:00:00Z": 1, "2026-06-01T00:00:00Z": 900 }))
    assert.deepStrictEqual(
      cells.map((cell) => cell.imported),
      [null, null]
    )
  })
  it("without energy is zero, and without readings nothing", () => {
    const cells = usage(registers({ "10:00": 100, "10:15": 100 }))
    assert.deepStrictEqual(
      cells.map((cell) => [cell.imported, cell.exported, cell.coveredMs]),
      [
        [0, null, 900_000],
        [null, null, 0]
      ]
    )
  })
})

describe("energy told as such", () => {
  const delta = (time: string, wh: number, since?: string): Reading => ({
    at: at(time),
    channel: mainChannel,
    importDeltaWh: wh,
    ...(since === undefined ? {} : { since: at(since) })
  })
  it("covers the time since the reading before, or since its own beginning", () => {
    const cells = usage([delta("10:05", 5), delta("10:15", 10), delta("10:45", 7, "10:30")], {
      basis: "delta"
    })
    assert.deepStrictEqual(
      cells.map((cell) => [cell.within.start - at("10:00"), cell.imported, cell.coveredMs]),
      [
        [0, 15_000, 600_000],
        [900_000, null, 0],
        [1_800_000, 7000, 900_000],
        [2_700_000, null, 0]
      ]
    )
  })
  it("never covers the time of another", () => {
    const cells = usage([delta("10:15", 10, "10:00"), delta("10:20", 8, "10:00")], { basis: "delta" })
    assert.deepStrictEqual(
      cells.map((cell) => [cell.imported, cell.coveredMs]),
      [
        [10_000, 900_000],
        [8000, 300_000]
      ]
    )
  })
  it("of more power than possible is held", () => {
    const cells = usage([delta("10:15", 1e7, "10:00")], { basis: "delta", maxPowerW: 1e6 })
    assert.deepStrictEqual([importedWh(cells), eventsIn(cells)], [0, ["held"]])
  })
})

describe("power", () => {
  it("holds until the next one, exported when negative: 1 kW 10:00–10:15, −2 kW to 10:45", () => {
    const cells = usage(
      [
        reading("10:00", { powerW: 1000 }),
        reading("10:15", { powerW: -2000 }),
        reading("10:45", { powerW: 0 })
      ],
      { basis: "power" }
    )
    assert.deepStrictEqual(
      cells.map((cell): ReadonlyArray<number | null> => [cell.imported, cell.exported]),
      [
        [250_000, 0],
        [0, 500_000],
        [0, 500_000],
        [null, null]
      ]
    )
    assert.deepStrictEqual(
      cells.map((cell) => [cell.powerMinW, cell.powerMaxW, cell.readings]),
      [
        [1000, 1000, 1],
        [-2000, -2000, 1],
        [null, null, 0],
        [0, 0, 1]
      ]
    )
  })
  it("holds no longer than the gap", () => {
    const cells = usage([reading("10:00", { powerW: 1000 }), reading("13:00", { powerW: 1000 })], {
      basis: "power"
    })
    assert.strictEqual(importedWh(cells), 1000)
  })
})

describe("quality", () => {
  it("is edited where a reading was", () => {
    const cells = usage(
      registers({ "10:00": 100, "10:15": 101, "10:30": 103 }),
      {},
      (it) => it === at("10:15")
    )
    assert.deepStrictEqual(
      cells.map((cell) => cell.quality),
      ["edited", "edited", "measured"]
    )
  })
})
