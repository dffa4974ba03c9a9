import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import type { Tiers } from "./model/Tiers.ts"
import { Refused } from "./Refused.ts"
import { between, constant, energyOf, percentOf, sellOf, tariffOf, usageFrom } from "./tariff.fixture.ts"

const tiers = (extra: Partial<Tiers> = {}): Tiers => ({
  steps: [{ upTo: "300" }, { upTo: null }],
  resets: "billingPeriod",
  counts: "allPeriods",
  allocate: "chronological",
  mode: "graduated",
  ...extra
})

const utc = { zone: "UTC" } as const

describe("prices of energy", () => {
  it("F7: flat, 3 kWh at 0.245 = 0.735", () => {
    assert.strictEqual(
      bill(tariffOf([energyOf("0.245")]), constant("2026-01-05T00:00:00Z", 60, 3, 1)).total,
      "0.735"
    )
  })
  it("F8, H9: a tier passed inside an interval: 1.5 × 0.10 + 2.5 × 0.20 = 0.65", () => {
    const tariff = tariffOf([energyOf({ kind: "tiered", tiers: tiers(), prices: { "*": ["0.10", "0.20"] } })])
    const it = bill(tariff, usageFrom("2026-01-05T00:00:00Z", 60, [298.5, 4]))
    assert.strictEqual(it.total, String(298.5 * 0.1 + 0.65))
    assert.deepStrictEqual(
      it.lines.map((line) => line.quantity),
      ["300", "2.5"]
    )
  })
  it("H9: 2 late kWh earlier in the month move the interval up: 300 × 0.10 + 4.5 × 0.20", () => {
    const tariff = tariffOf([energyOf({ kind: "tiered", tiers: tiers(), prices: { "*": ["0.10", "0.20"] } })])
    assert.strictEqual(bill(tariff, usageFrom("2026-01-05T00:00:00Z", 60, [300.5, 4])).total, "30.9")
  })
  it("F9: 10 kWh a day in a month of 31: 310 × 0.10 + 90 × 0.20 = 49", () => {
    const price = {
      kind: "tiered",
      tiers: tiers({ steps: [{ upTo: "10" }, { upTo: null }], unit: "kWh/day" }),
      prices: { "*": ["0.10", "0.20"] }
    } as const
    assert.strictEqual(
      bill(tariffOf([energyOf(price)]), usageFrom("2026-01-05T00:00:00Z", 60, [400])).total,
      "49"
    )
  })
  it("F9: tiers that begin again each day: two days of 12 kWh are 2 × (10 × 0.10 + 2 × 0.20) = 2.80", () => {
    const price = {
      kind: "tiered",
      tiers: tiers({ steps: [{ upTo: "10" }, { upTo: null }], resets: "day" }),
      prices: { "*": ["0.10", "0.20"] }
    } as const
    assert.strictEqual(
      bill(tariffOf([energyOf(price)], utc), constant("2026-01-05T00:00:00Z", 720, 4, 6)).total,
      "2.8"
    )
  })
  it("F10: 200 hours of use of a 3 kW peak are 600 kWh: 600 × 0.10 + 102 × 0.05 = 65.10", () => {
    const price = {
      kind: "tiered",
      tiers: tiers({ steps: [{ upTo: "200" }, { upTo: null }], unit: "kWh/kW" }),
      prices: { "*": ["0.10", "0.05"] }
    } as const
    // 234 hours of 3 kWh.
    assert.strictEqual(
      bill(tariffOf([energyOf(price)]), constant("2026-01-05T00:00:00Z", 60, 234, 3)).total,
      "65.1"
    )
  })
  it("F11: in time order and in proportion differ: 350 kWh of day, then 50 kWh of night", () => {
    const sets = {
      s: {
        periods: [{ id: "d" }, { id: "n" }],
        default: "d",
        rules: [{ period: "n", from: "12:00", to: "24:00" }]
      }
    } as const
    const of = (allocate: "chronological" | "proportional") =>
      bill(
        tariffOf(
          [
            energyOf({
              kind: "tiered",
              set: "s",
              tiers: tiers({ allocate }),
              prices: { d: ["1", "2"], n: ["3", "5"] }
            })
          ],
          { ...utc, sets }
        ),
        usageFrom("2026-01-05T00:00:00Z", 720, [350, 50])
      ).total
    // In time: 300 × 1 + 50 × 2 + 50 × 5. In proportion 7 : 1: 262.5 × 1 + 87.5 × 2 + 37.5 × 3 + 12.5 × 5.
    assert.strictEqual(of("chronological"), "650")
    assert.strictEqual(of("proportional"), "612.5")
  })
  it("F12: volume, all 301 kWh at the price of the tier they reach: 60.20; 300 stay in the first: 30", () => {
    const price = {
      kind: "tiered",
      tiers: tiers({ mode: "volume" }),
      prices: { "*": ["0.10", "0.20"] }
    } as const
    const of = (kwh: number) =>
      bill(tariffOf([energyOf(price)]), usageFrom("2026-01-05T00:00:00Z", 60, [kwh])).total
    assert.strictEqual(of(301), "60.2")
    assert.strictEqual(of(300), "30")
  })
  it("F13: baseline credit of 0.09 for the first 9.8 kWh a day: 400 × 0.40 − 303.8 × 0.09 = 132.658", () => {
    const credit = energyOf(
      {
        kind: "tiered",
        tiers: tiers({ steps: [{ upTo: "9.8" }, { upTo: null }], unit: "kWh/day" }),
        prices: { "*": ["-0.09", "0"] }
      },
      { id: "baseline", label: "Baseline credit" }
    )
    const tariff = tariffOf([energyOf("0.40"), credit])
    assert.strictEqual(bill(tariff, usageFrom("2026-01-05T00:00:00Z", 60, [400])).total, "132.658")
  })
  it("F16: monthly adders, 100 kWh in January at 0.011 and in February at −0.004", () => {
    const prices = ["0.011", "-0.004", ...Array.from({ length: 10 }, () => "0")]
    const tariff = tariffOf([energyOf({ kind: "monthly", prices })], utc)
    const usage = constant("2026-01-31T00:00:00Z", 1440, 2, 100)
    assert.deepStrictEqual(
      bills(tariff, usage, { from: "2026-01-01", to: "2026-03-01" }).map((one) => one.total),
      ["1.1", "-0.4"]
    )
  })
  it("F17: free from 11:00 to 14:00 up to 5 kWh: 7 kWh then and 1 later are 2 × 0.30 + 1 × 0.30", () => {
    const sets = {
      s: {
        periods: [{ id: "free" }, { id: "rest" }],
        default: "rest",
        rules: [{ period: "free", from: "11:00", to: "14:00" }]
      }
    } as const
    const price = {
      kind: "tiered",
      set: "s",
      tiers: tiers({ steps: [{ upTo: "5" }, { upTo: null }], resets: "day", counts: "eachPeriod" }),
      prices: { free: ["0", "0.30"], rest: ["0.30", "0.30"] }
    } as const
    const usage = usageFrom(
      "2026-01-05T00:00:00Z",
      60,
      Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 7 : hour === 20 ? 1 : 0))
    )
    assert.strictEqual(bill(tariffOf([energyOf(price)], { ...utc, sets }), usage).total, "0.9")
  })
})

const spot = (values: ReadonlyArray<number | null>, stepSeconds = 3600) => ({
  spot: { id: "spot", unit: "EUR/kWh", start: Date.parse("2026-01-05T00:00:00Z"), stepSeconds, values }
})
const series = { kind: "series", series: "spot", whenMissing: "error" } as const

describe("H3, F14, F15: prices that follow a series", () => {
  const one = (
    values: ReadonlyArray<number | null>,
    kwh: ReadonlyArray<number>,
    ...charges: Parameters<typeof tariffOf>[0]
  ) =>
    bill(tariffOf(charges, utc), usageFrom("2026-01-05T00:00:00Z", 60, kwh), undefined, {
      series: spot(values)
    }).total

  it("(a) import of 2 kWh at −0.05 is a credit of 0.10", () => {
    assert.strictEqual(one([-0.05], [2], energyOf(series)), "-0.1")
  })
  it("(b) with 0.18 on top and 19 % VAT: 2 × (−0.05 + 0.18) × 1.19 = 0.3094", () => {
    assert.strictEqual(
      one([-0.05], [2], energyOf({ ...series, plus: { kind: "flat", price: "0.18" } }), percentOf("19")),
      "0.3094"
    )
  })
  it("rounded prices are rounded before they meet energy: 10 × 0.12 + 10 × 0.13, not 20 × 0.1249", () => {
    const rounding = { price: { places: 2, mode: "half-up" } } as const
    const tariff = tariffOf([energyOf(series)], { ...utc, billing: { rounding } })
    const usage = usageFrom("2026-01-05T00:00:00Z", 60, [10, 10])
    const options = { series: spot([0.12345, 0.12635]) }
    assert.strictEqual(bill(tariff, usage, undefined, options).total, "2.5")
  })
  const exported = (price: Parameters<typeof sellOf>[0]) =>
    bill(
      tariffOf([sellOf(price)], utc),
      { start: Date.parse("2026-01-05T00:00:00Z"), stepMs: 3_600_000, exportKwh: [3] },
      undefined,
      {
        series: spot([-0.05])
      }
    ).total
  it("(c) export of 3 kWh at −0.05 costs 0.15", () => {
    assert.strictEqual(exported(series), "0.15")
  })
  it("(d) feed-in of 0.07 with nothing while the market is below zero: 0; without the clause 0.21", () => {
    assert.strictEqual(
      exported({ ...series, times: "0", plus: { kind: "flat", price: "0.07" }, whenNegative: "zero" }),
      "0"
    )
    assert.strictEqual(exported("0.07"), "-0.21")
  })
  it("(e) 1 kWh at −0.10 and 3 kWh at 0.20 cost 0.50, 0.125 per kWh", () => {
    assert.strictEqual(one([-0.1, 0.2], [1, 3], energyOf(series)), "0.5")
  })
  it("multiplier, floor and cap: 1.02 × 0.5 capped at 0.4, 1.02 × −0.3 not below −0.1, 1.02 × 0.1", () => {
    const price = { ...series, times: "1.02", floor: "-0.1", cap: "0.4" }
    assert.strictEqual(one([0.5, -0.3, 0.1], [1, 1, 1], energyOf(price)), "0.402")
  })
  it("an adder by period: 0.10 + 0.05 before 01:00, 0.10 + 0.02 after", () => {
    const sets = {
      s: {
        periods: [{ id: "a" }, { id: "b" }],
        default: "b",
        rules: [{ period: "a", from: "00:00", to: "01:00" }]
      }
    } as const
    const price = { ...series, plus: { kind: "tou", set: "s", prices: { a: "0.05", b: "0.02" } } } as const
    const tariff = tariffOf([energyOf(price)], { ...utc, sets })
    assert.strictEqual(
      bill(tariff, usageFrom("2026-01-05T00:00:00Z", 60, [1, 1]), undefined, { series: spot([0.1, 0.1]) })
        .total,
      "0.27"
    )
  })
  it("the hourly mean of four quarter hours: (0.1 + 0.2 + 0.3 + 0.6) / 4 = 0.3 in every quarter", () => {
    const tariff = tariffOf([energyOf({ ...series, average: "hour" })], utc)
    const it = bill(tariff, usageFrom("2026-01-05T00:00:00Z", 15, [4, 0, 0, 0]), undefined, {
      series: spot([0.1, 0.2, 0.3, 0.6], 900)
    })
    assert.strictEqual(it.total, "1.2")
  })
  it("quarter-hour prices on an hourly reading: 4 kWh are 1 kWh at each, 1.2", () => {
    const it = bill(
      tariffOf([energyOf(series)], utc),
      usageFrom("2026-01-05T00:00:00Z", 60, [4]),
      undefined,
      {
        series: spot([0.1, 0.2, 0.3, 0.6], 900)
      }
    )
    assert.strictEqual(it.total, "1.2")
    assert.include(
      it.warnings.map((warning) => warning.code),
      "divided"
    )
  })
  it("missing: refused by time, held, or a price of its own", () => {
    const of = (whenMissing: "error" | "hold" | "0.5") =>
      one([0.1, null], [1, 1], energyOf({ ...series, whenMissing }))
    assert.throws(() => of("error"), Refused, /no price at 2026-01-05T01:00:00Z/)
    assert.strictEqual(of("hold"), "0.2")
    assert.strictEqual(of("0.5"), "0.6")
  })
})

describe("H8: a reading across a price change", () => {
  it("4.7 kWh from 09:50 to 10:37, 0.20 before 10:00 and 0.50 after: 1.0 × 0.20 + 3.7 × 0.50 = 2.05", () => {
    const sets = {
      s: { periods: [{ id: "a" }, { id: "b" }], default: "a", rules: [{ period: "b", from: "10:00" }] }
    } as const
    const tariff = tariffOf([energyOf({ kind: "tou", set: "s", prices: { a: "0.20", b: "0.50" } })], {
      ...utc,
      sets
    })
    const usage = {
      start: [Date.parse("2026-01-05T09:50:00Z")],
      end: [Date.parse("2026-01-05T10:37:00Z")],
      importKwh: [4.7]
    }
    const it = bill(tariff, usage, between("2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"))
    assert.strictEqual(it.total, "2.05")
    assert.deepStrictEqual(
      it.lines.map((line) => line.quantity),
      ["1", "3.7"]
    )
    assert.include(
      it.warnings.map((warning) => warning.code),
      "divided"
    )
  })
})
