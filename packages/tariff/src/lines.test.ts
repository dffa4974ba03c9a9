import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import type { Charge } from "./model/charge/Charge.ts"
import {
  constant,
  energyOf,
  fixedOf,
  percentOf,
  sellOf,
  tariffOf,
  usageFrom,
  versionOf
} from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const january = constant("2026-01-01T00:00:00Z", 1440, 31, 10)
const june = constant("2026-06-01T00:00:00Z", 1440, 30, 10)

describe("F28: fixed charges", () => {
  const of = (charge: Charge, usage = january) => bill(tariffOf([charge], utc), usage).total
  it("per day 31 × 0.35, per month, per year 365 × 31/365", () => {
    assert.strictEqual(of(fixedOf("0.35", "day")), "10.85")
    assert.strictEqual(of(fixedOf("9.50", "month")), "9.5")
    assert.strictEqual(of(fixedOf("9.50", "billingPeriod")), "9.5")
    assert.strictEqual(of(fixedOf("365", "year")), "31")
    assert.strictEqual(of(fixedOf("365", "year", "none")), "365")
    assert.strictEqual(of(fixedOf("365", "year", "none"), june), "0")
  })
})

const minimum = (
  amount: string,
  extra: Partial<Extract<Charge, { readonly kind: "minimum" | "maximum" }>> = {}
): Charge => ({
  kind: "minimum",
  id: "minimum",
  label: "Minimum",
  group: "other",
  amount,
  per: "billingPeriod",
  base: {},
  credits: "after",
  ...extra
})

describe("F29: minimum and maximum", () => {
  it("raises 7.75 to 10 and leaves 20 alone; a maximum lowers 20 to 15", () => {
    const of = (price: string, charge: Charge) =>
      bill(tariffOf([energyOf(price), charge], utc), january).total
    assert.strictEqual(of("0.025", minimum("10")), "10")
    assert.strictEqual(of("0.1", minimum("10")), "31")
    assert.strictEqual(of("0.1", minimum("15", { kind: "maximum", id: "maximum" })), "15")
  })
  it("before credits: 31 is above 20 although 25 of credit follow", () => {
    const usage = { ...january, exportKwh: Array.from({ length: 31 }, (_, at) => (at === 0 ? 250 : 0)) }
    const of = (credits: "before" | "after") =>
      bill(tariffOf([energyOf("0.1"), sellOf("0.1"), minimum("20", { credits })], utc), usage).total
    assert.strictEqual(of("before"), "6")
    assert.strictEqual(of("after"), "20")
  })
  it("a sum below zero is raised, or keeps its credit: −10 with a minimum of 5 is 5, or −5", () => {
    const usage = {
      start: Date.parse("2026-01-01T00:00:00Z"),
      stepMs: 86_400_000,
      exportKwh: Array.from({ length: 31 }, (_, at) => (at === 0 ? 100 : 0))
    }
    const of = (negative: "raise" | "keep") =>
      bill(tariffOf([sellOf("0.1"), minimum("5", { negative })], utc), usage).total
    assert.strictEqual(of("raise"), "5")
    assert.strictEqual(of("keep"), "-5")
  })
  it("a yearly minimum counts monthly ones: 12 × 10 is already 120, so nothing is added", () => {
    const charges = [minimum("10"), minimum("120", { id: "year", per: "year" })]
    const made = bills(tariffOf(charges, utc), constant("2026-01-01T00:00:00Z", 1440, 365, 0), "2026")
    assert.strictEqual(
      made.reduce((sum, one) => sum + Number(one.total), 0),
      120
    )
    const more = bills(
      tariffOf([minimum("10"), minimum("150", { id: "year", per: "year" })], utc),
      january,
      "2026"
    )
    assert.strictEqual(more[11]?.total, "40")
  })
})

describe("F30, F31: percentages, discounts and fees", () => {
  it("by their order: 5 % levy on 31, then 20 % tax on 31 + 1.55 = 39.06", () => {
    const levy = percentOf("5", { id: "levy", group: "levy", base: { groups: ["supply"] }, order: 1 })
    const tax = percentOf("20", { order: 2 })
    assert.strictEqual(bill(tariffOf([energyOf("0.1"), tax, levy], utc), january).total, "39.06")
  })
  it("a tax on the supply only", () => {
    const tax = percentOf("20", { base: { groups: ["supply"] } })
    assert.strictEqual(
      bill(tariffOf([energyOf("0.1"), fixedOf("10", "month"), tax], utc), january).total,
      "47.2"
    )
  })
  it("a discount of 10 % on energy, not on the standing charge: 31 + 10 − 3.10", () => {
    const discount = percentOf("-10", { id: "discount", group: "supply", base: { ids: ["energy"] } })
    assert.strictEqual(
      bill(tariffOf([energyOf("0.1"), fixedOf("10", "month"), discount], utc), january).total,
      "37.9"
    )
  })
  it("a one-off fee on its date, a credit that gives no more than there is", () => {
    const fee: Charge = {
      kind: "credit",
      id: "fee",
      label: "Connection",
      group: "other",
      amount: "25",
      sign: "charge",
      per: "once",
      on: "2026-01-15"
    }
    assert.strictEqual(bill(tariffOf([fee], utc), january).total, "25")
    assert.strictEqual(bill(tariffOf([fee], utc), june).total, "0")
    const credit: Charge = {
      kind: "credit",
      id: "bonus",
      label: "Bonus",
      group: "supply",
      amount: "50",
      per: "month",
      upTo: { groups: ["supply"] }
    }
    assert.strictEqual(bill(tariffOf([energyOf("0.1"), credit], utc), january).total, "0")
  })
  it("F50: prices with tax inside: of 31 at 24 % six are tax, the total stays 31", () => {
    const it = bill(
      tariffOf([energyOf("0.1"), percentOf("24")], { ...utc, billing: { taxIncluded: true } }),
      january
    )
    assert.deepStrictEqual([it.total, it.tax, it.subtotal], ["31", "6", "25"])
  })
  const contained = (...taxes: ReadonlyArray<Charge>) => {
    const it = bill(
      tariffOf([energyOf("120"), ...taxes], { ...utc, billing: { taxIncluded: true } }),
      usageFrom("2026-01-01T00:00:00Z", 60, [1])
    )
    return [it.total, it.tax]
  }
  it("two taxes of 10 % inside the same 120 are 20 together: 100 × 1.2", () => {
    const supply = { groups: ["supply"] } as const
    assert.deepStrictEqual(contained(percentOf("10"), percentOf("10", { id: "city" })), ["120", "20"])
    const city = percentOf("10", { id: "city", base: supply, order: 2 })
    assert.deepStrictEqual(contained(percentOf("10", { base: supply }), city), ["120", "20"])
  })
  it("a tax on everything, the earlier tax included: 120 = 64 × 1.25 × 1.5, so 56 are tax", () => {
    assert.deepStrictEqual(contained(percentOf("25"), percentOf("50", { id: "second", order: 2 })), [
      "120",
      "56"
    ])
  })
  it("a tax on the tax alone: 10 % and as much again are 20 of 120", () => {
    const again = percentOf("100", { id: "second", order: 2, base: { ids: ["vat"] } })
    assert.deepStrictEqual(contained(percentOf("10"), again), ["120", "20"])
  })
  it("F32: a fee per kWh exported and a fixed one for the feed-in meter: 100 × 0.01 + 3", () => {
    const usage = {
      start: Date.parse("2026-01-01T00:00:00Z"),
      stepMs: 86_400_000,
      exportKwh: Array.from({ length: 31 }, (_, at) => (at === 0 ? 100 : 0))
    }
    assert.strictEqual(bill(tariffOf([sellOf("-0.01"), fixedOf("3", "month")], utc), usage).total, "4")
  })
  it("a charge that applies only with a parameter, and one of some months", () => {
    const solar = fixedOf("5", "month")
    const tariff = tariffOf([{ ...solar, active: { appliesIf: "solar" } }], utc)
    assert.strictEqual(bill(tariff, january).total, "0")
    assert.strictEqual(bill(tariff, january, undefined, { params: { solar: true } }).total, "5")
    assert.strictEqual(bill(tariffOf([{ ...solar, active: { months: [6] } }], utc), june).total, "5")
    assert.strictEqual(bill(tariffOf([{ ...solar, active: { months: [6] } }], utc), january).total, "0")
  })
})

describe("F49, E8: rounding", () => {
  const round = (line?: number, total?: number) => ({
    ...utc,
    billing: {
      rounding: {
        ...(line === undefined ? {} : { line: { places: line, mode: "half-even" as const } }),
        ...(total === undefined ? {} : { bill: { places: total, mode: "half-even" as const } })
      }
    }
  })
  it("3 × 0.333 kWh at 0.10 are 0.10, rounded once, not 0.09", () => {
    const usage = usageFrom("2026-01-01T00:00:00Z", 60, [0.333, 0.333, 0.333])
    assert.strictEqual(bill(tariffOf([energyOf("0.10")], round(2)), usage).total, "0.1")
    assert.strictEqual(bill(tariffOf([energyOf("0.10")], utc), usage).total, "0.0999")
  })
  it("0.1 + 0.2 kWh is 0.3", () => {
    const it = bill(tariffOf([energyOf("1")], utc), usageFrom("2026-01-01T00:00:00Z", 60, [0.1, 0.2]))
    assert.strictEqual(it.lines[0]?.quantity, "0.3")
    assert.strictEqual(it.total, "0.3")
  })
  it("a rounded total has its difference as a line: 0.0999 → 0.10 with 0.0001", () => {
    const it = bill(
      tariffOf([energyOf("0.10")], round(undefined, 2)),
      usageFrom("2026-01-01T00:00:00Z", 60, [0.999])
    )
    assert.deepStrictEqual(
      it.lines.map((line) => line.amount),
      ["0.0999", "0.0001"]
    )
    assert.strictEqual(it.total, "0.1")
  })
  it("modes: 0.125 and 0.135 to two places", () => {
    const of = (price: string, mode: "half-even" | "half-up" | "down" | "up") =>
      bill(
        tariffOf([energyOf(price)], { ...utc, billing: { rounding: { line: { places: 2, mode } } } }),
        usageFrom("2026-01-01T00:00:00Z", 60, [1])
      ).total
    assert.deepStrictEqual([of("0.125", "half-even"), of("0.135", "half-even")], ["0.12", "0.14"])
    assert.deepStrictEqual(
      [of("0.125", "half-up"), of("0.125", "down"), of("0.121", "up"), of("-0.125", "half-up")],
      ["0.13", "0.12", "0.13", "-0.12"]
    )
  })
  it("each half hour to 0.01 kWh, the price to 0.0001: 0.125 → 0.12, 0.135 → 0.14, × 0.2346", () => {
    const billing = {
      rounding: {
        quantity: { places: 2, mode: "half-even" as const },
        price: { places: 4, mode: "half-even" as const }
      }
    }
    const it = bill(
      tariffOf([energyOf("0.23455")], { ...utc, billing }),
      usageFrom("2026-01-01T00:00:00Z", 30, [0.125, 0.135])
    )
    assert.strictEqual(it.lines[0]?.quantity, "0.26")
    assert.strictEqual(it.total, String(0.26 * 0.2346))
  })
})

describe("a version's own billing", () => {
  it("two versions tax their own lines", () => {
    const later = versionOf("v2", "2026-01-16", [energyOf("0.1"), percentOf("10")], {})
    const it = bill(tariffOf([energyOf("0.1"), percentOf("20")], utc, later), january)
    // 150 kWh × 0.1 × 1.2 + 160 kWh × 0.1 × 1.1 = 18 + 17.6
    assert.strictEqual(it.total, "35.6")
  })
})
