import { assert, describe, it } from "vitest"
import { assigned, billAssignments } from "./assignments.ts"
import { bill, bills } from "./bill.ts"
import { billingPeriods } from "./billingPeriods.ts"
import { compile } from "./compile/compile.ts"
import { intervalOf } from "./contextFor.ts"
import { Refused } from "./Refused.ts"
import {
  between,
  constant,
  demandOf,
  energyOf,
  fixedOf,
  percentOf,
  sellOf,
  tariffOf,
  usageFrom,
  versionOf
} from "./tariff.fixture.ts"

const tiered = (first: string, second: string) =>
  energyOf({
    kind: "tiered",
    tiers: {
      steps: [{ upTo: "300" }, { upTo: null }],
      resets: "billingPeriod",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated"
    },
    prices: { "*": [first, second] }
  })

describe("H10, F43, F44, F45: a version that changes inside the period", () => {
  it("a reading across the change: 0.6 × 0.30 + 0.6 × 0.40 = 0.42", () => {
    const tariff = tariffOf([energyOf("0.30")], {}, versionOf("v2", "2026-06-16", [energyOf("0.40")]))
    const it = bill(tariff, usageFrom("2026-06-15T21:45:00Z", 30, [1.2]))
    assert.strictEqual(it.total, "0.42")
    assert.deepStrictEqual(
      it.lines.map((line) => [line.versionId, line.quantity]),
      [
        ["v1", "0.6"],
        ["v2", "0.6"]
      ]
    )
  })
  it("standing charge 0.40 then 0.50 a day: 15 × 0.40 + 15 × 0.50 = 13.50", () => {
    const tariff = tariffOf(
      [fixedOf("0.40", "day")],
      {},
      versionOf("v2", "2026-06-16", [fixedOf("0.50", "day")])
    )
    assert.strictEqual(bill(tariff, constant("2026-05-31T22:00:00Z", 1440, 30, 0)).total, "13.5")
  })
  const half: ReadonlyArray<number> = Array.from({ length: 60 }, (_, at) =>
    at === 10 || at === 50 ? 200 : 0
  )
  const june = usageFrom("2026-05-31T22:00:00Z", 720, half)
  const tariff = (tierProration: "byDays" | "none") => {
    const billing = { billing: { tierProration } }
    return tariffOf(
      [tiered("0.10", "0.20")],
      billing,
      versionOf("v2", "2026-06-16", [tiered("0.12", "0.24")], billing)
    )
  }
  it("limits by days (150 and 150): 25 + 30 = 55.00; one count through: 20 + 36 = 56.00", () => {
    assert.strictEqual(bill(tariff("byDays"), june).total, "55")
    assert.strictEqual(bill(tariff("none"), june).total, "56")
  })
  it("the first half of June is the same whether or not the change is known", () => {
    const first = { from: "2026-06-01", to: "2026-06-16" }
    const before = bill(tariffOf([tiered("0.10", "0.20")]), june, first)
    const after = bill(tariff("byDays"), june, first)
    assert.strictEqual(after.total, before.total)
    assert.deepStrictEqual(after.lines, before.lines)
  })
  it("E7: 5 kWh more on 20 June at 0.24 make June 56.20; the issued bill stays, 1.20 are added", () => {
    const issued = bill(tariff("byDays"), june)
    const copy = JSON.stringify(issued)
    const again = bill(tariff("byDays"), { ...june, importKwh: half.with(39, 5) })
    assert.strictEqual(again.total, "56.2")
    assert.strictEqual(JSON.stringify(issued), copy)
    assert.strictEqual((Number(again.total) - Number(issued.total)).toFixed(2), "1.20")
  })
  // 6 kW at 1 for 15 of 30 days and 4 kW at 2 for the other 15: 3 + 4; or 6 kW at 2.
  it("demand is that of each version by days, or the highest of the whole period at the last price", () => {
    const kwh = Array.from({ length: 720 }, (_, hour) => (hour === 5 ? 6 : hour === 500 ? 4 : 1))
    const of = (demandProration: "perVersion" | "wholePeriod") => {
      const billing = { billing: { demandProration } }
      const price = (price: string) => demandOf({ price: { kind: "price", price } })
      return bill(
        tariffOf([price("1")], billing, versionOf("v2", "2026-06-16", [price("2")], billing)),
        usageFrom("2026-05-31T22:00:00Z", 60, kwh)
      ).total
    }
    assert.strictEqual(of("perVersion"), "7")
    assert.strictEqual(of("wholePeriod"), "12")
  })
  it("demand of unequal parts: 6 kW at 30 for 10 of 30 days, 3 kW at 60 for 20: 60 + 120 = 180", () => {
    const kwh = Array.from({ length: 720 }, (_, hour) => (hour === 5 ? 6 : hour === 500 ? 3 : 1))
    const price = (price: string) => demandOf({ per: "month", price: { kind: "price", price } })
    const tariff = tariffOf([price("30")], {}, versionOf("v2", "2026-06-11", [price("60")]))
    const it = bill(tariff, usageFrom("2026-05-31T22:00:00Z", 60, kwh))
    assert.deepStrictEqual(
      it.lines.map((line) => [line.versionId, line.quantity, line.amount]),
      [
        ["v1", "2", "60"],
        ["v2", "2", "120"]
      ]
    )
    assert.deepStrictEqual(
      it.demand.map((peak) => peak.kw),
      ["6", "3"]
    )
  })
  it("a charge on another's demand has that of its own version: 6 × 2 and 4 × 2 by halves are 10", () => {
    const kwh = Array.from({ length: 720 }, (_, hour) => (hour === 5 ? 6 : hour === 500 ? 4 : 1))
    const charges = [
      demandOf({ price: { kind: "price", price: "0" } }),
      demandOf({ id: "grid", demandOf: "demand", price: { kind: "price", price: "2" } })
    ]
    const tariff = tariffOf(charges, {}, versionOf("v2", "2026-06-16", charges))
    assert.strictEqual(bill(tariff, usageFrom("2026-05-31T22:00:00Z", 60, kwh)).total, "10")
  })
  it("a day without a version is refused", () => {
    const v1 = { ...versionOf("v1", "2018-01-01", [energyOf("0.30")]), validTo: "2026-06-10" }
    const gone = { ...tariffOf([]), versions: [v1] } as const
    assert.throws(
      () => bill(gone, june),
      Refused,
      /no version of the tariff is in force from 2026-06-09T22:00:00Z/
    )
  })
})

describe("F45: proration of a short first bill", () => {
  it("moved in on the 16th of June: half a month's charge and half the tier", () => {
    const tariff = tariffOf([tiered("0.10", "0.20"), fixedOf("30", "month")], { zone: "UTC" })
    const usage = usageFrom("2026-06-16T00:00:00Z", 1440, [200, ...Array.from({ length: 14 }, () => 0)])
    // 15 of 30 days: 15.00 + 150 × 0.10 + 50 × 0.20
    assert.strictEqual(bill(tariff, usage, { from: "2026-06-16", to: "2026-07-01" }).total, "40")
  })
})

describe("E5, F46: billing cycles", () => {
  const periods = (day: number, from: string, to: string) => {
    const it = compile(tariffOf([], { billing: { cycle: { kind: "dayOfMonth", day } } }))
    return billingPeriods(it, intervalOf(it.clock, { from, to })).map((one) =>
      new Date(one.start + 7_200_000).toISOString().slice(0, 10)
    )
  }
  it("day 31: 31 January, 28 February, 31 March, each from the day itself", () => {
    assert.deepStrictEqual(periods(31, "2026-01-31", "2026-05-31"), [
      "2026-01-31",
      "2026-02-28",
      "2026-03-31",
      "2026-04-30"
    ])
  })
  it("15 March to 15 April has 31 days (743 hours): 15.50 at 0.50 a day", () => {
    const tariff = tariffOf([fixedOf("0.50", "day")], { billing: { cycle: { kind: "dayOfMonth", day: 15 } } })
    const it = bill(tariff, constant("2026-03-14T23:00:00Z", 60, 743, 0))
    assert.deepStrictEqual([it.fromDate, it.toDate, it.total], ["2026-03-15", "2026-04-15", "15.5"])
    assert.strictEqual(it.coverage.presentMs, 743 * 3_600_000)
  })
  it("meter-read dates", () => {
    const cycle = { kind: "dates", starts: ["2026-01-03", "2026-02-05", "2026-03-04"] } as const
    const tariff = tariffOf([fixedOf("1", "day")], { zone: "UTC", billing: { cycle } })
    const made = bills(tariff, constant("2026-01-03T00:00:00Z", 1440, 60, 1), {
      from: "2026-01-03",
      to: "2026-03-04"
    })
    assert.deepStrictEqual(
      made.map((one) => one.total),
      ["33", "27"]
    )
  })
})

describe("F47, F48: assignments", () => {
  const usage = constant("2026-06-01T00:00:00Z", 1440, 30, 10)
  const a = { ...tariffOf([energyOf("0.30")], { zone: "UTC" }), id: "a" }
  const b = {
    ...tariffOf([energyOf("0.20"), fixedOf("6", "month")], { zone: "UTC" }),
    id: "b",
    currency: "CHF"
  }
  it("until the 10th 10 × 10 × 0.30, then 20 × 10 × 0.20 + 4 in another currency", () => {
    const made = billAssignments(
      [
        { id: "1", locationId: "l", tariffId: "a", from: "2026-01-01", to: "2026-06-11" },
        { id: "2", locationId: "l", tariffId: "b", from: "2026-06-11" }
      ],
      [a, b],
      usage,
      { from: "2026-06-01", to: "2026-07-01" }
    )
    assert.deepStrictEqual(
      made.map((one) => [one.assignmentId, one.bill.total, one.bill.currency]),
      [
        ["1", "30", "EUR"],
        ["2", "44", "CHF"]
      ]
    )
  })
  it("import and export run side by side, each until the next of its own direction", () => {
    const made = billAssignments(
      [
        { id: "buy", locationId: "l", tariffId: "a", direction: "import", from: "2026-01-01" },
        { id: "sell", locationId: "l", tariffId: "b", direction: "export", from: "2026-06-11" }
      ],
      [a, b],
      usage,
      { from: "2026-06-01", to: "2026-07-01" }
    )
    // All 300 kWh at 0.30; from the 11th on 200 kWh at 0.20 and 20 of 30 days of 6.
    assert.deepStrictEqual(
      made.map((one) => [one.assignmentId, one.bill.total]),
      [
        ["buy", "90"],
        ["sell", "44"]
      ]
    )
  })
  const june = { from: "2026-06-01", to: "2026-07-01" }
  const at = (id: string, tariffId: string, from: string, extra: object = {}) => ({
    id,
    locationId: "l",
    tariffId,
    from,
    ...extra
  })
  it("two that overlap are refused by name, also where one is for both directions", () => {
    const of = (first: object, second: object) => () =>
      billAssignments(
        [at("1", "a", "2026-01-01", first), at("2", "b", "2026-06-11", second)],
        [a, b],
        usage,
        june
      )
    assert.throws(of({ to: "2026-06-21" }, {}), Refused, /"1" and "2" overlap from 2026-06-11/)
    assert.throws(of({ to: "2026-06-21" }, { direction: "import" }), Refused, /"1" and "2" overlap/)
    const apart = of({ to: "2026-06-21", direction: "export" }, { direction: "import" })
    assert.strictEqual(apart().length, 2)
  })
  it("two that begin on the same day are refused", () => {
    const both = [at("1", "a", "2026-06-01"), at("2", "b", "2026-06-01")]
    assert.throws(() => billAssignments(both, [a, b], usage, june), Refused, /"1" and "2" overlap/)
  })
  it("days of no assignment are named on the bill after them, and at the end on the last one", () => {
    const made = billAssignments(
      [at("1", "a", "2026-06-03", { to: "2026-06-06" }), at("2", "b", "2026-06-11", { to: "2026-06-21" })],
      [a, b],
      usage,
      june
    )
    assert.deepStrictEqual(
      made.map((one) => one.unbilled),
      [
        [{ from: "2026-06-01", to: "2026-06-03" }],
        [
          { from: "2026-06-06", to: "2026-06-11" },
          { from: "2026-06-21", to: "2026-07-01" }
        ]
      ]
    )
  })
  it("when one for both directions is followed by one for import, exports are named as not billed", () => {
    const made = billAssignments(
      [at("1", "a", "2026-01-01"), at("2", "b", "2026-06-11", { direction: "import" })],
      [a, b],
      usage,
      june
    )
    assert.deepStrictEqual(
      made.map((one) => one.unbilled),
      [[{ direction: "export", from: "2026-06-11", to: "2026-07-01" }], []]
    )
  })
  it("hands credits to the next of the same tariff, not to another one", () => {
    const ledger = {
      applyTo: {},
      sameMonth: true,
      match: "any",
      trueUp: { month: 12, left: "carry" }
    } as const
    const extra = { zone: "UTC", export: { kind: "netBilling", netting: "registers", ledger } } as const
    const s = { ...tariffOf([energyOf("1"), sellOf("1")], extra), id: "s" }
    const t = { ...s, id: "t" }
    // 10 kWh sold on the 1st are put aside; 4 kWh bought on the 15th are paid with them, or not.
    const bought = {
      start: Date.parse("2026-06-01T00:00:00Z"),
      stepMs: 86_400_000,
      importKwh: Array.from({ length: 30 }, (_, day) => (day === 14 ? 4 : 0)),
      exportKwh: Array.from({ length: 30 }, (_, day) => (day === 0 ? 10 : 0))
    }
    const of = (next: string) =>
      billAssignments([at("1", "s", "2026-01-01"), at("2", next, "2026-06-11")], [s, t], bought, june).map(
        (one) => [one.bill.total, one.bill.ledger.money.close]
      )
    assert.deepStrictEqual(of("s"), [
      ["0", "10"],
      ["0", "6"]
    ])
    assert.deepStrictEqual(of("t"), [
      ["0", "10"],
      ["4", "0"]
    ])
  })
  it("an agreed price and amount replace the tariff's", () => {
    const it = assigned(b, {
      id: "1",
      locationId: "l",
      tariffId: "b",
      from: "2026-01-01",
      overrides: [
        { chargeId: "energy", price: "0.15" },
        { chargeId: "fixed", amount: "5" }
      ]
    })
    assert.strictEqual(bill(it, usage).total, "50")
    assert.strictEqual(bill(b, usage).total, "66")
  })
  it("an override of a charge that is not there is refused", () => {
    const wrong = {
      id: "1",
      locationId: "l",
      tariffId: "b",
      from: "2026-01-01",
      overrides: [{ chargeId: "x", price: "1" }]
    }
    assert.throws(() => assigned(b, wrong), Refused, /no charge called "x"/)
  })
})

describe("H2, H5, H7: what arrives twice, late or after a register has gone round", () => {
  const rules = [{ period: "early", from: "00:00", to: "10:15" }] as const
  const sets = { s: { periods: [{ id: "early" }, { id: "late" }], default: "late", rules } } as const
  const price = { kind: "tou", set: "s", prices: { early: "0.10", late: "0.40" } } as const
  const tariff = tariffOf([energyOf(price)], { zone: "UTC", sets })
  const at = (kwh: ReadonlyArray<number>) => usageFrom("2026-06-01T10:00:00Z", 15, kwh)
  it("H7: estimated 1.5 and 1.5 kWh cost 0.75; measured 1.0 and 2.0 cost 0.90", () => {
    assert.strictEqual(bill(tariff, at([1.5, 1.5])).total, "0.75")
    assert.strictEqual(bill(tariff, at([1, 2])).total, "0.9")
  })
  it("H2: three intervals of 1.5 kWh over the roll-over are 4.5 kWh", () => {
    assert.strictEqual(bill(tariffOf([energyOf("1")], { zone: "UTC" }), at([1.5, 1.5, 1.5])).total, "4.5")
  })
  it("H5: an interval given three times is refused, not billed three times", () => {
    const start = Date.parse("2026-06-01T10:00:00Z")
    const thrice = { start: [start, start, start], stepMs: 900_000, importKwh: [0.25, 0.25, 0.25] }
    assert.throws(() => bill(tariff, thrice), Refused, /in order and not overlap/)
  })
})

describe("history", () => {
  it("making a bill again gives the same bytes, also from JSON", () => {
    const tariff = tariffOf([tiered("0.10", "0.20"), fixedOf("30", "year"), percentOf("19")])
    const usage = constant("2026-05-31T22:00:00Z", 60, 720, 1.234567)
    const first = JSON.stringify(bill(tariff, usage))
    assert.strictEqual(JSON.stringify(bill(JSON.parse(JSON.stringify(tariff)), usage)), first)
    assert.strictEqual(
      JSON.stringify(bill(tariff, usage, between("2026-05-31T22:00:00Z", "2026-06-30T22:00:00Z"))),
      first
    )
  })
})
