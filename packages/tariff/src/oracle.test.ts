import { readFileSync, readdirSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { toTariff } from "../oracle/adapter.ts"
import type { Case, CaseTariff, CaseTier } from "../oracle/Case.ts"
import { differences } from "../oracle/compare.ts"
import { billsOf, computed } from "../oracle/evaluateCase.ts"
import { bills } from "./bill.ts"
import { explain } from "./explain.ts"
import * as Scaled from "./exact/Scaled.ts"

const units = (text: string): bigint => Scaled.parse(text, Scaled.AMOUNT_DIGITS)
const folder = resolve(import.meta.dirname, "../oracle/cases")
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name): Case => JSON.parse(readFileSync(resolve(folder, name), "utf8")))

describe("cases of an independent engine", () => {
  for (const one of cases) {
    it(`${one.name}: every line is explained to the last digit`, () => {
      for (const withGeneration of [false, true]) {
        for (const bill of billsOf(one, withGeneration)) {
          for (const line of bill.lines) {
            const { contributions, rounding } = explain(bill, line)
            const sum = contributions.reduce((total, part) => total + units(part.amount), units(rounding))
            assert.strictEqual(sum, units(line.amount), line.id)
          }
        }
      }
    })
    it(`${one.name}: energy charges, demand and bills within 1e-6`, () => {
      for (const side of ["loadOnly", "withGeneration"] as const) {
        const expected = one.expected[side] ?? {}
        const found = computed(one, side === "withGeneration", expected)
        for (const field of [
          "energyCharge",
          "demandFlat",
          "demandTou",
          "fixed",
          "minimumAdjustment",
          "bill"
        ]) {
          for (const { difference, path } of differences(field, expected[field], found[field])) {
            assert.isBelow(difference, 1e-6, path)
          }
        }
      }
    })
  }
})

/** A case of our own: hours of January 2018 with so many kWh each, by hand. */
const tariffOf = (tiers: ReadonlyArray<CaseTier>, extra: Partial<CaseTariff> = {}): CaseTariff => {
  const all = Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => 1))
  return {
    currency: "USD",
    energy: { weekday: all, weekend: all, periods: [{ period: 1, tiers }] },
    demand: null,
    fixed: { perMonth: 0 },
    minimum: { perMonth: 0, perYear: 0 },
    metering: {
      mode: "netBilling",
      trueUpMonth: 12,
      yearEndSellRate: 0,
      rolloverTrueUpCredit: false,
      creditExpires: false,
      applyCreditSameMonth: false,
      sellEqualsBuy: false
    },
    timeSeries: null,
    ...extra
  }
}

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The totals of months with so much imported (exported below zero) in their first hour. */
const totals = (
  tariff: CaseTariff,
  kwh: ReadonlyArray<number>,
  options: Parameters<typeof bills>[3] = {}
) => {
  const hours = days.flatMap((count, month) =>
    Array.from({ length: count * 24 }, (_, hour) => (hour === 0 ? (kwh[month] ?? 0) : 0))
  )
  const usage = {
    start: Date.UTC(2018, 0, 1),
    stepMs: 3_600_000,
    importKwh: hours.map((one) => Math.max(0, one)),
    exportKwh: hours.map((one) => Math.max(0, -one))
  }
  return bills(toTariff(tariff), usage, "2018", options).map((one) => Number(one.total))
}

const flat: ReadonlyArray<CaseTier> = [{ upTo: null, unit: "kWh", buy: 0.3, sell: 0.1 }]
const metering = (mode: CaseTariff["metering"]["mode"], extra: Partial<CaseTariff["metering"]> = {}) => ({
  metering: { ...tariffOf(flat).metering, mode, ...extra }
})

describe("options of the case format, by hand", () => {
  it("kWh/kW: 100 kWh in an hour are 100 kW; 0.5 hours of use are 50 kWh: 50 × 0.1 + 50 × 0.2", () => {
    const tiers: ReadonlyArray<CaseTier> = [
      { upTo: 0.5, unit: "kWh/kW", buy: 0.1, sell: 0 },
      { upTo: null, unit: "kWh/kW", buy: 0.2, sell: 0 }
    ]
    assert.strictEqual(totals(tariffOf(tiers), [100])[0], 15)
  })
  it("kWh/kW/day: 0.01 × 31 days × 100 kW = 31 kWh: 31 × 0.1 + 69 × 0.2", () => {
    const tiers: ReadonlyArray<CaseTier> = [
      { upTo: 0.01, unit: "kWh/kW/day", buy: 0.1, sell: 0 },
      { upTo: null, unit: "kWh", buy: 0.2, sell: 0 }
    ]
    assert.closeTo(totals(tariffOf(tiers), [100])[0]!, 16.9, 1e-9)
  })
  it("blocks of kWh inside hours of use: up to 0.6 kWh/kW (60) in 20 and the rest, then above", () => {
    const tiers: ReadonlyArray<CaseTier> = [
      { upTo: 0.6, unit: "kWh/kW", buy: 9, sell: 0 },
      { upTo: 20, unit: "kWh", buy: 0.1, sell: 0 },
      { upTo: null, unit: "kWh", buy: 0.2, sell: 0 },
      { upTo: null, unit: "kWh/kW", buy: 0.3, sell: 0 }
    ]
    // 20 × 0.1 + 40 × 0.2 + 40 × 0.3
    assert.closeTo(totals(tariffOf(tiers), [100])[0]!, 22, 1e-9)
  })
  it("carried credits: used the same month or not, paid or expired in the true-up month", () => {
    const of = (extra: Partial<CaseTariff["metering"]>) =>
      totals(
        tariffOf(flat, metering("netBillingCarryover", { trueUpMonth: 2, ...extra })),
        [-500, 100, 100]
      ).slice(0, 3)
    // 50 earned in January; February uses 30 and pays out 20; March begins from nothing.
    assert.deepStrictEqual(of({}), [0, -20, 30])
    assert.deepStrictEqual(of({ creditExpires: true }), [0, 0, 30])
    const same = (applyCreditSameMonth: boolean) =>
      bills(
        toTariff(tariffOf(flat, metering("netBillingCarryover", { applyCreditSameMonth }))),
        { start: Date.UTC(2018, 0, 1), stepMs: 3_600_000, importKwh: [100, 0], exportKwh: [0, 200] },
        "2018-01"
      )[0]?.total
    assert.deepStrictEqual([same(false), same(true)], ["30", "10"])
  })
  it("kWh kept, the true-up in February at 0.04, paid out or turned into credit", () => {
    const of = (rolloverTrueUpCredit: boolean) =>
      totals(
        tariffOf(
          flat,
          metering("netMeteringKwh", { trueUpMonth: 2, yearEndSellRate: 0.04, rolloverTrueUpCredit })
        ),
        [-300, 100, 100]
      ).slice(0, 3)
    assert.deepStrictEqual(of(false), [0, -8, 30])
    assert.deepStrictEqual(of(true), [0, 0, 22])
  })
  it("sell at the buying price: 100 bought, 100 sold the month after", () => {
    assert.deepStrictEqual(
      totals(tariffOf(flat, metering("netBilling", { sellEqualsBuy: true })), [100, -100]).slice(0, 2),
      [30, -30]
    )
  })
  it("time-of-use demand at the month's single peak, with blocks", () => {
    const early = Array.from({ length: 12 }, () =>
      Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 1 : 2))
    )
    const block = (rate: number) => [
      { upTo: 40, rate },
      { upTo: null, rate: rate * 2 }
    ]
    const demand = (singlePeakForTou: boolean): CaseTariff["demand"] => ({
      flatByMonth: null,
      tou: {
        weekday: early,
        weekend: early,
        periods: [
          { period: 1, tiers: block(1) },
          { period: 2, tiers: block(10) }
        ]
      },
      singlePeakForTou,
      ratchet: null
    })
    const usage = { start: Date.UTC(2018, 0, 1), stepMs: 43_200_000, importKwh: [1200, 600] }
    const of = (single: boolean) =>
      bills(toTariff(tariffOf([{ ...flat[0]!, buy: 0 }], { demand: demand(single) })), usage, "2018-01")[0]
        ?.total
    // 100 kW early: 40 × 1 + 60 × 2 = 160; 50 kW late: 40 × 10 + 10 × 20 = 600.
    assert.deepStrictEqual([of(false), of(true)], ["760", "160"])
  })
  it("a ratchet without actual peaks bills less than the month's own: 50 % of 100 and at least 10", () => {
    const demand: CaseTariff["demand"] = {
      flatByMonth: Array.from({ length: 12 }, () => [{ upTo: null, rate: 1 }]),
      tou: null,
      singlePeakForTou: false,
      ratchet: {
        minimumKw: 10,
        lookbackMonths: 1,
        percentByMonth: Array.from({ length: 12 }, () => 50),
        useActualPeakByMonth: Array.from({ length: 12 }, (_, month) => month === 2),
        touPeriods: [],
        previousYearPeaksKw: Array.from({ length: 12 }, () => 0)
      }
    }
    const free: ReadonlyArray<CaseTier> = [{ ...flat[0]!, buy: 0 }]
    // January 50 % of 100; February January's 50; March its own 60; April March's 30; May the floor.
    const made = totals(tariffOf(free, { demand }), [100, 20, 60, 0, 0], {
      priorPeaksKw: Array.from({ length: 12 }, () => "0")
    })
    assert.deepStrictEqual(made.slice(0, 5), [50, 50, 60, 30, 10])
  })
  it("a monthly and a yearly minimum", () => {
    const made = totals(tariffOf(flat, { minimum: { perMonth: 5, perYear: 100 } }), [100])
    // 30, then eleven times 5 = 85; December adds the 15 that are missing.
    assert.deepStrictEqual(made, [30, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 20])
  })
})
