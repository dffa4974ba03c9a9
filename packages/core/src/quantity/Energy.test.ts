import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import type { Instant } from "../time/Instant.ts"
import * as Decimal from "./Decimal.ts"
import * as Energy from "./Energy.ts"
import * as Power from "./Power.ts"

const wh = Energy.fromWhOrThrow
const kwh = Energy.fromKwhOrThrow
const anyEnergy = fc.integer({ min: -1e12, max: 1e12 }) as fc.Arbitrary<Energy.Energy>
const total = (parts: ReadonlyArray<Energy.Energy>): number => parts.reduce((sum, part) => sum + part, 0)

describe("Energy", () => {
  it("rounds to the milliwatt-hour with halves away from zero, as the number is written", () => {
    assert.strictEqual(wh(0.0005), 1)
    assert.strictEqual(wh(-0.0005), -1)
    assert.strictEqual(wh(0.0004999), 0)
    assert.strictEqual(wh(1.0015), 1002)
    assert.strictEqual(wh(1.0005), 1001)
    assert.strictEqual(wh(8.5125), 8513)
    assert.strictEqual(kwh(12_345.678901), 12_345_678_901)
    assert.strictEqual(kwh(0.0000005), 1)
    assert.isTrue(Object.is(wh(-0.0001), 0))
  })

  it("rounds numbers as it rounds the texts they print as", () => {
    const value = fc.oneof(
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1e7),
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1e4),
      fc.double({ min: -9e9, max: 9e9, noNaN: true })
    )
    fc.assert(
      fc.property(value, (number) => {
        const written = Decimal.round(Decimal.fromOrThrow(number), 6, "half-away")
        assert.strictEqual(BigInt(kwh(number)), Decimal.toUnits(written, 6))
      }),
      { numRuns: 2000 }
    )
  })

  it("reads decimals exactly and writes them back", () => {
    assert.strictEqual(Result.getOrThrow(Energy.fromKwhString("12345.678901")), 12_345_678_901)
    assert.strictEqual(Result.getOrThrow(Energy.fromWhString("0.0015")), 2)
    assert.strictEqual(Energy.toKwhString(kwh(0.3)), "0.3")
    assert.strictEqual(Energy.toKwhString(Energy.add(kwh(0.1), kwh(0.2))), "0.3")
    assert.strictEqual(Energy.toKwhString(Energy.zero), "0")
    assert.strictEqual(Energy.toKwhString(wh(-0.001)), "-0.000001")
    fc.assert(
      fc.property(anyEnergy, (energy) => {
        assert.strictEqual(Result.getOrThrow(Energy.fromKwhString(Energy.toKwhString(energy))), energy)
        assert.strictEqual(kwh(Energy.toKwh(energy)), energy)
        assert.strictEqual(wh(Energy.toWh(energy)), energy)
      })
    )
  })

  it("refuses what is no amount", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e10, -1e300]) {
      assert.isTrue(Result.isFailure(Energy.fromKwh(value)), String(value))
    }
    for (const text of ["", "1e3", "1,5", "NaN", "10000000000", " 1"]) {
      assert.isTrue(Result.isFailure(Energy.fromKwhString(text)), text)
    }
  })

  it("returns to the same number after a year of adding and subtracting", () => {
    fc.assert(
      fc.property(anyEnergy, fc.array(anyEnergy, { maxLength: 500 }), (start, year) => {
        const up = year.reduce(Energy.add, start)
        assert.strictEqual(year.reduce(Energy.subtract, up), start)
        assert.strictEqual(Energy.add(Energy.sum(year), start), up)
      })
    )
    const quarters = Array.from({ length: 35_040 }, () => kwh(0.1))
    assert.strictEqual(Energy.toKwhString(Energy.sum(quarters)), "3504")
  })

  it("throws beyond 9 TWh instead of losing digits", () => {
    const most = Energy.fromMilliWattHours(Number.MAX_SAFE_INTEGER)
    assert.throws(() => Energy.add(most, wh(0.001)), RangeError)
    assert.throws(() => Energy.subtract(Energy.negate(most), wh(0.001)), RangeError)
    assert.throws(() => Energy.fromMilliWattHours(0.5), RangeError)
  })
})

describe("Energy.prorate", () => {
  it("prorates one reading over the hours it covers", () => {
    const minutes = 60_000
    const parts = Energy.prorate(kwh(4.7), [10 * minutes, 37 * minutes])
    assert.deepStrictEqual(parts.map(Energy.toKwhString), ["1", "3.7"])
  })

  it("spreads a gap of one night by time", () => {
    const start = Date.UTC(2026, 0, 1, 23, 59, 48)
    const hours = Array.from({ length: 8 }, (_, hour) => Date.UTC(2026, 0, 1, 23 + hour))
    const ends = [...hours.slice(1, 7), hours[7] ?? 0, Date.UTC(2026, 0, 2, 6, 14, 49)]
    const intervals = ends.map((end, index) => ({
      start: (index === 0 ? start : (ends[index - 1] ?? 0)) as Instant,
      end: end as Instant
    }))
    const parts = Energy.spread(wh(3812), intervals)
    // The last share is 150.6097: rounded on its own it would make the parts 0.001 Wh more than the whole.
    assert.deepStrictEqual(
      parts.map((part) => Energy.toWh(part).toFixed(3)),
      ["2.033", ...Array.from({ length: 6 }, () => "609.893"), "150.609"]
    )
    assert.strictEqual(total(parts), wh(3812))
  })

  it("re-sums exactly, keeps the sign and strays less than a unit from the share", () => {
    const weight = fc.oneof(fc.nat(10_000_000), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(0))
    const weights = fc.array(weight, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(anyEnergy, weights, (energy, shares) => {
        const parts = Energy.prorate(energy, shares)
        assert.strictEqual(total(parts), energy)
        assert.isTrue(parts.every((part) => part === 0 || Math.sign(part) === Math.sign(energy)))
        const sum = shares.reduce((a, b) => a + b, 0)
        parts.forEach((part, index) => {
          const share = sum === 0 ? energy / shares.length : (energy * (shares[index] ?? 0)) / sum
          assert.isAtMost(Math.abs(part - share), 1 + Math.abs(energy) * 2 ** -38)
        })
        assert.deepStrictEqual(Energy.prorate(Energy.negate(energy), shares), parts.map(Energy.negate))
      }),
      { numRuns: 500 }
    )
  })

  it("divides large amounts by large weights exactly", () => {
    const energy = Energy.fromMilliWattHours(Number.MAX_SAFE_INTEGER)
    const parts = Energy.prorate(energy, [
      Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER
    ])
    assert.strictEqual(
      parts.reduce((sum, part) => sum + BigInt(part), 0n),
      BigInt(energy)
    )
  })

  it("gives what is left over to those who lost most, the earlier one first", () => {
    assert.deepStrictEqual(Energy.prorate(wh(0.01), [1, 1, 1]).map(Energy.toWh), [0.004, 0.003, 0.003])
    assert.deepStrictEqual(Energy.prorate(wh(0.005), [0, 0]).map(Energy.toWh), [0.003, 0.002])
    assert.deepStrictEqual(Energy.prorate(Energy.zero, []), [])
  })

  it("throws for weights that mean nothing", () => {
    for (const weights of [[], [-1, 2], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      assert.throws(() => Energy.prorate(wh(1), weights), RangeError)
    }
  })
})

describe("Power", () => {
  it("gives energy over time and back", () => {
    const power = 1000 as Power.Power
    assert.strictEqual(Energy.toKwhString(Power.energyOver(power, 900_000)), "0.25")
    assert.strictEqual(Power.energyOver(-0.0018 as Power.Power, 1_000_000), -1)
    assert.strictEqual(Power.averageOf(kwh(2), 900_000), 8000)
    assert.strictEqual(Power.averageOf(kwh(2), 0), undefined)
    assert.isTrue(BigDecimal.isZero(Energy.toKwhDecimal(Power.energyOver(power, 0))))
  })
})
