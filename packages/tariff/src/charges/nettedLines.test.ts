import { assert, describe, it } from "vitest"
import { bill } from "../bill.ts"
import { explain } from "../explain.ts"
import * as Scaled from "../exact/Scaled.ts"
import type { Bill } from "../model/Bill.ts"
import type { Charge } from "../model/charge/Charge.ts"
import type { ExportPolicy } from "../model/ExportPolicy.ts"
import { between, dayNight, energyOf, sellOf, tariffOf, usageFrom, versionOf } from "../tariff.fixture.ts"

type NetMetering = Extract<ExportPolicy, { readonly kind: "netMetering" }>

const netted = (extra: Partial<NetMetering> = {}): NetMetering => ({
  kind: "netMetering",
  window: "billingPeriod",
  surplus: "kWh",
  ledger: {
    applyTo: { groups: ["supply"] },
    sameMonth: true,
    match: "samePeriod",
    trueUp: { month: 6, left: "carry" }
  },
  ...extra
})

const prices = ["10", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "1"] as const
const monthly = energyOf({ kind: "monthly", prices })
const extra = (policy = netted()) => ({
  zone: "UTC",
  sets: dayNight,
  export: policy,
  billing: { cycle: { kind: "dayOfMonth", day: 15 } } as const
})
const winter = between("2025-12-15T00:00:00Z", "2026-01-15T00:00:00Z")

/** Hours at noon: imports and exports in kWh. */
const hours = (rows: Readonly<Record<string, readonly [number, number]>>) => ({
  start: Object.keys(rows).map((day) => Date.parse(`${day}T12:00:00Z`)),
  stepMs: 3_600_000,
  importKwh: Object.values(rows).map(([imported]) => imported),
  exportKwh: Object.values(rows).map(([, exported]) => exported)
})

/** Whether every line is what it is explained by, within the bill. */
const isExplained = (made: Bill): void => {
  for (const line of made.lines) {
    const { contributions, rounding } = explain(made, line)
    const sum = [rounding, ...contributions.map((one) => one.amount)]
      .map((text) => Scaled.parse(text, Scaled.AMOUNT_DIGITS))
      .reduce((total, units) => total + units, 0n)
    assert.strictEqual(Scaled.format(sum, Scaled.AMOUNT_DIGITS), line.amount)
    for (const one of contributions) assert.isTrue(one.from >= made.from && one.to <= made.to)
  }
}

describe("energy netted over two months", () => {
  const usage = hours({ "2025-12-20": [30, 0], "2026-01-05": [0, 20], "2026-01-10": [10, 0] })
  it("has monthly prices by imports: of 20 kWh 30/40 at 1 and 10/40 at 10 are 15 + 50", () => {
    const made = bill(tariffOf([monthly], extra()), usage, winter)
    assert.strictEqual(made.total, "65")
    isExplained(made)
  })
  it("is charged for the active month alone: 5 of the 20 kWh at 2", () => {
    const charge = energyOf("2", { active: { months: [1] } })
    assert.strictEqual(bill(tariffOf([charge], extra()), usage, winter).total, "10")
  })
  it("brings monthly prices by exports: of 20 kWh left over 3/5 at 1 and 2/5 at 10 are 12 + 80", () => {
    const over = hours({ "2025-12-20": [0, 30], "2026-01-05": [30, 0], "2026-01-10": [0, 20] })
    const policy = netted({
      surplus: "money",
      ledger: { ...netted().ledger, sameMonth: false, trueUp: { month: 6, left: "carry" } }
    })
    const made = bill(tariffOf([sellOf({ kind: "monthly", prices })], extra(policy)), over, winter)
    assert.strictEqual(made.ledger.money.close, "92")
    isExplained(made)
  })
  it("a reading over New Year is of both: 4 kWh are 2 × 1 + 2 × 10", () => {
    const one = usageFrom("2025-12-31T23:30:00Z", 60, [4])
    assert.strictEqual(bill(tariffOf([monthly], extra()), one, winter).total, "22")
  })
  it("a reading over New Year, where it becomes night: 4 kWh are 2 × 0.30 + 2 × 0.10", () => {
    const tou = energyOf({ kind: "tou", set: "dn", prices: { day: "0.30", night: "0.10" } })
    const made = bill(
      tariffOf([tou], extra(netted({ set: "dn" }))),
      usageFrom("2025-12-31T23:30:00Z", 60, [4]),
      winter
    )
    assert.strictEqual(made.total, "0.8")
    isExplained(made)
  })
})

describe("tiers of netted energy", () => {
  const tiers = (limit: string, more: object): Charge =>
    energyOf({
      kind: "tiered",
      tiers: {
        steps: [{ upTo: limit }, { upTo: null }],
        resets: "billingPeriod",
        counts: "allPeriods",
        allocate: "proportional",
        mode: "graduated",
        ...more
      },
      prices: { "*": ["1", "2"] },
      set: "dn"
    })
  it("have the limit of the whole bill where the version changes: 100 × 1 + 20 × 2 = 140", () => {
    const charges = [tiers("100", {})]
    const it = extra(netted({ set: "dn" }))
    const tariff = tariffOf(charges, it, versionOf("v2", "2026-01-01", charges, it))
    const made = bill(tariff, hours({ "2025-12-20": [70, 0], "2026-01-10": [50, 0] }), winter)
    assert.strictEqual(made.total, "140")
    isExplained(made)
  })
  it("count each period by itself: by day 10 × 1 + 5 × 2, by night 5 × 1", () => {
    const start = [Date.parse("2026-01-05T00:00:00Z"), Date.parse("2026-01-05T12:00:00Z")]
    const usage = { start, stepMs: 3_600_000, importKwh: [5, 15] }
    const charge = tiers("10", { counts: "eachPeriod" })
    assert.strictEqual(bill(tariffOf([charge], extra(netted({ set: "dn" }))), usage, winter).total, "25")
  })
  it("begin anew each month: 20 kWh by imports are 15 and 5, so 10 × 1 + 5 × 2 and 5 × 1", () => {
    const usage = hours({ "2025-12-20": [30, 0], "2026-01-05": [0, 20], "2026-01-10": [10, 0] })
    const billing = { ...extra().billing, tierProration: "none" } as const
    const tariff = tariffOf([tiers("10", { resets: "month" })], { ...extra(netted({ set: "dn" })), billing })
    assert.strictEqual(bill(tariff, usage, winter).total, "25")
  })
})

describe("net metering in a part of the bill", () => {
  const charges = [energyOf("0.30"), sellOf("0.10")]
  const usage = hours({ "2026-01-05": [10, 4], "2026-01-20": [10, 4] })
  const policy = netted({ surplus: "money" })
  const registers = { kind: "netBilling", netting: "registers" } as const
  const change = (first: ExportPolicy, second: ExportPolicy) =>
    bill(
      tariffOf(
        charges,
        { zone: "UTC", export: first },
        versionOf("v2", "2026-01-16", charges, { export: second })
      ),
      usage,
      "2026-01"
    )
  it("netted first: 6 × 0.30, then 10 × 0.30 − 4 × 0.10 = 4.4", () => {
    const made = change(policy, registers)
    assert.strictEqual(made.total, "4.4")
    assert.include(
      made.warnings.map((one) => one.code),
      "export-change"
    )
    isExplained(made)
  })
  it("netted later: 10 × 0.30 and 6 × 0.30, and 4 × 0.10 in the ledger, which pays at once: 4.4", () => {
    const made = change(registers, policy)
    assert.deepStrictEqual([made.total, made.ledger.money.earned], ["4.4", "0.4"])
  })
  it("what is not netted is of each version: 10 × 0.02 + 10 × 0.03", () => {
    const wires = (price: string) => energyOf(price, { id: "wires", nonBypassable: true })
    const tariff = tariffOf(
      [wires("0.02")],
      { zone: "UTC", export: netted() },
      versionOf("v2", "2026-01-16", [wires("0.03")], { export: netted() })
    )
    assert.strictEqual(bill(tariff, usage, "2026-01").total, "0.5")
  })
})
