import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { bill } from "../bill.ts"
import { decodeTariff } from "../decode.ts"
import type { Charge } from "../model/charge/Charge.ts"
import { Refused } from "../Refused.ts"
import {
  demandOf,
  energyOf,
  fixedOf,
  percentOf,
  sellOf,
  tariffOf,
  usageFrom,
  versionOf
} from "../tariff.fixture.ts"
import { check } from "./check.ts"

const sets = {
  s: {
    periods: [{ id: "a" }, { id: "b" }],
    default: "a",
    rules: [{ period: "b", from: "07:00", to: "09:00" }]
  }
} as const
const tiers = (extra: object) => ({
  kind: "tiered",
  tiers: {
    steps: [{ upTo: "10" }, { upTo: null }],
    resets: "billingPeriod",
    counts: "allPeriods",
    allocate: "chronological",
    mode: "graduated",
    ...extra
  },
  prices: { "*": ["1", "2"] }
})
const ledger = { applyTo: {}, sameMonth: true, match: "any", trueUp: { month: 12, left: "pay" } } as const

/** Things a tariff may say that cannot be priced. */
const wrong: Readonly<Record<string, unknown>> = {
  "unknown kind of charge": tariffOf([{ ...fixedOf("1", "day"), kind: "subscription" } as never]),
  "unknown kind of price": tariffOf([energyOf({ kind: "auction", price: "1" } as never)]),
  "finite last tier": tariffOf([energyOf(tiers({ steps: [{ upTo: "10" }, { upTo: "20" }] }) as never)]),
  "falling tiers": tariffOf([
    energyOf({
      ...tiers({ steps: [{ upTo: "10" }, { upTo: "5" }, { upTo: null }] }),
      prices: { "*": ["1", "2", "3"] }
    } as never)
  ]),
  "too few prices": tariffOf([energyOf({ ...tiers({}), prices: { "*": ["1"] } } as never)]),
  "price that is no number": tariffOf([energyOf("NaN")]),
  "period without a price": tariffOf([energyOf({ kind: "tou", set: "s", prices: { a: "1" } })], { sets }),
  "price for a period that is not there": tariffOf(
    [energyOf({ kind: "tou", set: "s", prices: { a: "1", b: "1", c: "1" } })],
    { sets }
  ),
  "set that is not there": tariffOf([energyOf({ kind: "tou", set: "t", prices: {} })]),
  "rule for a period that is not there": tariffOf([], {
    sets: { s: { ...sets.s, rules: [{ period: "x" }] } }
  }),
  "holidays without a calendar": tariffOf([], {
    sets: { s: { ...sets.s, rules: [{ period: "b", days: ["holiday"] }] } }
  }),
  "matrix with a number too high": tariffOf([], {
    sets: {
      m: {
        kind: "matrix",
        periods: [{ id: "a" }],
        weekday: Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => 1)),
        weekend: Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => 0))
      }
    }
  }),
  "two charges of one name": tariffOf([energyOf("1"), energyOf("2")]),
  "tax on something that is not there": tariffOf([percentOf("20", { base: { ids: ["grid"] } })]),
  "tax on a later tax": tariffOf([
    percentOf("20", { base: { ids: ["levy"] } }),
    percentOf("5", { id: "levy", label: "Levy", order: 2 })
  ]),
  "export price without export": tariffOf([sellOf("0.1")], { export: { kind: "none" } }),
  "kWh bought without a price": tariffOf([], {
    export: { kind: "netMetering", window: "billingPeriod", surplus: "kWh", ledger }
  }),
  "prices of intervals under net metering": tariffOf(
    [energyOf({ kind: "series", series: "spot", whenMissing: "error" })],
    {
      export: { kind: "netMetering", window: "billingPeriod", surplus: "money", ledger }
    }
  ),
  "demand tiers that end": tariffOf([demandOf({ price: { kind: "tiered", upTo: ["10"], prices: ["1"] } })]),
  "classes without an amount": tariffOf([
    demandOf({ price: { kind: "step", above: ["5"], amounts: ["1"], thresholdIncluded: true } })
  ]),
  "versions that overlap": {
    ...tariffOf([]),
    versions: [
      { ...versionOf("v1", "2025-01-01", []), validTo: "2026-02-01" },
      versionOf("v2", "2026-01-01", [])
    ]
  },
  "gap between versions": {
    ...tariffOf([]),
    versions: [
      { ...versionOf("v1", "2025-01-01", []), validTo: "2025-12-01" },
      versionOf("v2", "2026-01-01", [])
    ]
  },
  "one-off without a date": tariffOf([
    { kind: "credit", id: "fee", label: "Connection", group: "other", amount: "25", per: "once" } as Charge
  ])
}

describe("check", () => {
  it("refuses each of these in words for the person who wrote it", () => {
    const messages = Object.entries(wrong).map(([name, tariff]) => {
      const problems = check(tariff as never)
      assert.isAbove(problems.length, 0, name)
      assert.throws(() => bill(tariff as never, usageFrom("2026-01-05T00:00:00Z", 60, [1])), Refused)
      return `${name}\n  ${problems.map((problem) => `${problem.path}: ${problem.message}`).join("\n  ")}`
    })
    expect(messages.join("\n")).toMatchSnapshot()
  })
  it("has nothing to say about a tariff that can be priced", () => {
    assert.deepStrictEqual(check(tariffOf([energyOf("1"), percentOf("20")], { sets })), [])
  })
})

describe("decodeTariff", () => {
  const problems = (json: unknown) => {
    const decoded = decodeTariff(json)
    assert.isTrue(Result.isFailure(decoded))
    return Result.isFailure(decoded) ? decoded.failure.problems : []
  }
  it("reads what JSON writes", () => {
    const tariff = tariffOf(
      [energyOf("0.245"), sellOf("0.08"), demandOf(), fixedOf("1", "day"), percentOf("19")],
      { sets }
    )
    const decoded = decodeTariff(JSON.parse(JSON.stringify(tariff)))
    assert.isTrue(Result.isSuccess(decoded))
    if (Result.isSuccess(decoded)) assert.deepStrictEqual(decoded.success, tariff)
  })
  it("refuses numbers that are none, with the path to the field", () => {
    for (const price of [Number.NaN, Number.POSITIVE_INFINITY, "NaN", "1e5", 0.245]) {
      const paths = problems(tariffOf([energyOf(price as never)])).map((problem) => problem.path)
      assert.isTrue(
        paths.some((path) => path.startsWith("versions[0].charges[0]")),
        String(price)
      )
    }
  })
  it("refuses a field it does not know, so that nothing is left out silently", () => {
    assert.include(
      problems({ ...tariffOf([]), discount: "5" }).map((problem) => problem.path),
      "discount"
    )
  })
  it("refuses an unknown zone, currency and charge", () => {
    assert.include(problems({ ...tariffOf([]), timeZone: "Mars/Olympus" })[0]?.path, "timeZone")
    assert.include(problems({ ...tariffOf([]), currency: "EURO" })[0]?.path, "currency")
    assert.isAbove(problems(tariffOf([{ kind: "magic" } as never])).length, 0)
  })
})

describe("usage", () => {
  const refused = (usage: Parameters<typeof bill>[1]) => {
    try {
      bill(tariffOf([energyOf("1")]), usage)
    } catch (error) {
      return error instanceof Refused ? error.problems[0] : undefined
    }
    return undefined
  }
  it("is refused with the path where it is negative, infinite, out of order or too short", () => {
    const start = Date.parse("2026-01-05T00:00:00Z")
    assert.strictEqual(refused({ start, stepMs: 3_600_000, importKwh: [1, -1] })?.path, "importKwh[1]")
    assert.strictEqual(
      refused({ start, stepMs: 3_600_000, importKwh: [Number.POSITIVE_INFINITY] })?.path,
      "importKwh[0]"
    )
    assert.strictEqual(refused({ start, stepMs: 3_600_000, importMWh: [0.5] })?.path, "importMWh[0]")
    assert.strictEqual(
      refused({ start: [start, start], end: [start + 1000, start + 2000], importKwh: [1, 1] })?.path,
      "start[1]"
    )
    assert.strictEqual(
      refused({ start, stepMs: 3_600_000, importKwh: [1, 2], exportKwh: [1] })?.path,
      "exportKwh"
    )
    assert.strictEqual(refused({ start, stepMs: 0, importKwh: [1] })?.path, "stepMs")
  })
})
