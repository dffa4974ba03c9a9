import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import { check } from "./check/check.ts"
import type { Charge } from "./model/charge/Charge.ts"
import { Refused } from "./Refused.ts"
import { constant, demandOf, tariffOf, usageFrom } from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const quarters = (kwh: ReadonlyArray<number | null>) => usageFrom("2026-01-05T00:00:00Z", 15, kwh)
const of = (charge: Charge, usage = quarters([1, 2, 1, 1]), options: Parameters<typeof bill>[3] = {}) =>
  bill(tariffOf([charge], utc), usage, undefined, options)

describe("E6, F18–F21: the demand of a period", () => {
  it("2.0 kWh in a quarter hour are 8.0 kW, at that quarter hour", () => {
    const it = of(demandOf())
    assert.strictEqual(it.total, "8")
    assert.deepStrictEqual(it.demand[0], {
      chargeId: "demand",
      kw: "8",
      actualKw: "8",
      at: Date.parse("2026-01-05T00:15:00Z"),
      source: "actual"
    })
  })
  it("F21: over clocked half hours 3 kWh are 6 kW, over an hour 5 kW", () => {
    assert.strictEqual(of(demandOf({ minutes: 30 })).total, "6")
    assert.strictEqual(of(demandOf({ minutes: 60 })).total, "5")
  })
  it("a quarter hour that is missing is unknown, not zero, and the bill says so", () => {
    const it = of(demandOf({ minutes: 30 }), quarters([3, null, 1, 1]))
    assert.strictEqual(it.total, "4")
    assert.include(
      it.warnings.map((warning) => warning.code),
      "demand-incomplete"
    )
    assert.isFalse(it.final)
  })
  it("readings longer than the minutes give the least it can have been", () => {
    const it = of(demandOf({ minutes: 15 }), usageFrom("2026-01-05T00:00:00Z", 60, [4]))
    assert.strictEqual(it.total, "4")
    assert.include(
      it.warnings.map((warning) => warning.code),
      "demand-long"
    )
  })
  it("of two highest the first wins", () => {
    assert.strictEqual(of(demandOf(), quarters([1, 2, 2])).demand[0]?.at, Date.parse("2026-01-05T00:15:00Z"))
  })
  it("a reading belongs to the period it begins in: 4 kWh from 00:00 are not in 00:30–01:00", () => {
    const rules = [{ period: "b", from: "00:30", to: "01:30" }] as const
    const sets = { s: { periods: [{ id: "a" }, { id: "b" }], default: "a", rules } } as const
    const charge = demandOf({ pick: { set: "s", periods: ["b"] } })
    const usage = usageFrom("2026-01-05T00:00:00Z", 60, [4, 3, 1])
    assert.strictEqual(bill(tariffOf([charge], { ...utc, sets }), usage).total, "3")
  })
  it("F19: only in periods: 07:00–07:30 at 4 kW", () => {
    const sets = {
      s: {
        periods: [{ id: "a" }, { id: "b" }],
        default: "a",
        rules: [{ period: "b", from: "00:30", to: "01:00" }]
      }
    } as const
    const tariff = tariffOf([demandOf({ pick: { set: "s", periods: ["b"] } })], { ...utc, sets })
    assert.strictEqual(bill(tariff, quarters([1, 2, 1, 1])).total, "4")
  })
  it("F20: tiers of demand: 5 kW at 2 and 3 kW at 4 = 22", () => {
    assert.strictEqual(
      of(demandOf({ price: { kind: "tiered", upTo: ["5", null], prices: ["2", "4"] } })).total,
      "22"
    )
  })
  it("F26: by the day: 8 kW on Monday and 4 kW on Tuesday at 1.00", () => {
    const kwh = Array.from({ length: 192 }, (_, at) => (at === 10 ? 2 : at === 100 ? 1 : 0.1))
    const it = of(demandOf({ per: "day" }), quarters(kwh))
    assert.strictEqual(it.total, "12")
    assert.strictEqual(it.lines[0]?.unit, "kW·d")
  })
  it("F27: kVA from apparent energy", () => {
    const usage = { ...quarters([1, 1]), apparentKvah: [1.25, 1.5] }
    assert.strictEqual(of(demandOf({ unit: "kVA" }), usage).total, "6")
  })
})

/** A year of months with one quarter hour of so many kW each, else nothing. */
const months = (kw: ReadonlyArray<number>) => {
  const starts = kw.map((_, month) => Date.UTC(2026, month, 2))
  return {
    start: starts.flatMap((start) => [start, start + 900_000]),
    end: starts.flatMap((start) => [start + 900_000, start + 1_800_000]),
    importKwh: kw.flatMap((one) => [one / 4, 0])
  }
}

describe("F22: ratchets", () => {
  const ratchet = { percent: "80", lookbackMonths: 2, useActual: true } as const
  it("80 % of exactly the two months before: 10 counts 8 in February and March, not in April", () => {
    // March sees January's 10 (8.0), April sees February's 2 (1.6) and March's 2.
    const totals = bills(
      tariffOf([demandOf({ ratchet, minutes: 15 })], utc),
      months([10, 2, 2, 2]),
      { from: "2026-01-01", to: "2026-05-01" },
      {
        priorPeaksKw: Array.from({ length: 12 }, () => "0")
      }
    ).map((one) => one.total)
    assert.deepStrictEqual(totals, ["10", "8", "8", "2"])
  })
  it("earlier months that are not known are refused, never zero", () => {
    assert.throws(() => of(demandOf({ ratchet })), Refused, /the demand of 2025-11 is needed/)
  })
  it("November does not set January when one month is looked back", () => {
    const priorPeaksKw = ["0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "100", "5"]
    const one = { percent: "100", lookbackMonths: 1, useActual: true } as const
    assert.strictEqual(of(demandOf({ ratchet: one }), quarters([1]), { priorPeaksKw }).total, "5")
  })
  it("a floor of 2.5 kW, and the source says so", () => {
    const it = of(demandOf({ floorKw: "2.5" }), quarters([0.5]))
    assert.strictEqual(it.total, "2.5")
    assert.strictEqual(it.demand[0]?.source, "floor")
  })
})

describe("F23: means", () => {
  it("of the three highest hours on different days: (5 + 4 + 3) / 3 = 4, where one day has 5 and 4.9", () => {
    const kwh = Array.from({ length: 96 }, () => 0.5)
    kwh[3] = 5
    kwh[4] = 4.9
    kwh[30] = 4
    kwh[50] = 3
    const usage = usageFrom("2026-01-05T00:00:00Z", 60, kwh)
    assert.strictEqual(
      of(demandOf({ statistic: { kind: "meanTop", n: 3, distinctDays: true } }), usage).total,
      "4"
    )
    const sum = (5 + 4.9 + 4) / 3
    const together = of(demandOf({ statistic: { kind: "meanTop", n: 3, distinctDays: false } }), usage).total
    assert.closeTo(Number(together), sum, 1e-11)
  })
  it("of twelve monthly maxima of 2.5 kW at least: (11 × 2.5 + 14.5) / 12 = 3.5", () => {
    const charge = demandOf({ minutes: 15, statistic: { kind: "meanOfMonths", months: 12 }, floorKw: "2.5" })
    const kw = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 14.5]
    const totals = bills(tariffOf([charge], utc), months(kw), "2026").map((one) => one.total)
    assert.strictEqual(totals[0], "2.5")
    assert.strictEqual(totals[11], "3.5")
  })
})

describe("F24, F25: classes, contracts and events", () => {
  const step = (thresholdIncluded: boolean) =>
    demandOf({ price: { kind: "step", above: ["5", "8"], amounts: ["10", "20", "30"], thresholdIncluded } })
  it("8 kW on the border belongs to the class below if thresholds are included", () => {
    assert.strictEqual(of(step(true)).total, "20")
    assert.strictEqual(of(step(false)).total, "30")
  })
  it("contracted 6 kW at 2 and 2 above at 5: 22; 8 of contracted 20 is at least 60 %: 12 × 2 = 24", () => {
    const charge = (bill: "contracted" | "used") =>
      demandOf({
        price: {
          kind: "contracted",
          param: "contractedKw",
          price: "2",
          overPrice: "5",
          bill,
          atLeastPercent: "60"
        }
      })
    assert.strictEqual(of(charge("contracted"), undefined, { params: { contractedKw: 6 } }).total, "22")
    assert.strictEqual(of(charge("used"), undefined, { params: { contractedKw: "20" } }).total, "24")
    assert.throws(() => of(charge("used")), Refused, /contracted capacity/)
  })
  it("what cannot be said of a single day is refused by name, not left out", () => {
    for (const [field, extra] of [
      ["floorKw", { floorKw: "5" }],
      ["statistic", { statistic: { kind: "meanTop", n: 2, distinctDays: false } }]
    ] as const) {
      const [problem] = check(tariffOf([demandOf({ per: "day", ...extra })], utc))
      assert.strictEqual(problem?.path, `versions[0].charges[0].${field}`)
      assert.match(problem?.message ?? "", /charged by the day/)
    }
  })
  it("contracted 5 kW by the day at 1: 31 days of January are 155, though only 10 have readings", () => {
    const charge = demandOf({
      per: "day",
      price: { kind: "contracted", param: "contractedKw", price: "1", bill: "contracted" }
    })
    const usage = constant("2026-01-01T00:00:00Z", 60, 240, 1)
    const it = bill(tariffOf([charge], utc), usage, "2026-01", { params: { contractedKw: 5 } })
    assert.strictEqual(it.total, "155")
  })
  it("F25: the mean of the readings at the grid's peaks, 4 and 8 kW: 6", () => {
    const events = {
      peaks: {
        id: "peaks",
        unit: "kW",
        points: [
          { start: Date.parse("2026-01-05T00:00:00Z"), end: Date.parse("2026-01-05T00:30:00Z"), value: 1 }
        ]
      }
    }
    const charge = demandOf({ statistic: { kind: "coincident", events: "peaks", of: "mean" } })
    assert.strictEqual(of(charge, quarters([1, 2, 9]), { series: events }).total, "6")
  })
  it("charged only where the highest demand of all falls", () => {
    const sets = {
      s: {
        periods: [{ id: "a" }, { id: "b" }],
        default: "a",
        rules: [{ period: "b", from: "00:30", to: "01:00" }]
      }
    } as const
    const charge = (id: string) => demandOf({ id, pick: { set: "s", periods: [id], onlyAtPeak: true } })
    const it = bill(tariffOf([charge("a"), charge("b")], { ...utc, sets }), quarters([1, 2, 1, 1]))
    assert.deepStrictEqual(
      it.lines.map((line) => [line.chargeId, line.amount]),
      [["a", "8"]]
    )
  })
  it("a year of constant load has that load as its demand", () => {
    assert.strictEqual(of(demandOf(), constant("2026-01-01T00:00:00Z", 60, 744, 1.5)).total, "1.5")
  })
})

describe("demand per year", () => {
  const year = (extra: Partial<Parameters<typeof demandOf>[0]> = {}) =>
    demandOf({ per: "year", minutes: 15, price: { kind: "price", price: "36.5" }, ...extra })
  it("36.50 per kW: 4 kW in January are 31 days of it, then 6 and again 6 of the peak so far", () => {
    const made = bills(tariffOf([year()], utc), months([4, 6, 2]), { from: "2026-01-01", to: "2026-04-01" })
    // 0.10 per kW and day: 31 × 4, 28 × 6, 31 × 6 tenths.
    assert.deepStrictEqual(
      made.map((one) => one.total),
      ["12.4", "16.8", "18.6"]
    )
    assert.deepStrictEqual(
      made.map((one) => [one.demand[0]?.kw, one.demand[0]?.actualKw]),
      [
        ["4", "4"],
        ["6", "6"],
        ["6", "2"]
      ]
    )
  })
  it("a whole year of 4 kW is 146 in twelve bills as in one, and the next year begins anew", () => {
    const load = months([4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2])
    const made = bills(tariffOf([year()], utc), load, { from: "2026-01-01", to: "2027-02-01" })
    const cents = made.map((one) => Math.round(Number(one.total) * 100))
    assert.strictEqual(
      cents.slice(0, 12).reduce((sum, one) => sum + one, 0),
      14_600
    )
    assert.strictEqual(made[12]?.total, "6.2")
    assert.strictEqual(bill(tariffOf([year()], utc), load, "2026").total, "146")
  })
  it("a bill over New Year has each year's own peak: 17 days of 4 kW, 14 days of 2 kW", () => {
    const usage = {
      start: [Date.parse("2026-12-20T00:00:00Z"), Date.parse("2027-01-05T00:00:00Z")],
      stepMs: 900_000,
      importKwh: [1, 0.5]
    }
    const it = bill(tariffOf([year()], utc), usage, { from: "2026-12-15", to: "2027-01-15" })
    assert.strictEqual(it.total, "9.6")
    assert.strictEqual(new Set(it.lines.map((line) => line.id)).size, 2)
  })
  it("without the bills before says that the peak is only that of the bill; earlier peaks are used", () => {
    const february = usageFrom("2026-02-02T00:00:00Z", 15, [1])
    const it = bill(tariffOf([year()], utc), february, "2026-02")
    assert.deepStrictEqual(
      [it.total, it.warnings.some((warning) => warning.code === "demand-history")],
      ["11.2", true]
    )
    const priorPeaksKw = ["10", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "50"]
    const known = bill(tariffOf([year()], utc), february, "2026-02", { priorPeaksKw })
    assert.deepStrictEqual(
      [known.total, known.warnings.some((warning) => warning.code === "demand-history")],
      ["28", false]
    )
  })
  it("a mean of the year's highest is refused in a bill of a month", () => {
    const charge = year({ statistic: { kind: "meanTop", n: 3, distinctDays: true } })
    assert.throws(
      () => bill(tariffOf([charge], utc), months([4]), "2026-01"),
      Refused,
      /Demand is a mean over the year/
    )
  })
})
