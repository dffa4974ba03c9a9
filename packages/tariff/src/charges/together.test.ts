import { assert, describe, it } from "vitest"
import { bill, bills } from "../bill.ts"
import { explain } from "../explain.ts"
import type { Tiers } from "../model/Tiers.ts"
import {
  between,
  dayNight,
  demandOf,
  energyOf,
  sellOf,
  tariffOf,
  usageFrom,
  versionOf
} from "../tariff.fixture.ts"

/** Two tiers at 0.10 and 0.20. */
const tiered = (limit: string, extra: Partial<Tiers>, prices: readonly [string, string] = ["0.10", "0.20"]) =>
  ({
    kind: "tiered",
    tiers: {
      steps: [{ upTo: limit }, { upTo: null }],
      resets: "billingPeriod",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated",
      ...extra
    },
    prices: { "*": prices }
  }) as const

/** Readings of an hour in UTC on some days: so many kWh each. */
const onDays = (days: Readonly<Record<string, number>>, exported: Readonly<Record<string, number>> = {}) => ({
  start: Object.keys(days).map((day) => Date.parse(`${day}T12:00:00Z`)),
  stepMs: 3_600_000,
  importKwh: Object.values(days),
  exportKwh: Object.keys(days).map((day) => exported[day] ?? 0)
})

const fifteenth = { cycle: { kind: "dayOfMonth", day: 15 } } as const
const utc = { zone: "UTC" } as const
const winter = between("2025-12-15T00:00:00Z", "2026-01-15T00:00:00Z")

describe("tiers over the year", () => {
  it("begin anew inside a bill: 8 kWh on each side of New Year are 16 × 0.10, and the count goes on", () => {
    const tariff = tariffOf([energyOf(tiered("10", { resets: "year" }))], { ...utc, billing: fifteenth })
    const usage = onDays({ "2025-12-20": 8, "2026-01-05": 8, "2026-01-20": 8 })
    const made = bills(tariff, usage, between("2025-12-15T00:00:00Z", "2026-02-15T00:00:00Z"))
    // The second bill begins at 8 of 10 kWh: 2 × 0.10 + 6 × 0.20.
    assert.deepStrictEqual(
      made.map((one) => one.total),
      ["1.6", "1.4"]
    )
    assert.strictEqual(new Set(made[0]!.lines.map((line) => line.id)).size, 2)
  })
  it("a reading over New Year counts in both: 4 kWh with 1 at 0.10 each year, 2 × (0.10 + 0.20)", () => {
    const tariff = tariffOf([energyOf(tiered("1", { resets: "year" }))], { ...utc, billing: fifteenth })
    assert.strictEqual(bill(tariff, usageFrom("2025-12-31T23:30:00Z", 60, [4]), winter).total, "0.6")
  })
  it("a limit per day is for all days of the year: 40 kWh in January of 365 at 0.10", () => {
    const tariff = tariffOf([energyOf(tiered("1", { resets: "year", unit: "kWh/day" }))], utc)
    assert.strictEqual(bill(tariff, onDays({ "2026-01-05": 40 }), "2026-01").total, "4")
  })
})

describe("one count that runs through", () => {
  const none = { tierProration: "none" } as const
  const change = (extra: Partial<Tiers>, limit: string, billing: object = none) => {
    const charges = [energyOf(tiered(limit, extra))]
    return tariffOf(charges, { ...utc, billing }, versionOf("v2", "2026-06-16", charges, { billing }))
  }
  const june = onDays({ "2026-06-06": 80, "2026-06-26": 80 })
  it("by the month, through a change of version: 100 × 0.10 + 60 × 0.20 = 22", () => {
    assert.strictEqual(bill(change({ resets: "month" }, "100"), june, "2026-06").total, "22")
  })
  it("by the month, through two bills of it: 80 × 0.10, then 20 × 0.10 + 60 × 0.20", () => {
    const billing = { ...none, ...fifteenth }
    const tariff = tariffOf([energyOf(tiered("100", { resets: "month" }))], { ...utc, billing })
    const made = bills(tariff, june, between("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"))
    assert.deepStrictEqual(
      made.map((one) => one.total),
      ["8", "14"]
    )
  })
  it("with a limit per day that is of the whole bill: 5 kWh × 30 days, so 150 × 0.10 + 10 × 0.20", () => {
    assert.strictEqual(bill(change({ unit: "kWh/day" }, "5"), june, "2026-06").total, "17")
  })
  it("is refused where versions count differently: what was counted together cannot be taken apart", () => {
    const each = [energyOf({ ...tiered("100", { counts: "eachPeriod" }), set: "dn" })]
    const extra = { ...utc, sets: dayNight, billing: none }
    const tariff = tariffOf([energyOf(tiered("100", {}))], extra, versionOf("v2", "2026-06-16", each, extra))
    assert.throws(() => bill(tariff, june, "2026-06"), /counts each period by itself from here on/)
  })
})

describe("tiers of a billing period", () => {
  const tariff = (months: readonly [number, ...Array<number>], tierProration: "byDays" | "none") =>
    tariffOf([energyOf(tiered("100", {}), { active: { months } })], {
      ...utc,
      billing: { ...fifteenth, tierProration }
    })
  const usage = onDays({ "2025-12-20": 80, "2026-01-05": 80 })
  it("in two active months have one count: 100 × 0.10 + 60 × 0.20 = 22", () => {
    assert.strictEqual(bill(tariff([12, 1], "byDays"), usage, winter).total, "22")
  })
  it("in one of its two months have the limit of its 17 days of 31, 54.838710 kWh, or all 100 kWh", () => {
    // 54.838710 × 0.10 + 25.161290 × 0.20
    assert.strictEqual(bill(tariff([12], "byDays"), usage, winter).total, "10.516129")
    assert.strictEqual(bill(tariff([12], "none"), usage, winter).total, "8")
  })
  it("per kW have the demand of their version: 10 × 2 kW × 15/30, then 10 × 4 kW × 15/30", () => {
    const charges = [energyOf(tiered("10", { unit: "kWh/kW", demand: "demand" })), demandOf({ price: zero })]
    const it = tariffOf(charges, utc, versionOf("v2", "2026-06-16", charges))
    const start = ["2026-06-05", "2026-06-20"].flatMap((day) =>
      Array.from({ length: 6 }, (_, hour) => Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000)
    )
    const importKwh = start.map((_, at) => (at < 6 ? 2 : 4))
    // 12 kWh: 10 × 0.10 + 2 × 0.20; 24 kWh: 20 × 0.10 + 4 × 0.20.
    assert.strictEqual(bill(it, { start, stepMs: 3_600_000, importKwh }, "2026-06").total, "4.2")
  })
})

const zero = { kind: "price", price: "0" } as const

describe("a reading over several edges", () => {
  it("over a change of version and the end of the bill: 6 × 0.30 + 5 × 0.10 + 19 × 0.30 = 8", () => {
    const tou = energyOf({ kind: "tou", set: "dn", prices: { day: "0.30", night: "0.10" } })
    const extra = { ...utc, sets: dayNight }
    const tariff = tariffOf([tou], extra, versionOf("v2", "2026-01-31", [tou]))
    // 36 kWh from 18:00 on the 30th to 06:00 on 1 February, of which the last six hours are not January's.
    const end = Date.parse("2026-02-01T06:00:00Z")
    const usage = { start: [end - 36 * 3_600_000, end], end: [end, end + 60_000], importKwh: [36, 0] }
    const made = bill(tariff, usage, "2026-01")
    assert.strictEqual(made.total, "8")
    for (const line of made.lines)
      for (const one of explain(made, line).contributions) assert.isAbove(one.to, one.from)
  })
})

describe("exports of versions with other rules", () => {
  it("registers until the 15th, then netted: 3 × 0.30 − 1 × 0.10, then 2 × 0.30 = 1.4", () => {
    const charges = [energyOf("0.30"), sellOf("0.10")]
    const interval = { export: { kind: "netBilling", netting: "interval" } } as const
    const tariff = tariffOf(charges, utc, versionOf("v2", "2026-01-16", charges, interval))
    const usage = onDays({ "2026-01-05": 3, "2026-01-20": 3 }, { "2026-01-05": 1, "2026-01-20": 1 })
    assert.strictEqual(bill(tariff, usage, "2026-01").total, "1.4")
  })
  it("feed-in by the month over the end of one: 4 kWh 23:30–00:30 at 0.10 and 0.20 are 0.6", () => {
    const prices = ["0.10", "0.20", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"]
    for (const policy of [{ kind: "netBilling", netting: "registers" }, { kind: "buyAllSellAll" }] as const) {
      const tariff = tariffOf([sellOf({ kind: "monthly", prices })], { ...utc, export: policy })
      const start = Date.parse("2026-01-31T23:30:00Z")
      const usage = { start, stepMs: 3_600_000, importKwh: [0], exportKwh: [4] }
      const period = between("2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z")
      assert.strictEqual(bill(tariff, usage, period).total, "-0.6")
    }
  })
})
