import { assert, describe, expect, it } from "vitest"
import { bill } from "../bill.ts"
import { january, matrix, refusal, urdbRecord } from "./import.fixture.ts"
import { importOpenEi } from "./openei.ts"

const options = { timeZone: "America/New_York", currency: "USD" }
const load = (extra: object = {}) => importOpenEi({ ...urdbRecord, ...extra }, options)
const charge = (extra: object, id: string) =>
  load(extra).tariff.versions[0].charges.find((one) => one.id === id)
const warnings = (extra: object) => load(extra).warnings.map((one) => one.field)
const said = (extra: object) => refusal(() => load(extra)).problems
const tiers = (...list: ReadonlyArray<object>) => ({
  energyratestructure: [list],
  energyweekdayschedule: undefined,
  energyweekendschedule: undefined
})
const seconds = (text: string) => Date.parse(text) / 1000

describe("an OpenEI record", () => {
  it("is billed: 110 peak hours, 634 others, fuel, fixed and 1 kW", () => {
    const { series, tariff, warnings } = load()
    // January 2026 has 22 weekdays of 5 peak hours: 110 kWh × 0.20 = 22; 634 × (0.10 + 0.01) = 69.74;
    // fuel 744 × 0.005 = 3.72; fixed 10; demand 1 kW × (4.50 + 0.50) = 5. Together 110.46.
    const made = bill(tariff, january("-05:00"), "2026-01")
    assert.strictEqual(made.total, "110.46")
    assert.deepStrictEqual(warnings, [])
    assert.deepStrictEqual(series, {})
  })
  it("names its utility, sector, source and version", () => {
    const { tariff } = load()
    assert.strictEqual(tariff.id, "urdb-539fba68ec4f024bc1dc2fab")
    assert.deepStrictEqual(tariff.provider, { id: "4711", name: "Example Power Co" })
    assert.strictEqual(tariff.customerClass, "Commercial")
    assert.deepStrictEqual(tariff.source, { format: "openei-urdb", url: "https://rates.example/gs2" })
    assert.strictEqual(tariff.versions[0].validFrom, "2025-01-01")
  })
  it("reads tiers per day, per kW and without a unit, and the sum of rate and adj exactly", () => {
    const energy = charge(
      tiers({ max: 10, rate: 0.1, adj: 0.2, unit: "kWh daily" }, { rate: 1e-7 }),
      "energy"
    )
    assert.deepInclude(energy, {
      price: {
        kind: "tiered",
        tiers: {
          steps: [{ upTo: "10", unit: "kWh/day" }, { upTo: null }],
          resets: "billingPeriod",
          counts: "allPeriods",
          allocate: "chronological",
          mode: "graduated"
        },
        prices: { "*": ["0.3", "0.0000001"] }
      }
    })
    const perKw = JSON.stringify(charge(tiers({ max: 200, rate: 1, unit: "kWh/kW" }, { rate: 2 }), "energy"))
    assert.include(perKw, '"unit":"kWh/kW"')
    assert.include(warnings(tiers({ max: 10, rate: 1 }, { rate: 2 })), "energyratestructure[0][0].unit")
  })
  it("gives months with other limits a charge of their own", () => {
    const { tariff } = load({
      energyratestructure: [
        [
          { max: 300, rate: 0.1, unit: "kWh" },
          { rate: 0.2, unit: "kWh" }
        ],
        [
          { max: 500, rate: 0.1, unit: "kWh" },
          { rate: 0.3, unit: "kWh" }
        ]
      ],
      energyweekdayschedule: matrix(() => 0).map((row, month) => (month > 5 ? row.map(() => 1) : row)),
      energyweekendschedule: matrix(() => 0).map((row, month) => (month > 5 ? row.map(() => 1) : row))
    })
    const energy = tariff.versions[0].charges.filter((one) => one.id.startsWith("energy-"))
    assert.deepStrictEqual(
      energy.map((one) => one.active?.months),
      [
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 10, 11, 12]
      ]
    )
    // 300 × 0.1 + 444 × 0.2 = 118.8, and 3.72 + 10 + 5.
    assert.strictEqual(bill(tariff, january("-05:00"), "2026-01").total, "137.52")
  })
  it("reads fixed charges and minimums by day, month and year, also as older records spell them", () => {
    assert.deepInclude(charge({ fixedchargeunits: "$/day" }, "fixed"), { amount: "10", per: "day" })
    assert.deepInclude(charge({ fixedchargeunits: "$/year" }, "fixed"), { per: "year" })
    assert.deepInclude(charge({ fixedchargefirstmeter: null, fixedmonthlycharge: 7 }, "fixed"), {
      amount: "7"
    })
    assert.deepInclude(charge({ mincharge: 2, minchargeunits: "$/day" }, "minimum"), {
      amount: "2",
      per: "day"
    })
    assert.deepInclude(charge({ minmonthlycharge: 3 }, "minimum"), { amount: "3", per: "month" })
    assert.deepInclude(charge({ annualmincharge: 99 }, "minimum-year"), { amount: "99", per: "year" })
  })
  it("reads demand by period, by tier and by day", () => {
    const extra = {
      demandrateunit: "kW daily",
      demandratestructure: [
        [{ rate: 0 }],
        [
          { max: 100, rate: 8 },
          { rate: 9, adj: 1 }
        ]
      ],
      demandweekdayschedule: matrix((hour) => (hour === 17 ? 1 : 0)),
      demandweekendschedule: matrix(() => 0)
    }
    assert.deepInclude(charge(extra, "tou-demand-2"), {
      per: "day",
      minutes: 15,
      pick: { set: "demand", periods: ["2"] },
      price: { kind: "tiered", upTo: ["100", null], prices: ["8", "10"] }
    })
    assert.isUndefined(charge(extra, "tou-demand-1"))
  })
  it("looks back: by months, by a number of months, or by percentages of each month", () => {
    const summer = [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert.deepInclude(charge({ lookbackPercent: 0.8, lookbackMonths: summer }, "billing-demand"), {
      ratchet: { percent: "80", lookbackMonths: 11, sourceMonths: [6, 7, 8, 9], useActual: true }
    })
    assert.deepInclude(charge({ lookbackPercent: 50, lookbackRange: 6 }, "billing-demand"), {
      ratchet: { percent: "50", lookbackMonths: 6, useActual: true }
    })
    const list = { demandratchetpercentage: Array.from({ length: 12 }, () => 0.5) }
    assert.deepInclude(charge(list, "billing-demand"), {
      ratchet: { percent: Array.from({ length: 12 }, () => "50"), lookbackMonths: 11, useActual: true }
    })
    assert.deepInclude(charge({ lookbackPercent: 0.8, lookbackRange: 11 }, "flat-demand-1"), {
      demandOf: "billing-demand"
    })
    // The month's own demand is 1 kW; 80 % of an earlier 10 kW is 8: 7 kW × 5 more than 110.46.
    const { tariff } = load({ lookbackPercent: 0.8, lookbackRange: 11 })
    const priorPeaksKw = Array.from({ length: 12 }, (_, month) => (month === 6 ? "10" : "1"))
    assert.strictEqual(bill(tariff, january("-05:00"), "2026-01", { priorPeaksKw }).total, "145.46")
  })
  it("reads each export rule", () => {
    const sell = { energyratestructure: [[{ rate: 0.1, sell: 0.04 }], [{ rate: 0.2, sell: 0.05 }]] }
    const policy = (extra: object) => load(extra).tariff.versions[0].export
    assert.deepInclude(policy({ dgrules: "Net Metering" }), {
      kind: "netMetering",
      surplus: "kWh",
      set: "energy"
    })
    assert.deepInclude(policy({ ...sell, dgrules: "Net Metering" }), { surplus: "money" })
    assert.deepInclude(policy({ usenetmetering: true }), { kind: "netMetering" })
    assert.deepInclude(policy({ ...sell, dgrules: "Net Billing Instantaneous" }), { netting: "registers" })
    assert.deepInclude(policy({ ...sell, dgrules: "Net Billing Hourly" }), { netting: "interval" })
    assert.deepStrictEqual(policy({ ...sell, dgrules: "Buy All Sell All" }), { kind: "buyAllSellAll" })
    assert.deepInclude(policy(sell), { netting: "registers" })
    assert.deepStrictEqual(policy({}), { kind: "none" })
  })
  it("makes versions of records that supersede each other", () => {
    const older = { ...urdbRecord, label: "old", enddate: seconds("2025-12-31T00:00:00Z") }
    const newer = {
      ...urdbRecord,
      label: "new",
      startdate: seconds("2026-01-01T05:00:00Z"),
      supersedes: "old",
      fixedchargefirstmeter: 11
    }
    const { tariff, warnings } = importOpenEi({ items: [newer, older] }, options)
    assert.deepStrictEqual(
      tariff.versions.map((one) => [one.id, one.validFrom, one.validTo]),
      [
        ["old", "2025-01-01", "2026-01-01"],
        ["new", "2026-01-01", undefined]
      ]
    )
    assert.deepStrictEqual(warnings, [])
    assert.strictEqual(bill(tariff, january("-05:00"), "2026-01").total, "111.46")
    const gap = { ...newer, startdate: seconds("2026-03-01T05:00:00Z") }
    assert.strictEqual(refusal(() => importOpenEi([older, gap], options)).kind, "refused")
  })
})

const left = {
  fixedchargeeaaddl: 5,
  coincidentratestructure: [[{ rate: 9 }]],
  coincidentrateunit: "kW",
  coincidentrateschedule: [0],
  demandreactivepowercharge: 0.5,
  voltagecategory: "Secondary",
  phasewiring: "Single Phase",
  peakkwcapacitymax: 50,
  energyattrs: [{ "Rider X": "$0.01/kWh" }],
  description: "General",
  servicetype: "Delivery",
  approved: true,
  source: "https://tariffs.example/gs2.pdf",
  supersedes: "old",
  enddate: seconds("2026-12-31T00:00:00Z"),
  invented_field: 1
}

describe("what is not in a record's tariff", () => {
  it("is warned of by name, with the reason", () => {
    const found = load(left).warnings
    for (const field of Object.keys(left))
      assert.include(
        found.map((one) => one.field),
        field
      )
    expect(found).toMatchSnapshot()
  })
  it("is warned of where something had to be assumed", () => {
    assert.include(warnings({ demandwindow: null }), "demandwindow")
    assert.include(warnings({ dgrules: "Net Metering" }), "dgrules")
    assert.include(warnings({ lookbackMonths: Array.from({ length: 12 }, () => 1) }), "lookbackMonths")
    assert.include(warnings({ fixedchargeunits: null }), "fixedchargeunits")
    assert.include(warnings({ startdate: seconds("2025-01-01T09:00:00Z") }), "startdate")
    assert.include(
      warnings({ energyratestructure: [[{ rate: 1, lapse: 2 }], [{}]] }),
      "energyratestructure[0][0].lapse"
    )
    assert.include(warnings({ demandweekdayschedule: matrix(() => 0) }), "demandweekdayschedule")
  })
  it("is refused where it cannot be priced", () => {
    const wrong = {
      "finite last tier": tiers({ max: 10, rate: 1 }, { max: 20, rate: 2 }),
      "tier without limit": tiers({ rate: 1 }, { rate: 2 }),
      "tiers that fall": tiers({ max: 10, rate: 1 }, { max: 5, rate: 2 }, { rate: 3 }),
      "tiers per kVA": tiers({ max: 10, rate: 1, unit: "kWh/kVA" }, { rate: 2 }),
      "mixed units": tiers(
        { max: 10, rate: 1, unit: "kWh" },
        { max: 100, rate: 1, unit: "kWh/kW" },
        { rate: 2 }
      ),
      "other limits in one month": {
        energyratestructure: [
          [{ max: 1, rate: 1, unit: "kWh" }, { rate: 2 }],
          [{ max: 2, rate: 1, unit: "kWh" }, { rate: 2 }]
        ]
      },
      "price that is no number": tiers({ rate: "ten" }),
      "schedule of eleven months": { energyweekdayschedule: matrix(() => 0).slice(1) },
      "schedule of a period that is not there": { energyweekendschedule: matrix(() => 7) },
      "schedule missing": { energyweekdayschedule: null },
      "structure that is no list": { energyratestructure: { rate: 1 } },
      "fixed charge per week": { fixedchargeunits: "$/week" },
      "demand in hp": { flatdemandunit: "hp" },
      "demand over 20 minutes": { demandwindow: 20 },
      "demand months": { flatdemandmonths: [0] },
      "rule of its own": { dgrules: "Net Magic" },
      "look back of 30 months": { lookbackPercent: 0.5, lookbackRange: 30 },
      "eleven fuel adjustments": { fueladjustmentsmonthly: [1] },
      "start that is no time": { startdate: "soon" },
      "no start": { startdate: null }
    }
    const messages = Object.entries(wrong).map(
      ([name, extra]) =>
        `${name}\n${said(extra)
          .map(({ message, path }) => `  ${path}: ${message}`)
          .join("\n")}`
    )
    expect(messages.join("\n")).toMatchSnapshot()
  })
  it("is refused where it is no record", () => {
    assert.strictEqual(refusal(() => importOpenEi("x", options)).kind, "unreadable")
    assert.strictEqual(refusal(() => importOpenEi({ items: [] }, options)).kind, "noData")
    assert.strictEqual(refusal(() => importOpenEi({ error: { message: "no key" } }, options)).kind, "noData")
    assert.strictEqual(
      refusal(() => importOpenEi({}, { ...options, validFrom: "2026-01-01" })).kind,
      "refused"
    )
    assert.include(
      refusal(() => importOpenEi(urdbRecord, { ...options, timeZone: "Mars/Base" })).message,
      "Mars/Base"
    )
  })
})
