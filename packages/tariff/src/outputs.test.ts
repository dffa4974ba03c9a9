import { assert, describe, it } from "vitest"
import { cheapestWindow } from "./ahead/cheapest.ts"
import { marginal } from "./ahead/marginal.ts"
import { project } from "./ahead/project.ts"
import { bill } from "./bill.ts"
import { compare } from "./compare.ts"
import { explain } from "./explain.ts"
import { price } from "./price.ts"
import { reconcile } from "./reconcile.ts"
import {
  constant,
  dayNight,
  demandOf,
  energyOf,
  fixedOf,
  percentOf,
  sellOf,
  tariffOf,
  usageFrom
} from "./tariff.fixture.ts"
import { Refused } from "./Refused.ts"

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

describe("F53: projection", () => {
  it("ten days of 24 kWh become thirty-one: 10 × 24 so far, 744 expected, the same low and high", () => {
    const usage = constant("2026-01-01T00:00:00Z", 60, 240, 1)
    const it = project(
      tariffOf([energyOf("0.10"), fixedOf("1", "day")], utc),
      usage,
      Date.parse("2026-01-11T00:00:00Z")
    )
    assert.strictEqual(it.toDate.total, "55")
    assert.deepStrictEqual([it.low.total, it.expected.total, it.high.total], ["105.4", "105.4", "105.4"])
  })
  it("made-up readings are estimated: 21 of 31 days, and nothing expected is final", () => {
    const usage = constant("2026-01-01T00:00:00Z", 60, 240, 1)
    const it = project(tariffOf([energyOf("0.10")], utc), usage, Date.parse("2026-01-11T00:00:00Z"))
    assert.deepStrictEqual(it.expected.coverage, {
      expectedMs: 744 * 3_600_000,
      presentMs: 744 * 3_600_000,
      estimatedMs: 504 * 3_600_000
    })
    assert.deepStrictEqual([it.low.final, it.expected.final, it.high.final], [false, false, false])
    assert.strictEqual(it.toDate.coverage.estimatedMs, 0)
  })
  it("makes nothing up for what was used so far when readings lag: 2 kWh sold at 1, not 3", () => {
    const usage = {
      start: Date.parse("2026-01-01T00:00:00Z"),
      stepMs: 86_400_000,
      importKwh: [0, 0],
      exportKwh: [1, 1]
    }
    const it = project(tariffOf([sellOf("1")], utc), usage, Date.parse("2026-01-04T00:00:00Z"))
    assert.strictEqual(it.toDate.total, "-2")
  })
  it("days that vary give a range around what is expected", () => {
    const kwh = Array.from({ length: 240 }, (_, hour) => (Math.floor(hour / 24) % 2 === 0 ? 0.5 : 1.5))
    const it = project(
      tariffOf([energyOf("0.10")], utc),
      usageFrom("2026-01-01T00:00:00Z", 60, kwh),
      Date.parse("2026-01-11T00:00:00Z")
    )
    assert.isBelow(Number(it.low.total), Number(it.expected.total))
    assert.isAbove(Number(it.high.total), Number(it.expected.total))
  })
})

describe("F55: marginal price and the cheapest time", () => {
  it("a minute before the price changes it is the price of the quarter hour around it", () => {
    const dayAndNight = energyOf({ kind: "tou", set: "dn", prices: { day: "0.30", night: "0.10" } })
    const it = marginal(
      tariffOf([dayAndNight, percentOf("19")], { zone: "UTC", sets: dayNight }),
      undefined,
      Date.parse("2026-01-05T04:59:00Z")
    )
    // 0.10 × 1.19 now, 0.30 × 1.19 from five o'clock.
    assert.strictEqual(it.import, "0.119")
    assert.deepStrictEqual(it.next, { at: Date.parse("2026-01-05T05:00:00Z"), import: "0.357", export: "0" })
  })
  it("at 04:30 a kWh costs 0.10 × 1.2, from 05:00 on 0.30 × 1.2; an exported one brings 0.08 × 1.2", () => {
    const it = marginal(tariff, undefined, Date.parse("2026-01-05T04:30:00Z"))
    assert.deepStrictEqual(it, {
      at: Date.parse("2026-01-05T04:30:00Z"),
      import: "0.12",
      export: "-0.096",
      next: { at: Date.parse("2026-01-05T05:00:00Z"), import: "0.36", export: "-0.096" }
    })
  })
  it("is that of the tier reached so far", () => {
    const tiers = {
      steps: [{ upTo: "10" }, { upTo: null }],
      resets: "billingPeriod",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated"
    } as const
    const tiered = tariffOf([energyOf({ kind: "tiered", tiers, prices: { "*": ["0.1", "0.2"] } })], utc)
    const at = Date.parse("2026-01-06T00:00:00Z")
    const of = (kwh: number) =>
      marginal(tiered, usageFrom("2026-01-05T00:00:00Z", 60, [kwh]), at, {}, 3_600_000).import
    assert.deepStrictEqual([of(5), of(20)], ["0.1", "0.2"])
  })
  it("three hours and 6 kWh between 20:00 and 08:00 go to 00:00 at 0.12", () => {
    const it = cheapestWindow(tariff, undefined, {
      start: Date.parse("2026-01-05T20:00:00Z"),
      end: Date.parse("2026-01-06T08:00:00Z"),
      durationMs: 3 * 3_600_000,
      kwh: "6"
    })
    assert.deepStrictEqual(it, {
      start: Date.parse("2026-01-06T00:00:00Z"),
      end: Date.parse("2026-01-06T03:00:00Z"),
      price: "0.12",
      cost: "0.72"
    })
  })
  it("is refused under net metering by name", () => {
    const ledger = {
      applyTo: {},
      sameMonth: true,
      match: "any",
      trueUp: { month: 12, left: "carry" }
    } as const
    const netted = tariffOf([energyOf("0.1")], {
      export: { kind: "netMetering", window: "billingPeriod", surplus: "kWh", ledger }
    })
    assert.throws(
      () => marginal(netted, undefined, Date.parse("2026-01-05T00:00:00Z")),
      Refused,
      /net metering/
    )
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

describe("F58: a bill against a statement", () => {
  it("names rounding, quantity, price, and what only one side has", () => {
    const ours = bill(
      tariffOf([energyOf("0.30"), demandOf(), fixedOf("0.40", "day"), percentOf("10")], utc),
      constant("2026-01-01T00:00:00Z", 60, 744, 1)
    )
    const it = reconcile(ours, {
      currency: "EUR",
      total: "290",
      lines: [
        { label: "Energy", chargeId: "energy", amount: "222", quantity: "740", price: "0.30" },
        { label: "Standing charge", chargeId: "fixed", amount: "15.50", price: "0.50" },
        { label: "VAT", group: "tax", amount: "23.67" },
        { label: "Reminder", chargeId: "fee", amount: "3" }
      ]
    })
    assert.deepStrictEqual(
      it.components.map((one) => [one.component, one.difference, one.cause]),
      [
        ["Energy", "-1.2", "quantity"],
        ["Standing charge", "3.1", "price"],
        ["VAT", "0.01", "rounding"],
        ["Reminder", "3", "onlyInStatement"],
        ["Demand", "-1", "onlyInBill"]
      ]
    )
  })
  const cause = (currency: string, ours: string, theirs: string) =>
    reconcile(
      bill({ ...tariffOf([energyOf(ours)], utc), currency }, usageFrom("2026-01-01T00:00:00Z", 60, [1])),
      { currency, total: theirs, lines: [{ label: "Energy", chargeId: "energy", amount: theirs }] }
    ).components[0]?.cause
  it("two of the smallest coin are rounding: 2 yen, 0.02 euro, 0.002 dinar; a coin more is not", () => {
    assert.deepStrictEqual([cause("JPY", "100", "102"), cause("JPY", "100", "103")], ["rounding", "other"])
    assert.deepStrictEqual(
      [cause("EUR", "100", "100.02"), cause("EUR", "100", "100.03")],
      ["rounding", "other"]
    )
    assert.deepStrictEqual(
      [cause("KWD", "100", "100.002"), cause("KWD", "100", "100.003")],
      ["rounding", "other"]
    )
  })
  it("a statement in another currency is refused by name", () => {
    const ours = bill(tariffOf([energyOf("1")], utc), usageFrom("2026-01-01T00:00:00Z", 60, [1]))
    assert.throws(
      () => reconcile(ours, { currency: "CHF", total: "1", lines: [] }),
      Refused,
      /the statement is in CHF, the bill in EUR/
    )
  })
})

describe("percentages that do not apply", () => {
  it("are not part of the marginal price: 0.30, or 0.36 with 20 %", () => {
    const tariff = tariffOf([energyOf("0.30"), { ...percentOf("20"), active: { appliesIf: "taxed" } }], utc)
    const at = Date.parse("2026-01-05T00:00:00Z")
    assert.strictEqual(marginal(tariff, undefined, at).import, "0.3")
    assert.strictEqual(marginal(tariff, undefined, at, { params: { taxed: true } }).import, "0.36")
  })
  it("nor on a bill outside their months: 10 × 1.20 in January, 10 in July", () => {
    const winter = percentOf("20", { active: { months: [1] } })
    const total = (day: string) =>
      bill(tariffOf([energyOf("1"), winter], utc), usageFrom(day, 60, [10])).total
    assert.strictEqual(total("2026-01-05T00:00:00Z"), "12")
    assert.strictEqual(total("2026-07-05T00:00:00Z"), "10")
  })
})
