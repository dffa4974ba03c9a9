import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import * as Energy from "./Energy.ts"
import * as Gas from "./Gas.ts"
import * as Unit from "./Unit.ts"
import { suspectUnitChange } from "./UnitChange.ts"

const convert = (value: number, from: string, to: string, powerOfTen?: number): number =>
  Result.getOrThrow(Unit.convert(value, from, to, powerOfTen))
const symbol = (text: string): string =>
  Result.match(Unit.fromString(text), {
    onSuccess: (unit) => unit.symbol,
    onFailure: (error) => error.message
  })

describe("Unit", () => {
  it("finds units as devices write them", () => {
    const spellings: ReadonlyArray<readonly [string, string]> = [
      ["kWh", "kWh"],
      ["KWH", "kWh"],
      ["kwh", "kWh"],
      ["kW·h", "kWh"],
      ["kW h", "kWh"],
      ["Watt-Hours", "Wh"],
      ["mWh", "mWh"],
      ["MWh", "MWh"],
      ["mW", "mW"],
      ["MW", "MW"],
      ["w", "W"],
      ["W*min", "W·min"],
      ["watt_minute", "W·min"],
      ["Ws", "Ws"],
      ["m3", "m³"],
      ["m^3", "m³"],
      ["C", "°C"],
      ["°F", "°F"],
      ["pct", "%"],
      ["VAR", "var"],
      ["kVA", "kVA"],
      ["mHz", "mHz"],
      ["Megawatt", "MW"]
    ]
    for (const [written, expected] of spellings) assert.strictEqual(symbol(written), expected, written)
  })

  it("does not guess between milli and mega", () => {
    for (const text of ["mw", "MWH", "mwh", "Mv", "ma", "MA"])
      assert.include(symbol(text), "milli from mega", text)
    assert.include(symbol("mw"), "mW or MW")
    assert.include(symbol("furlong"), "not known")
    assert.include(symbol(""), "not known")
  })

  it("spells every unit and word once", () => {
    const strip = (text: string) => text.replace(/[\s·.*_-]/g, "")
    const exact = Unit.units.flatMap((unit) => [unit.symbol, ...unit.aliases].map(strip))
    assert.strictEqual(new Set(exact).size, exact.length)
    const folds = Unit.units.flatMap((unit) => {
      const spellings = [unit.symbol, ...unit.aliases].map(strip).filter((text) => !/^m/i.test(text))
      return [...new Set([...spellings.map((text) => text.toLowerCase()), ...unit.words])]
    })
    assert.strictEqual(new Set(folds).size, folds.length)
    for (const unit of Unit.units) {
      for (const text of [unit.symbol, ...unit.aliases, ...unit.words])
        assert.strictEqual(symbol(text), unit.symbol)
    }
  })

  it("converts by exact factors", () => {
    assert.strictEqual(convert(1.001, "kWh", "Wh"), 1001)
    assert.strictEqual(convert(3600, "J", "Wh"), 1)
    assert.strictEqual(convert(3.6, "MJ", "kWh"), 1)
    assert.strictEqual(convert(60, "W·min", "Wh"), 1)
    assert.strictEqual(convert(1, "mWh", "Wh"), 0.001)
    assert.strictEqual(convert(2, "MW", "mW"), 2e9)
    assert.strictEqual(convert(230.1, "V", "mV"), 230_100)
    assert.strictEqual(convert(50, "°F", "°C"), 10)
    assert.strictEqual(convert(21.5, "°C", "K"), 294.65)
    assert.strictEqual(convert(0, "K", "°F"), -459.67)
    assert.strictEqual(convert(0.42, "1", "%"), 42)
    for (const a of Unit.units) {
      for (const b of Unit.units.filter((unit) => unit.dimension === a.dimension)) {
        assert.closeTo(convert(convert(123.456, a.symbol, b.symbol), b.symbol, a.symbol), 123.456, 1e-9)
      }
    }
  })

  it("applies powers of ten as Green Button writes them", () => {
    assert.strictEqual(convert(1234, "Wh", "Wh", -3), 1.234)
    assert.strictEqual(convert(12, "Wh", "kWh", 3), 12)
    assert.strictEqual(convert(700, "°F", "°C", -1), convert(70, "°F", "°C"))
    for (const power of [0.5, 31, Number.NaN])
      assert.isTrue(Result.isFailure(Unit.convert(1, "W", "W", power)))
  })

  it("refuses by name what does not convert", () => {
    const tag = (...args: Parameters<typeof Unit.convert>) => {
      const result = Unit.convert(...args)
      return Result.isFailure(result) ? result.failure._tag : "converted"
    }
    assert.strictEqual(tag(1, "kWh", "kW"), "IncompatibleUnits")
    assert.strictEqual(tag(1, "W", "VA"), "IncompatibleUnits")
    assert.strictEqual(tag(1, "kWh", "parsec"), "UnknownUnit")
    assert.strictEqual(tag(Number.NaN, "kWh", "Wh"), "InvalidQuantity")
    const failed = Unit.convert(1, "kWh", "kW")
    assert.isTrue(Result.isFailure(failed) && failed.failure.message === "kWh cannot be converted to kW")
  })
})

describe("suspectUnitChange", () => {
  it("suspects a register that goes on in another unit", () => {
    assert.strictEqual(suspectUnitChange(12_345_678, 12_345.9)?.factor, 1000)
    assert.strictEqual(suspectUnitChange(12_345.9, 12_346_200)?.likely, "kWh to Wh")
    assert.strictEqual(suspectUnitChange(12_345_678, 12_345)?.factor, 1000)
    assert.strictEqual(suspectUnitChange(36_000_000, 10_001)?.likely, "J to Wh")
  })

  it("does not suspect use, resets and roll-overs", () => {
    const ordinary: ReadonlyArray<readonly [number, number]> = [
      [12_345_678, 12_345_900],
      [12_345_678, 0],
      [12_345_678, 3],
      [99_999.5, 1],
      [5000, 5],
      [100, 140],
      [0, 1000]
    ]
    for (const [before, after] of ordinary) assert.strictEqual(suspectUnitChange(before, after), undefined)
    assert.strictEqual(suspectUnitChange(Number.NaN, 5000), undefined)
  })
})

describe("Gas", () => {
  it("turns metered volume into energy", () => {
    const quality = { calorificValue: "39.5", volumeCorrection: "1.02264" }
    const energy = Result.getOrThrow(Gas.energyOf("6.547", quality))
    assert.strictEqual(Energy.toKwh(energy).toFixed(3), "73.461")
    assert.strictEqual(
      energy,
      Result.getOrThrow(Gas.energyOf(6.547, { calorificValue: 39.5, volumeCorrection: 1.02264 }))
    )
    assert.strictEqual(energy, Math.round(((6.547 * 1.02264 * 39.5) / 3.6) * 1e6))
    assert.isTrue(Result.isFailure(Gas.energyOf(-1, quality)))
    assert.isTrue(Result.isFailure(Gas.energyOf(Number.NaN, quality)))
    assert.isTrue(Result.isFailure(Gas.energyOf(1e15, quality)))
  })
})
