import { assert, describe, it } from "vitest"
import { bill } from "./bill.ts"
import { compare } from "./compare.ts"
import { explain } from "./explain.ts"
import { price } from "./price.ts"
import {
  constant,
  dayNight,
  energyOf,
  fixedOf,
  percentOf,
  sellOf,
  tariffOf,
  usageFrom
} from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const tou = { kind: "tou", set: "dn", prices: { night: "0.10", day: "0.30" } } as const
const tariff = tariffOf([energyOf(tou), sellOf("0.08"), fixedOf("0.50", "day"), percentOf("20")], {
  ...utc,
  sets: dayNight
})

describe("F51, F52: interval costs and lines", () => {
  it("04:00 costs 2 × 0.10, 05:00 2 × 0.30 less 1 × 0.08; the rest belongs to no interval", () => {
    const usage = {
      start: Date.parse("2026-01-05T04:00:00Z"),
      stepMs: 3_600_000,
      importKwh: [2, 2],
      exportKwh: [0, 1]
    }
    const it = price(tariff, usage, { from: "2026-01-05", to: "2026-01-06" })
    assert.deepStrictEqual(it.importCost, ["0.2", "0.6"])
    assert.deepStrictEqual(it.exportCost, ["0", "-0.08"])
    // 0.50 + 20 % of 1.22
    assert.strictEqual(it.periodLines, "0.744")
    assert.strictEqual(it.total, "1.464")
  })
  it("a line is explained by its intervals and its rounding", () => {
    const rounded = tariffOf([energyOf("0.333")], {
      ...utc,
      billing: { rounding: { line: { places: 2, mode: "half-even" } } }
    })
    const made = bill(rounded, usageFrom("2026-01-05T00:00:00Z", 60, [1, 2]))
    const it = explain(made, made.lines[0]!)
    assert.deepStrictEqual(
      it.contributions.map((one) => [one.from, one.rule, one.quantity, one.price, one.amount]),
      [
        [Date.parse("2026-01-05T00:00:00Z"), "all times", "1", "0.333", "0.333"],
        [Date.parse("2026-01-05T01:00:00Z"), "all times", "2", "0.333", "0.666"]
      ]
    )
    assert.deepStrictEqual([it.rounding, it.line.amount], ["0.001", "1"])
  })
  it("a line of another bill is not explained", () => {
    const made = bill(tariff, constant("2026-01-05T00:00:00Z", 60, 2, 1))
    assert.throws(() => explain(JSON.parse(JSON.stringify(made)), made.lines[0]!), /make the bill again/)
  })
})

describe("F54: comparison", () => {
  it("ranks tariffs on the same usage and says the difference", () => {
    const usage = constant("2026-01-01T00:00:00Z", 60, 48, 1)
    const named = (id: string, text: string) => ({ ...tariffOf([energyOf(text)], utc), id })
    const it = compare([named("a", "0.30"), named("b", "0.25"), named("c", "0.40")], usage, "2026-01")
    assert.deepStrictEqual(
      it.alternatives.map((one) => [one.tariffId, one.total, one.delta]),
      [
        ["b", "12", "-2.4"],
        ["a", "14.4", "0"],
        ["c", "19.2", "4.8"]
      ]
    )
    assert.deepStrictEqual(it.alternatives[0]?.charges, { energy: "12" })
  })
})

describe("F56: grams of carbon dioxide are priced like money per kWh", () => {
  it("2 kWh at 400 g and 1 kWh at 50 g are 850 g", () => {
    const series = {
      co2: {
        id: "co2",
        unit: "gCO2/kWh",
        start: Date.parse("2026-01-05T00:00:00Z"),
        stepSeconds: 3600,
        values: [400, 50]
      }
    }
    const it = bill(
      tariffOf([energyOf({ kind: "series", series: "co2", whenMissing: "error" })], utc),
      usageFrom("2026-01-05T00:00:00Z", 60, [2, 1]),
      undefined,
      { series }
    )
    assert.strictEqual(it.total, "850")
  })
})

describe("F57: coverage and warnings", () => {
  it("an hour that is missing is neither energy nor final; estimated ones are counted", () => {
    const usage = { ...usageFrom("2026-01-05T00:00:00Z", 60, [1, null, 1, 1]), quality: [0, 0, 1, 0] }
    const it = bill(tariffOf([energyOf("1")], utc), usage, {
      start: Date.parse("2026-01-05T00:00:00Z"),
      end: Date.parse("2026-01-05T04:00:00Z")
    })
    assert.strictEqual(it.total, "3")
    assert.deepStrictEqual(it.coverage, {
      expectedMs: 14_400_000,
      presentMs: 10_800_000,
      estimatedMs: 3_600_000
    })
    assert.isFalse(it.final)
    assert.deepStrictEqual(
      it.warnings.map((warning) => warning.code),
      ["incomplete"]
    )
  })
})

describe("percentages that do not apply", () => {
  it("are not on a bill outside their months: 10 × 1.20 in January, 10 in July", () => {
    const winter = percentOf("20", { active: { months: [1] } })
    const total = (day: string) =>
      bill(tariffOf([energyOf("1"), winter], utc), usageFrom(day, 60, [10])).total
    assert.strictEqual(total("2026-01-05T00:00:00Z"), "12")
    assert.strictEqual(total("2026-07-05T00:00:00Z"), "10")
  })
})
