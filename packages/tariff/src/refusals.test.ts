import { assert, describe, it } from "vitest"
import { cheapestWindow } from "./ahead/cheapest.ts"
import { marginal } from "./ahead/marginal.ts"
import { unitPrices } from "./ahead/unitPrices.ts"
import { bill } from "./bill.ts"
import { check } from "./check/check.ts"
import type { ExportPolicy } from "./model/ExportPolicy.ts"
import type { Series } from "./model/Series.ts"
import { price } from "./price.ts"
import { Refused } from "./Refused.ts"
import { between, demandOf, energyOf, percentOf, sellOf, tariffOf, usageFrom } from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const day = "2026-01-05T00:00:00Z"
const at = (text: string): number => Date.parse(text)

/** The first problem of a refusal; anything else that is thrown is a failure. */
const refusal = (make: () => unknown) => {
  try {
    make()
  } catch (error) {
    if (error instanceof Refused) return error.problems[0]!
    throw error
  }
  return assert.fail("was not refused")
}

const spot = (extra: object = {}) =>
  tariffOf([energyOf({ kind: "series", series: "spot", whenMissing: "error", ...extra })], utc)

const costOf = (series: Series, usage: ReturnType<typeof usageFrom>, extra: object = {}) =>
  bill(spot(extra), usage, undefined, { series: { spot: series } }).total

describe("events of a coincident demand", () => {
  const tariff = tariffOf([demandOf({ statistic: { kind: "coincident", events: "peaks", of: "max" } })], utc)
  const usage = usageFrom(day, 60, [3, 5])
  it("are refused when they are not given, instead of billing nothing", () => {
    const problem = refusal(() => bill(tariff, usage))
    assert.strictEqual(problem.path, "series.peaks")
    assert.include(problem.message, "the events of Demand were not given")
  })
  it("may be given and empty: 0 then, and 3 kW at the event of the first hour", () => {
    const of = (points: ReadonlyArray<{ start: number; end: number; value: number }>) =>
      bill(tariff, usage, undefined, { series: { peaks: { id: "peaks", unit: "kW", points } } }).total
    assert.strictEqual(of([]), "0")
    assert.strictEqual(of([{ start: at(day), end: at(day) + 3_600_000, value: 1 }]), "3")
  })
})

describe("prices whose edges are not on quarter hours", () => {
  const point = (from: string, to: string, value: number) => ({
    start: at(`2026-01-05T${from}Z`),
    end: at(`2026-01-05T${to}Z`),
    value
  })
  const points = (...all: ReadonlyArray<ReturnType<typeof point>>): Series => ({
    id: "spot",
    unit: "EUR/kWh",
    points: all
  })
  const steps = (start: string, stepSeconds: number, values: ReadonlyArray<number>): Series => ({
    id: "spot",
    unit: "EUR/kWh",
    start: at(`2026-01-05T${start}Z`),
    stepSeconds,
    values
  })
  it("hold to the minute: 1 + 1 + 10 for ten minutes each", () => {
    const series = points(point("00:00:00", "00:20:00", 1), point("00:20:00", "01:00:00", 10))
    assert.strictEqual(costOf(series, usageFrom(day, 10, [1, 1, 1])), "12")
  })
  it("divide a longer reading at the edge: 7 kWh at 1 and 53 at 10 are 537", () => {
    const series = points(point("00:00:00", "00:07:00", 1), point("00:07:00", "01:00:00", 10))
    assert.strictEqual(costOf(series, usageFrom(day, 60, [60])), "537")
  })
  it("count from the start of even steps too: half an hour at 1, half an hour at 10 from 00:10 on", () => {
    const series = steps("00:10:00", 1800, [1, 10])
    assert.strictEqual(costOf(series, usageFrom("2026-01-05T00:10:00Z", 10, [1, 1, 1, 1, 1, 1])), "33")
  })
  it("keep their mean: 20 minutes at 1 and 40 at 10 are 7 in the hour", () => {
    const series = points(point("00:00:00", "00:20:00", 1), point("00:20:00", "01:00:00", 10))
    assert.strictEqual(costOf(series, usageFrom(day, 60, [1]), { average: "hour" }), "7")
  })
  it("are refused when finer than a minute", () => {
    const halfMinute = points(point("00:00:00", "00:20:30", 1), point("00:20:30", "01:00:00", 10))
    for (const series of [halfMinute, steps("00:00:00", 90, [1, 10]), steps("00:00:30", 900, [1, 10])]) {
      const problem = refusal(() => costOf(series, usageFrom(day, 10, [1, 1, 1])))
      assert.strictEqual(problem.path, "series.spot")
      assert.include(problem.message, "whole minutes")
    }
  })
})

describe("a price that holds over New Year", () => {
  const usage = usageFrom("2026-01-01T00:00:00Z", 60, [2])
  const steps = (values: ReadonlyArray<number | null>): Series => ({
    id: "spot",
    unit: "EUR/kWh",
    start: at("2025-12-31T22:00:00Z"),
    stepSeconds: 3600,
    values
  })
  const hold = { whenMissing: "hold" } as const
  it("is the last one of the old year: 2 × 0.5", () => {
    assert.strictEqual(costOf(steps([0.3, 0.5]), usage, hold), "1")
    assert.strictEqual(costOf(steps([0.5, null, null]), usage, hold), "1")
  })
  it("is averaged as the old year was: 2 × (0.3 + 0.5) ÷ 2", () => {
    assert.strictEqual(costOf(steps([0.3, 0.5]), usage, { ...hold, average: "day" }), "0.8")
  })
  it("is found over several years, and among intervals", () => {
    const points = [
      { start: at("2023-05-01T00:00:00Z"), end: at("2023-06-01T00:00:00Z"), value: 0.25 },
      { start: at("2026-02-01T00:00:00Z"), end: at("2026-03-01T00:00:00Z"), value: 9 }
    ]
    assert.strictEqual(costOf({ id: "spot", unit: "EUR/kWh", points }, usage, hold), "0.5")
  })
  it("is still refused where nothing came before", () => {
    assert.include(refusal(() => costOf(steps([null, null, null, 1]), usage, hold)).message, "no price")
  })
})

const tiered = (prices: object, extra: object = {}) =>
  energyOf({
    kind: "tiered",
    tiers: {
      steps: [{ upTo: "10" }, { upTo: null }],
      resets: "billingPeriod",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated"
    },
    prices,
    ...extra
  } as never)

describe("tiers without prices", () => {
  const first = (prices: object) => check(tariffOf([tiered(prices)]))[0]
  it("are named by check and refused by bill", () => {
    assert.strictEqual(first({})?.path, "versions[0].charges[0].price.prices")
    assert.include(first({})?.message, '"Energy" has no prices for its tiers')
    assert.strictEqual(
      refusal(() => bill(tariffOf([tiered({})]), usageFrom(day, 60, [1]))).path,
      "versions[0].charges[0].price.prices"
    )
  })
  it("may be misnamed or too many", () => {
    assert.include(first({ peak: ["1", "2"] })?.message, '"Energy" has no prices for its tiers')
    assert.include(first({ "*": ["1", "2", "3"] })?.message, "has 2 tiers, but 3 prices")
  })
  it("cost what they say: 10 × 1 + 2 × 2", () => {
    assert.strictEqual(bill(tariffOf([tiered({ "*": ["1", "2"] })]), usageFrom(day, 60, [12])).total, "14")
  })
})

describe("times without a version", () => {
  const flat = tariffOf([energyOf("0.3")], utc)
  const before = at("2017-06-01T00:00:00Z")
  const ended = { ...flat, versions: [{ ...flat.versions[0], validTo: "2026-01-06" }] } as typeof flat
  it("have no price of any kind", () => {
    const usage = usageFrom("2017-06-01T00:00:00Z", 60, [1])
    const task = { start: before, end: before + 7_200_000, durationMs: 3_600_000, kwh: "1" }
    const asks = [
      () => marginal(flat, undefined, before),
      () => unitPrices(flat, undefined, { start: before, end: before + 3_600_000 }),
      () => unitPrices(flat, undefined, between("2017-12-31T23:00:00Z", "2018-01-01T01:00:00Z")),
      () => cheapestWindow(flat, undefined, task),
      () => price(flat, usage),
      () => bill(flat, usage),
      () => marginal(ended, undefined, at("2026-01-06T00:00:00Z"))
    ]
    for (const ask of asks) {
      const problem = refusal(ask)
      assert.strictEqual(problem.path, "versions")
      assert.include(problem.message, "no version of the tariff is in force from")
    }
  })
  it("do not hide the prices before a tariff ends", () => {
    assert.deepStrictEqual(marginal(ended, undefined, at("2026-01-05T23:00:00Z")), {
      at: at("2026-01-05T23:00:00Z"),
      import: "0.3",
      export: "0"
    })
  })
  it("and an empty time has no price either", () => {
    assert.strictEqual(refusal(() => unitPrices(flat, undefined, between(day, day))).path, "period")
  })
})

describe("names of charges and groups", () => {
  const ledgerOf = (applyTo: object): ExportPolicy => ({
    kind: "netBilling",
    netting: "registers",
    ledger: { applyTo, sameMonth: true, match: "any", trueUp: { month: 12, left: "pay" } }
  })
  const limit = (base: object) => ({
    kind: "minimum",
    id: "m",
    label: "Least",
    group: "other",
    amount: "1",
    per: "month",
    base,
    credits: "after"
  })
  const problemsOf = (charges: ReadonlyArray<unknown>, applyTo: object = {}) =>
    check(tariffOf([energyOf("0.3"), sellOf("0.1"), ...(charges as [])], { export: ledgerOf(applyTo) }))
  it("that are not there are named, wherever they are", () => {
    for (const selector of [{ ids: ["enrgy"] }, { except: ["enrgy"] }]) {
      for (const [problems, path] of [
        [problemsOf([], selector), "versions[0].export.ledger.applyTo"],
        [problemsOf([percentOf("19", { base: selector })]), "versions[0].charges[2].base"],
        [problemsOf([limit(selector)]), "versions[0].charges[2].base"]
      ] as const) {
        assert.strictEqual(problems[0]?.path, path)
        assert.include(problems[0]?.message, '"enrgy", but there is no charge of that name')
      }
    }
  })
  it("are groups only if they are one of the seven", () => {
    const groups = ["suply"]
    for (const problems of [
      problemsOf([], { groups }),
      problemsOf([percentOf("19", { base: { groups } as never })]),
      problemsOf([limit({ groups })]),
      problemsOf([{ ...percentOf("19"), group: "suply" }])
    ]) {
      assert.include(problems[0]?.message, '"suply" is not a group of charges; known are supply, network')
    }
  })
  it("that are there are fine", () => {
    assert.deepStrictEqual(problemsOf([percentOf("19")], { ids: ["energy"], except: ["vat"] }), [])
  })
})

describe("a tariff that was not decoded", () => {
  const sets = (rule: object, extra: object = {}) =>
    ({ s: { periods: [{ id: "a" }], default: "a", rules: [{ period: "a", ...rule }], ...extra } }) as never
  const flat = tariffOf([energyOf("0.3")])
  const version = flat.versions[0]
  const wrong: ReadonlyArray<readonly [unknown, string, string]> = [
    [{ ...flat, timeZone: "Mars/Olympus" }, "timeZone", "Europe/Berlin"],
    [{ ...flat, timeZone: undefined }, "timeZone", "Europe/Berlin"],
    [{ ...flat, currency: "EURO" }, "currency", "EUR"],
    [tariffOf([], { sets: sets({ from: "25:00" }) }), "touSets.s.rules[0].from", "07:30"],
    [tariffOf([], { sets: sets({ to: "7:30" }) }), "touSets.s.rules[0].to", "07:30"],
    [tariffOf([], { sets: sets({ months: [0] }) }), "touSets.s.rules[0].months", "1 to 12"],
    [tariffOf([], { sets: sets({ days: ["funday"] }) }), "touSets.s.rules[0].days", "funday"],
    [
      tariffOf([], { sets: sets({ dates: { from: "02-30", to: "03-01" } }) }),
      "touSets.s.rules[0].dates",
      "11-01"
    ],
    [
      tariffOf([], { calendars: { c: { dates: [{ date: "01.05.2026" }] } } }),
      "calendars.c.dates[0]",
      "2026-"
    ],
    [{ ...flat, versions: [{ ...version, validFrom: "2026-02-30" }] }, "versions[0].validFrom", "2026-"],
    [{ ...flat, versions: [{ ...version, validTo: "soon" }] }, "versions[0].validTo", "2026-"],
    [
      tariffOf([demandOf({ price: { kind: "price", price: "1 €" } })]),
      "versions[0].charges[0].price.price",
      "12.50"
    ],
    [tariffOf([demandOf({ floorKw: 5 as never })]), "versions[0].charges[0].floorKw", "12.50"],
    [spot({ plus: { kind: "flat", price: "ten" } }), "versions[0].charges[0].price.plus.price", '"0.245"'],
    [spot({ whenMissing: "last" }), "versions[0].charges[0].price.whenMissing", '"0.245"'],
    [{ ...flat, versions: undefined }, "versions", "at least one version"]
  ]
  it("is refused with the field and an example of what it should be", () => {
    for (const [tariff, path, words] of wrong) {
      const found = check(tariff as never)[0]
      assert.strictEqual(found?.path, path)
      assert.include(found?.message, words)
      assert.strictEqual(refusal(() => bill(tariff as never, usageFrom(day, 60, [1]))).path, path)
    }
  })
  it("is not billed for a day that is not in the calendar, nor a task for energy that is no number", () => {
    const usage = usageFrom(day, 60, [1])
    assert.strictEqual(
      refusal(() => bill(flat, usage, { from: "2026-01-01", to: "2026-02-30" })).path,
      "period.to"
    )
    const task = { ...between(day, "2026-01-05T03:00:00Z"), durationMs: 3_600_000, kwh: "two" }
    assert.strictEqual(refusal(() => cheapestWindow(flat, usage, task)).path, "task.kwh")
  })
})
