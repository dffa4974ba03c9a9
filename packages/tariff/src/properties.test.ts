import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { bill, bills } from "./bill.ts"
import { explain } from "./explain.ts"
import { apportion } from "./exact/apportion.ts"
import * as Scaled from "./exact/Scaled.ts"
import { seriesSum } from "./exact/SeriesSum.ts"
import type { Charge } from "./model/charge/Charge.ts"
import type { Bill } from "./model/Bill.ts"
import type { Tariff } from "./model/Tariff.ts"
import type { Tiers } from "./model/Tiers.ts"
import { price } from "./price.ts"
import { demandOf, energyOf, fixedOf, percentOf, sellOf, tariffOf } from "./tariff.fixture.ts"
import type { Usage } from "./usage/Metered.ts"
import { yearCalendar } from "./time/YearCalendar.ts"
import { clockOf } from "./time/Clock.ts"

const START = Date.UTC(2026, 2, 27, 23)
const units = (text: string): bigint => Scaled.parse(text, Scaled.AMOUNT_DIGITS)
const sum = (texts: ReadonlyArray<string>): bigint => texts.reduce((total, text) => total + units(text), 0n)

const energies = fc.array(fc.integer({ min: 0, max: 6_000_000 }), { minLength: 1, maxLength: 60 })
const decimals = fc.integer({ min: -400_000, max: 900_000 }).map((n) => Scaled.format(BigInt(n), 6))
const positive = fc.integer({ min: 1, max: 900_000 }).map((n) => Scaled.format(BigInt(n), 6))

const usage: fc.Arbitrary<Usage> = energies.chain((imported) =>
  fc
    .array(fc.integer({ min: 0, max: 4_000_000 }), { minLength: imported.length, maxLength: imported.length })
    .map((exported) => ({ start: START, stepMs: 3_600_000, importMWh: imported, exportMWh: exported }))
)

const sets: Tariff["touSets"] = {
  s: {
    periods: [{ id: "a" }, { id: "b" }, { id: "c" }],
    default: "a",
    rules: [
      { period: "b", days: ["weekend"], from: "06:30", to: "22:00" },
      { period: "c", from: "17:00", to: "02:00" }
    ]
  }
}

const tierArbitrary = (allocate: Tiers["allocate"]): fc.Arbitrary<Tiers> =>
  fc.record({
    steps: fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
      .map(
        ([first, more]) => [{ upTo: String(first) }, { upTo: String(first + more) }, { upTo: null }] as const
      ),
    resets: fc.constantFrom("day" as const, "billingPeriod" as const, "month" as const, "year" as const),
    counts: fc.constantFrom("allPeriods" as const, "eachPeriod" as const),
    allocate: fc.constant(allocate),
    mode: fc.constantFrom("graduated" as const, "volume" as const)
  })

const three = fc.tuple(decimals, decimals, decimals)

const energyCharge: fc.Arbitrary<Charge> = fc.oneof(
  decimals.map((it) => energyOf(it, { id: "flat" })),
  three.map(([a, b, c]) => energyOf({ kind: "tou", set: "s", prices: { a, b, c } }, { id: "tou" })),
  fc
    .tuple(fc.oneof(tierArbitrary("chronological"), tierArbitrary("proportional")), three, three, three)
    .map(([tiers, a, b, c]) =>
      energyOf({ kind: "tiered", set: "s", tiers, prices: { a, b, c } }, { id: "tiered" })
    )
)

const withoutLimits: fc.Arbitrary<ReadonlyArray<Charge>> = fc
  .tuple(energyCharge, decimals, positive, positive)
  .map(([energy, sell, demand, fixed]) => [
    energy,
    sellOf(sell),
    demandOf({ price: { kind: "price", price: demand } }),
    fixedOf(fixed, "year")
  ])

const anyCharges: fc.Arbitrary<ReadonlyArray<Charge>> = fc
  .tuple(withoutLimits, decimals, positive)
  .map(([charges, percent, minimum]) => [
    ...charges,
    percentOf(percent),
    {
      kind: "minimum",
      id: "minimum",
      label: "Minimum",
      group: "other",
      amount: minimum,
      per: "month",
      base: {},
      credits: "after"
    }
  ])

const runs = (numRuns: number) => ({ numRuns, seed: 20_260_328 })

const isSum = (it: Bill): boolean => sum(it.lines.map((line) => line.amount)) === units(it.total)

describe("exactness", () => {
  it("lines sum to the total to the last digit, with and without rounding", () => {
    fc.assert(
      fc.property(anyCharges, usage, fc.integer({ min: 0, max: 4 }), (charges, given, places) => {
        assert.isTrue(isSum(bill(tariffOf(charges, { sets }), given)))
        const round = { places, mode: "half-even" as const }
        assert.isTrue(
          isSum(bill(tariffOf(charges, { sets, billing: { rounding: { line: round, bill: round } } }), given))
        )
      }),
      runs(800)
    )
  })
  it("interval costs and period lines sum to the total", () => {
    fc.assert(
      fc.property(anyCharges, usage, (charges, given) => {
        const it = price(tariffOf(charges, { sets }), given)
        assert.strictEqual(sum([...it.importCost, ...it.exportCost, it.periodLines]), units(it.total))
      }),
      runs(800)
    )
  })
  it("the explanation of every line sums to the line", () => {
    fc.assert(
      fc.property(anyCharges, usage, (charges, given) => {
        const made = bill(tariffOf(charges, { sets }), given)
        for (const line of made.lines) {
          const it = explain(made, line)
          assert.strictEqual(
            sum([...it.contributions.map((one) => one.amount), it.rounding]),
            units(line.amount),
            line.id
          )
        }
      }),
      runs(600)
    )
  })
  it("the order of charges without percentages and limits does not matter", () => {
    fc.assert(
      fc.property(withoutLimits, usage, fc.integer({ min: 0, max: 3 }), (charges, given, by) => {
        const turned = [...charges.slice(by), ...charges.slice(0, by)].toReversed()
        assert.strictEqual(
          bill(tariffOf(turned, { sets }), given).total,
          bill(tariffOf(charges, { sets }), given).total
        )
      }),
      runs(800)
    )
  })
  it("the exact sum of energy times price is that of big integers", () => {
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    )
    const unit = fc.oneof(fc.integer({ min: -9e15, max: 9e15 }), fc.integer({ min: -1e10, max: 1e10 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, unit), { maxLength: 80 }), (pairs) => {
        const values = Float64Array.from(pairs, ([one]) => one)
        const prices = Float64Array.from(pairs, ([, one]) => one)
        const expected = pairs.reduce((total, [a, b]) => total + BigInt(a) * BigInt(b), 0n)
        assert.strictEqual(seriesSum(values, prices, 0, pairs.length, 0), expected)
      }),
      runs(2000)
    )
    const many = new Float64Array(35_040).fill(4_294_967_295)
    const dear = new Float64Array(35_040).fill(2 ** 40 - 1)
    assert.strictEqual(seriesSum(many, dear, 0, many.length, 0), 35_040n * 4_294_967_295n * (2n ** 40n - 1n))
  })
  it("parts sum to the whole and are less than one from their share", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 }),
        (whole, weights) => {
          const parts = apportion(whole, weights)
          const total = weights.reduce((all, one) => all + one, 0n)
          assert.strictEqual(
            parts.reduce((all, one) => all + one, 0n),
            whole
          )
          if (total > 0n)
            parts.forEach((part, at) =>
              assert.isTrue((part * total - whole * weights[at]!) ** 2n < total ** 2n)
            )
        }
      ),
      runs(1000)
    )
  })
  it("a decimal is read and written as itself", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.integer({ min: 0, max: 24 }),
        (value, digits) => {
          assert.strictEqual(Scaled.parse(Scaled.format(value, digits), digits), value)
        }
      ),
      runs(1000)
    )
  })
})

describe("what holds of tariffs", () => {
  const energyTotal = (charge: Charge, given: Usage): number =>
    Number(bill(tariffOf([charge], { sets }), given).total)
  it("readings divided in halves change nothing but demand", () => {
    fc.assert(
      fc.property(energyCharge, usage, (charge, given) => {
        const double = { ...given, importMWh: Array.from(given.importMWh!, (one) => (one ?? 0) * 2) }
        const halves = {
          ...given,
          stepMs: 1_800_000,
          importMWh: Array.from(given.importMWh!).flatMap((one) => [one, one]),
          exportMWh: Array.from(given.exportMWh!).flatMap((one) => [one, one])
        }
        assert.strictEqual(energyTotal(charge, halves), energyTotal(charge, double))
      }),
      runs(500)
    )
  })
  it("no energy is lost where readings begin at odd minutes or last as long as they like", () => {
    const odd = fc.record({
      start: fc.integer({ min: 0, max: 3_600_000 }).map((ms) => START + ms),
      stepMs: fc.constantFrom(60_000, 300_000, 420_000, 900_000, 1_800_000, 3_600_000, 5_400_000, 86_400_000),
      importMWh: energies
    })
    fc.assert(
      fc.property(odd, (given) => {
        const price = { kind: "tou", set: "s", prices: { a: "1", b: "1", c: "1" } } as const
        const spot = {
          id: "spot",
          unit: "EUR/kWh",
          start: START - 86_400_000,
          stepSeconds: 900,
          values: Array.from({ length: 8000 }, () => 1)
        }
        const series = {
          kind: "series",
          series: "spot",
          plus: { ...price, prices: { a: "1", b: "2", c: "3" } },
          whenMissing: "error"
        } as const
        const period = { start: given.start, end: given.start + given.stepMs * given.importMWh.length }
        const total = given.importMWh.reduce((sum, one) => sum + one, 0)
        assert.strictEqual(
          units(bill(tariffOf([energyOf(price)], { sets }), given, period).total),
          BigInt(total) * 10n ** 18n
        )
        const moving = bill(tariffOf([energyOf(series)], { sets }), given, period, { series: { spot } })
        assert.strictEqual(moving.lines[0]?.quantity, Scaled.format(BigInt(total), 6))
      }),
      runs(300)
    )
  })
  it("a constant on a flat price adds the constant times the energy", () => {
    fc.assert(
      fc.property(decimals, decimals, usage, (a, b, given) => {
        const both = Scaled.format(Scaled.parse(a, 6) + Scaled.parse(b, 6), 6)
        const of = (text: string) => units(bill(tariffOf([energyOf(text)]), given).total)
        assert.strictEqual(of(both), of(a) + of(b))
      }),
      runs(500)
    )
  })
  it("graduated tiers with prices above zero never fall and never jump", () => {
    const price = {
      kind: "tiered",
      tiers: {
        steps: [{ upTo: "10" }, { upTo: "20" }, { upTo: null }],
        resets: "billingPeriod",
        counts: "allPeriods",
        allocate: "chronological",
        mode: "graduated"
      },
      prices: { "*": ["0.1", "0.3", "0.2"] }
    } as const
    const cost = (milli: number) =>
      units(bill(tariffOf([energyOf(price)]), { start: START, stepMs: 3_600_000, importMWh: [milli] }).total)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000_000 }), (milli) => {
        const step = cost(milli + 1) - cost(milli)
        assert.isTrue(step >= units("0.0000001") && step <= units("0.0000003"))
      }),
      runs(500)
    )
  })
  it("in proportion equals in time order when all periods have the same step between tiers", () => {
    fc.assert(
      fc.property(
        tierArbitrary("chronological"),
        decimals,
        decimals,
        decimals,
        positive,
        usage,
        (tiers, a, b, c, step, given) => {
          const plus = (text: string) =>
            [
              text,
              Scaled.format(Scaled.parse(text, 6) + Scaled.parse(step, 6), 6),
              Scaled.format(Scaled.parse(text, 6) + 2n * Scaled.parse(step, 6), 6)
            ] as const
          const of = (allocate: Tiers["allocate"]) =>
            energyTotal(
              energyOf({
                kind: "tiered",
                set: "s",
                tiers: { ...tiers, allocate, counts: "allPeriods", mode: "graduated" },
                prices: { a: plus(a), b: plus(b), c: plus(c) }
              }),
              given
            )
          assert.closeTo(of("proportional"), of("chronological"), 1e-8)
        }
      ),
      runs(500)
    )
  })
  it("a ledger adds up: open + earned − used − expired − paid = close", () => {
    const policies = fc.record({
      sameMonth: fc.boolean(),
      left: fc.constantFrom("pay" as const, "expire" as const, "carry" as const),
      month: fc.integer({ min: 3, max: 4 })
    })
    fc.assert(
      fc.property(policies, positive, positive, usage, ({ left, month, sameMonth }, buy, sell, given) => {
        const ledger = {
          applyTo: { groups: ["supply" as const] },
          sameMonth,
          match: "any" as const,
          trueUp: { month, left }
        }
        const tariff = tariffOf([energyOf(buy), sellOf(sell)], {
          export: { kind: "netBilling", netting: "registers", ledger }
        })
        for (const one of bills(tariff, given, { from: "2026-03-01", to: "2026-05-01" })) {
          const { close, earned, expired, open, paid, used } = one.ledger.money
          assert.strictEqual(
            units(open) + units(earned) - units(used) - units(expired) - units(paid),
            units(close)
          )
        }
      }),
      runs(400)
    )
  })
  it("a bill under buy all, sell all is the load's bill minus sales", () => {
    fc.assert(
      fc.property(energyCharge, positive, usage, (charge, sell, given) => {
        const of = (it: Usage) =>
          units(bill(tariffOf([charge, sellOf(sell)], { sets, export: { kind: "buyAllSellAll" } }), it).total)
        const { exportMWh, ...load } = given
        const sales = of({ ...load, importMWh: Array.from(exportMWh!, () => 0), exportMWh: exportMWh! })
        assert.strictEqual(of(given), of(load) + sales)
      }),
      runs(300)
    )
  })
  it("the bills of parts of a month sum to the month where nothing is counted over it", () => {
    fc.assert(
      fc.property(three, usage, fc.integer({ min: 0, max: 60 }), ([a, b, c], given, hours) => {
        const tariff = tariffOf([energyOf({ kind: "tou", set: "s", prices: { a, b, c } })], { sets })
        const end = START + given.importMWh!.length * 3_600_000
        const cut = Math.min(end - 1, START + hours * 3_600_000 + 600_000)
        const of = (from: number, to: number) => units(bill(tariff, given, { start: from, end: to }).total)
        const whole = of(START, end)
        const difference = of(START, cut) + of(cut, end) - whole
        // A reading that is cut at ten past is divided to whole milliwatt-hours, and so may move by one.
        assert.isTrue(difference ** 2n <= units("0.000004") ** 2n)
      }),
      runs(300)
    )
  })
  it("years of zones with summer time have 8,760 or 8,784 hours", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Sydney",
      "Asia/Kolkata",
      "America/Santiago"
    ]
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 2015, max: 2035 }), (zone, year) => {
        const { end, start } = yearCalendar(clockOf(zone), year)
        assert.strictEqual((end - start) / 3_600_000, year % 4 === 0 ? 8784 : 8760)
      }),
      runs(100)
    )
  })
})
