import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import type { ExportPolicy, Ledger } from "./model/ExportPolicy.ts"
import type { Bill } from "./model/Bill.ts"
import { energyOf, fixedOf, sellOf, tariffOf } from "./tariff.fixture.ts"

/** One reading a month in UTC: so many kWh imported and exported. */
const monthly = (imported: ReadonlyArray<number>, exported: ReadonlyArray<number>) => {
  const start = imported.map((_, month) => Date.UTC(2026, month, 1))
  return {
    start,
    end: imported.map((_, month) => Date.UTC(2026, month + 1, 1)),
    importKwh: imported,
    exportKwh: exported
  }
}

const ledger = (extra: Partial<Ledger> = {}): Ledger => ({
  applyTo: { groups: ["supply"] },
  sameMonth: true,
  match: "samePeriod",
  trueUp: { month: 12, left: "pay", price: "0.05", basis: "bank" },
  ...extra
})

const run = (
  policy: ExportPolicy,
  imported: ReadonlyArray<number>,
  exported: ReadonlyArray<number>,
  charges = [energyOf("0.30"), sellOf("0.10")]
) =>
  bills(tariffOf(charges, { zone: "UTC", export: policy }), monthly(imported, exported), {
    from: "2026-01-01",
    to: imported.length === 12 ? "2027-01-01" : `2026-${String(imported.length + 1).padStart(2, "0")}-01`
  })

const totals = (made: ReadonlyArray<Bill>) => made.map((one) => one.total)

const adds = (bill: Bill): void => {
  for (const side of [bill.ledger.kwh, bill.ledger.money]) {
    const sum =
      Number(side.open) + Number(side.earned) - Number(side.used) - Number(side.expired) - Number(side.paid)
    assert.closeTo(sum, Number(side.close), 1e-9)
  }
}

describe("F33, F39, F40: net billing and buy all, sell all", () => {
  const usage = { start: Date.UTC(2026, 0, 1), stepMs: 3_600_000, importKwh: [3, 1], exportKwh: [1, 2] }
  const of = (policy: ExportPolicy) =>
    bill(tariffOf([energyOf("0.30"), sellOf("0.10")], { zone: "UTC", export: policy }), usage).total
  it("registers: 4 × 0.30 − 3 × 0.10; netted by interval: 2 × 0.30 − 1 × 0.10", () => {
    assert.strictEqual(of({ kind: "netBilling", netting: "registers" }), "0.9")
    assert.strictEqual(of({ kind: "netBilling", netting: "interval" }), "0.5")
    assert.strictEqual(of({ kind: "buyAllSellAll" }), "0.9")
  })
  it("one price for import minus export", () => {
    assert.strictEqual(
      bill(tariffOf([energyOf("0.30", { direction: "net" })], { zone: "UTC" }), usage).total,
      "0.3"
    )
  })
  it("F40: feed-in in tiers: 2 kWh at 0.10 and 1 at 0.04", () => {
    const sell = sellOf({
      kind: "tiered",
      tiers: {
        steps: [{ upTo: "2" }, { upTo: null }],
        resets: "billingPeriod",
        counts: "allPeriods",
        allocate: "chronological",
        mode: "graduated"
      },
      prices: { "*": ["0.10", "0.04"] }
    })
    assert.strictEqual(bill(tariffOf([sell], { zone: "UTC" }), usage).total, "-0.24")
  })
})

describe("F37, F38, F42: money credits that roll over", () => {
  const policy = (extra: Partial<Ledger> = {}): ExportPolicy => ({
    kind: "netBilling",
    netting: "registers",
    ledger: ledger(extra)
  })
  it("used in the same month, rest carried: 30 − 30 of 50; then 30 − 20; then 30", () => {
    const made = run(policy(), [100, 100, 100], [500, 0, 0])
    assert.deepStrictEqual(totals(made), ["0", "10", "30"])
    assert.deepStrictEqual(made[0]?.ledger.money, {
      open: "0",
      earned: "50",
      used: "30",
      expired: "0",
      paid: "0",
      close: "20"
    })
    made.forEach(adds)
  })
  it("not in the month they are earned: 30, then 30 − 30", () => {
    assert.deepStrictEqual(totals(run(policy({ sameMonth: false }), [100, 100], [500, 0])), ["30", "0"])
  })
  it("at the end of the credit year: paid, expired or carried", () => {
    const of = (left: "pay" | "expire" | "carry") => {
      const made = run(policy({ trueUp: { month: 1, left } }), [100, 100], [500, 0])
      made.forEach(adds)
      return totals(made)
    }
    assert.deepStrictEqual(of("pay"), ["-20", "30"])
    assert.deepStrictEqual(of("expire"), ["0", "30"])
    assert.deepStrictEqual(of("carry"), ["0", "10"])
  })
  it("credits do not pay standing charges unless they may", () => {
    const charges = [energyOf("0.30"), sellOf("0.10"), fixedOf("8", "month") as never]
    assert.deepStrictEqual(totals(run(policy(), [100], [500], charges)), ["8"])
    assert.deepStrictEqual(totals(run(policy({ applyTo: {} }), [100], [500], charges)), ["0"])
  })
})

describe("F34, F36, F38: net metering that keeps kWh", () => {
  const policy = (extra: Partial<Ledger> = {}): ExportPolicy => ({
    kind: "netMetering",
    window: "billingPeriod",
    surplus: "kWh",
    ledger: ledger(extra)
  })
  const buy = [energyOf("0.30")]
  it("200 kWh over in January pay for February's 150 and 50 of March's 100", () => {
    const made = run(policy(), [100, 150, 100], [300, 0, 0], buy)
    assert.deepStrictEqual(totals(made), ["0", "0", "15"])
    assert.deepStrictEqual(
      made.map((one) => one.ledger.kwh.close),
      ["200", "50", "0"]
    )
    made.forEach(adds)
  })
  it("what is left in the true-up month is bought at 0.05, becomes credit, expires or stays", () => {
    const of = (left: Ledger["trueUp"]["left"]) =>
      totals(run(policy({ trueUp: { month: 1, left, price: "0.05" } }), [100, 100], [300, 0], buy))
    assert.deepStrictEqual(of("pay"), ["-10", "30"])
    // 200 × 0.05 = 10 of credit: none is used in January, all of it in February.
    assert.deepStrictEqual(of("credit"), ["0", "20"])
    assert.deepStrictEqual(of("expire"), ["0", "30"])
    assert.deepStrictEqual(of("carry"), ["0", "0"])
  })
  it("surplus as money at the feed-in price: 200 × 0.10 pays 20 of February's 45", () => {
    const money = { ...policy(), surplus: "money" } as ExportPolicy
    assert.deepStrictEqual(totals(run(money, [100, 150], [300, 0])), ["0", "25"])
  })
  it("F41: a non-bypassable charge is on all imports: 100 × 0.02", () => {
    const charges = [
      energyOf("0.30"),
      energyOf("0.02", { id: "public", label: "Public purpose", nonBypassable: true })
    ]
    assert.deepStrictEqual(totals(run(policy(), [100], [300], charges)), ["2"])
  })
  it("kWh go to the period at the same hour when the season changes, none are lost", () => {
    const all = (summer: number, winter: number) =>
      Array.from({ length: 12 }, (_, month) =>
        Array.from({ length: 24 }, (_, hour) => (month < 1 ? winter : summer) + (hour === 3 ? 1 : 0))
      )
    const sets = {
      s: {
        kind: "matrix",
        periods: [{ id: "w" }, { id: "w3" }, { id: "s" }, { id: "s3" }],
        weekday: all(2, 0),
        weekend: all(2, 0)
      }
    } as const
    const prices = { w: "1", w3: "1", s: "1", s3: "1" }
    const tariff = tariffOf([energyOf({ kind: "tou", set: "s", prices })], {
      zone: "UTC",
      sets,
      export: { ...policy({ match: "sameClockHour" }), set: "s" } as ExportPolicy
    })
    // 31 January 03:00 exports 5 kWh in the period that is only active at 03:00; 1 February 03:00 imports 5.
    const hours = Array.from({ length: 48 }, () => 0)
    const usage = {
      start: Date.UTC(2026, 0, 31),
      stepMs: 3_600_000,
      importKwh: hours.with(27, 5),
      exportKwh: hours.with(3, 5)
    }
    assert.deepStrictEqual(totals(bills(tariff, usage, { from: "2026-01-01", to: "2026-03-01" })), ["0", "0"])
  })
})

describe("the hour at which seasons are held against each other", () => {
  it("is midnight first: winter's one period goes to the one that summer has from 00:00 to 01:00", () => {
    const months = Array.from({ length: 12 }, (_, month) =>
      Array.from({ length: 24 }, (_, hour) => (month < 1 ? 0 : hour === 0 ? 1 : 2))
    )
    const periods = [{ id: "winter" }, { id: "midnight" }, { id: "summer" }] as const
    const sets = { s: { kind: "matrix", periods, weekday: months, weekend: months } } as const
    const tariff = tariffOf(
      [energyOf({ kind: "tou", set: "s", prices: { winter: "1", midnight: "1", summer: "1" } })],
      {
        zone: "UTC",
        sets,
        export: {
          kind: "netMetering",
          window: "billingPeriod",
          set: "s",
          surplus: "kWh",
          ledger: ledger({ match: "sameClockHour" })
        }
      }
    )
    const hours = Array.from({ length: 48 }, () => 0)
    const of = (hour: number) =>
      totals(
        bills(
          tariff,
          {
            start: Date.UTC(2026, 0, 31),
            stepMs: 3_600_000,
            importKwh: hours.with(24 + hour, 5),
            exportKwh: hours.with(3, 5)
          },
          { from: "2026-01-01", to: "2026-03-01" }
        )
      )
    assert.deepStrictEqual(of(0), ["0", "0"])
    assert.deepStrictEqual(of(9), ["0", "5"])
  })
})

describe("F35: netting over the year", () => {
  const policy: ExportPolicy = {
    kind: "netMetering",
    window: "year",
    surplus: "kWh",
    ledger: ledger({ trueUp: { month: 12, left: "pay", price: "0.05" } })
  }
  const summer = (kwh: number) =>
    Array.from({ length: 12 }, (_, month) => (month >= 4 && month < 8 ? kwh : 0))
  const constantly = Array.from({ length: 12 }, () => 100)
  it("1,200 kWh imported and 1,000 exported are 200 × 0.30 over the year", () => {
    const made = run(policy, constantly, summer(250), [energyOf("0.30")])
    assert.strictEqual(
      made.reduce((sum, one) => sum + Number(one.total), 0),
      60
    )
    // Until summer every month pays its 100 kWh; summer months give back 150 × 0.30 each.
    assert.strictEqual(made[0]?.total, "30")
    assert.strictEqual(made[4]?.total, "-45")
  })
  it("1,600 kWh exported: nothing to pay, and 400 × 0.05 is paid out", () => {
    const made = run(policy, constantly, summer(400), [energyOf("0.30")])
    assert.closeTo(
      made.reduce((sum, one) => sum + Number(one.total), 0),
      -20,
      1e-9
    )
  })
  it("one bill over the whole year is the same", () => {
    const tariff = tariffOf([energyOf("0.30")], { zone: "UTC", export: policy })
    assert.strictEqual(bill(tariff, monthly(constantly, summer(250)), "2026").total, "60")
  })
  const sold: ExportPolicy = {
    ...policy,
    surplus: "money",
    ledger: ledger({ trueUp: { month: 12, left: "pay" } })
  }
  it("a surplus that becomes money is credited once: 400 × 0.10 over the year", () => {
    const made = run(sold, constantly, summer(400))
    assert.closeTo(
      made.reduce((sum, one) => sum + Number(one.total), 0),
      -40,
      1e-9
    )
    // June to August each add 300 kWh; from September on 100 kWh of the surplus are used up again.
    const credits = made.map((one) => one.lines.find((line) => line.chargeId === "sell")?.quantity)
    assert.deepStrictEqual(credits.slice(4, 9), [undefined, "200", "300", "300", "-100"])
    assert.strictEqual(
      bill(
        tariffOf([energyOf("0.30"), sellOf("0.10")], { zone: "UTC", export: sold }),
        monthly(constantly, summer(400)),
        "2026"
      ).total,
      "-40"
    )
  })
  it("money that is carried does not take its kWh into the next year", () => {
    const carried: ExportPolicy = { ...sold, ledger: ledger({ trueUp: { month: 12, left: "carry" } }) }
    const tariff = tariffOf([energyOf("0.30"), sellOf("0.10")], { zone: "UTC", export: carried })
    const usage = monthly([...constantly, 100], [...summer(400), 0])
    const { lines } = bills(tariff, usage, { from: "2026-01-01", to: "2027-02-01" })[12]!
    // January's 100 kWh are bought at 0.30 again.
    assert.strictEqual(lines.find((line) => line.chargeId === "energy")?.amount, "30")
    assert.isUndefined(lines.find((line) => line.chargeId === "sell"))
  })
})
