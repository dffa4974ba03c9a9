import { assert, describe, it } from "vitest"
import { bill } from "../../bill.ts"
import type { DemandCharge } from "../../model/charge/DemandCharge.ts"
import type { Usage } from "../../usage/Metered.ts"
import { between, demandOf, tariffOf, usageFrom } from "../../tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const of = (extra: Partial<DemandCharge>, usage: Usage, period?: { start: number; end: number }): string =>
  bill(tariffOf([demandOf(extra)], utc), usage, period).total

const evening = {
  s: {
    periods: [{ id: "rest" }, { id: "evening" }],
    default: "rest",
    rules: [{ period: "evening", from: "18:00", to: "22:00" }]
  }
} as const
const picked = { set: "s", periods: ["evening"] } as const

describe("a reading over an edge has its power on both sides", () => {
  it("the end of a month: 4 kWh 23:30–00:30 are 4 kW in January and in February", () => {
    const usage = usageFrom("2026-01-31T22:30:00Z", 60, [1, 4, 1])
    const period = between("2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z")
    assert.strictEqual(of({ per: "month" }, usage, period), "8")
    assert.strictEqual(of({ per: "month", minutes: 30 }, usage, period), "8")
  })
  it("midnight: the highest of each day are 4 kW and 4 kW", () => {
    const usage = usageFrom("2026-01-05T22:30:00Z", 60, [1, 4, 1])
    assert.strictEqual(of({ per: "day" }, usage), "8")
  })
  it("but is one of the highest only once: (10 + 8 + 6) ÷ 3, also where the bill ends inside one", () => {
    const statistic = { kind: "meanTop", n: 3, distinctDays: false } as const
    const usage = usageFrom("2026-01-31T20:30:00Z", 60, [6, 8, 1, 10])
    const period = between("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    assert.strictEqual(of({ statistic }, usage, period), "8")
  })
  it("a period: hours of India from half to half past, 30 minutes, are 4 kW from 18:00 on", () => {
    // 12:00Z is 17:30; the half hour from 18:00 on has the 4 kW of its hour.
    const usage = usageFrom("2026-01-05T12:00:00Z", 60, [4, 1, 1])
    const charge = demandOf({ minutes: 30, pick: picked })
    assert.strictEqual(bill(tariffOf([charge], { zone: "Asia/Kolkata", sets: evening }), usage).total, "4")
  })
  it("an event shorter than the reading: 3 kW at 18:15–18:30 of 18:00–19:00", () => {
    const start = Date.parse("2026-01-05T18:15:00Z")
    const points = [{ start, end: start + 900_000, value: 1 }]
    const series = { peak: { id: "peak", unit: "", points } }
    const charge = demandOf({ statistic: { kind: "coincident", events: "peak", of: "mean" } })
    const usage = usageFrom("2026-01-05T17:00:00Z", 60, [9, 3, 9])
    assert.strictEqual(bill(tariffOf([charge], utc), usage, undefined, { series }).total, "3")
  })
})

describe("readings that do not fit the demand interval", () => {
  it("ten minutes in a quarter hour: 1 kWh and half of 0.5 kWh are 1.25 kWh, 5 kW", () => {
    const usage = usageFrom("2026-01-05T00:00:00Z", 10, [1, 0.5, 0])
    const made = bill(tariffOf([demandOf({ minutes: 15 })], utc), usage)
    assert.strictEqual(made.total, "5")
    assert.notInclude(
      made.warnings.map((one) => one.code),
      "demand-incomplete"
    )
  })
  it("of any length: 00:05–00:25 at 6 kW, then nothing, are (10 × 6) ÷ 15 = 4 kW from 00:15 on", () => {
    const [start, middle, end] = [5, 25, 30].map((minute) => Date.UTC(2026, 0, 5, 0, minute))
    const usage = { start: [start!, middle!], end: [middle!, end!], importKwh: [2, 0] }
    // The quarter hour before has no reading for its first five minutes and is unknown.
    assert.strictEqual(of({ minutes: 15 }, usage), "4")
  })
  it("the half hour in which Lord Howe repeats its clock is an interval of its own: 4 kW", () => {
    // 02:00 (+11) becomes 01:30 (+10:30) at 15:00Z on 4 April 2026; 01:30–02:00 is there again.
    const usage = usageFrom("2026-04-04T14:00:00Z", 30, [1, 1, 2, 1, 1])
    const charge = demandOf({ minutes: 60 })
    assert.strictEqual(bill(tariffOf([charge], { zone: "Australia/Lord_Howe" }), usage).total, "4")
  })
})

describe("the demand of another charge", () => {
  it("is that of the same month: 4 and 6 kW, not 6 twice", () => {
    const first = demandOf({ per: "month", price: { kind: "price", price: "0" } })
    const second = demandOf({ id: "second", per: "month", demandOf: "demand" })
    const start = [Date.parse("2026-01-20T00:00:00Z"), Date.parse("2026-02-03T00:00:00Z")]
    const usage = { start, stepMs: 3_600_000, importKwh: [4, 6] }
    const period = between("2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z")
    assert.strictEqual(bill(tariffOf([first, second], utc), usage, period).total, "10")
  })
})
