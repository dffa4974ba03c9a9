import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import type { Charge } from "./model/charge/Charge.ts"
import { Refused } from "./Refused.ts"
import { constant, demandOf, energyOf, fixedOf, sellOf, tariffOf, usageFrom } from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const minimum = (id: string, amount: string, per: "month" | "year"): Charge => ({
  kind: "minimum",
  id,
  label: "Minimum",
  group: "other",
  amount,
  per,
  base: {},
  credits: "after"
})

describe("defects of another engine that are not repeated", () => {
  it("1. a last block that ends is refused, not billed below zero", () => {
    const price = {
      kind: "tiered",
      tiers: {
        steps: [{ upTo: "100" }, { upTo: "200" }],
        resets: "billingPeriod",
        counts: "allPeriods",
        allocate: "chronological",
        mode: "graduated"
      },
      prices: { "*": ["0.1", "0.2"] }
    } as const
    const make = () => bill(tariffOf([energyOf(price)]), usageFrom("2026-01-05T00:00:00Z", 60, [300]))
    assert.throws(make, Refused, /must be open/)
  })
  it("2. a zero year with 10 a month and 120 a year costs 120, not 240", () => {
    const tariff = tariffOf([minimum("m", "10", "month"), minimum("y", "120", "year")], utc)
    const made = bills(tariff, constant("2026-01-01T00:00:00Z", 1440, 365, 0), "2026")
    assert.strictEqual(
      made.reduce((sum, one) => sum + Number(one.total), 0),
      120
    )
  })
  it("3. what a minimum does to −361.99 is said by the tariff: raised to 10", () => {
    const usage = { start: Date.UTC(2026, 0, 1), stepMs: 3_600_000, exportKwh: [3619.9] }
    assert.strictEqual(bill(tariffOf([sellOf("0.1"), minimum("m", "10", "month")], utc), usage).total, "10")
  })
  it("4. a ratchet of one month sees December from January, not November", () => {
    const ratchet = { percent: "100", lookbackMonths: 1, useActual: true } as const
    const priorPeaksKw = [...Array.from({ length: 10 }, () => "0"), "100", "5"]
    const of = (month: string) =>
      bill(
        tariffOf([demandOf({ ratchet })], utc),
        usageFrom(`2026-${month}-01T00:00:00Z`, 60, [1]),
        undefined,
        { priorPeaksKw }
      ).total
    assert.strictEqual(of("01"), "5")
    assert.strictEqual(of("12"), "100")
  })
  it("5. kWh of a period that is not active at 00, 05, 11 or 17 o'clock are kept too", () => {
    const hours = (base: number) =>
      Array.from({ length: 12 }, () => Array.from({ length: 24 }, (_, hour) => (hour === 13 ? 1 : base)))
    const sets = {
      s: { kind: "matrix", periods: [{ id: "rest" }, { id: "one" }], weekday: hours(0), weekend: hours(0) }
    } as const
    const ledger = {
      applyTo: {},
      sameMonth: true,
      match: "sameClockHour",
      trueUp: { month: 12, left: "carry" }
    } as const
    const tariff = tariffOf([energyOf({ kind: "tou", set: "s", prices: { rest: "1", one: "1" } })], {
      ...utc,
      sets,
      export: { kind: "netMetering", window: "billingPeriod", set: "s", surplus: "kWh", ledger }
    })
    const start = Date.UTC(2026, 0, 31)
    const exported = Array.from({ length: 48 }, (_, hour) => (hour === 13 ? 4 : 0))
    const imported = Array.from({ length: 48 }, (_, hour) => (hour === 37 ? 3 : 0))
    const made = bills(
      tariff,
      { start, stepMs: 3_600_000, importKwh: imported, exportKwh: exported },
      { from: "2026-01-01", to: "2026-03-01" }
    )
    assert.deepStrictEqual(
      made.map((one) => [one.total, one.ledger.kwh.close]),
      [
        ["0", "4"],
        ["0", "1"]
      ]
    )
  })
  it("6. a charge per day is charged per day", () => {
    assert.strictEqual(
      bill(tariffOf([fixedOf("0.4", "day")], utc), constant("2026-02-01T00:00:00Z", 1440, 28, 0)).total,
      "11.2"
    )
  })
})
