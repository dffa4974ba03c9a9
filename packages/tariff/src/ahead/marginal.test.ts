import { assert, describe, it } from "vitest"
import { Refused } from "../Refused.ts"
import { dayNight, energyOf, fixedOf, percentOf, sellOf, tariffOf, usageFrom } from "../tariff.fixture.ts"
import { cheapestWindow } from "./cheapest.ts"
import { marginal } from "./marginal.ts"

const utc = { zone: "UTC" } as const
const tou = { kind: "tou", set: "dn", prices: { night: "0.10", day: "0.30" } } as const
const tariff = tariffOf([energyOf(tou), sellOf("0.08"), fixedOf("0.50", "day"), percentOf("20")], {
  ...utc,
  sets: dayNight
})

describe("F55: marginal price and the cheapest time", () => {
  it("a minute before the price changes it is the price of the quarter hour around it", () => {
    const dayAndNight = energyOf({ kind: "tou", set: "dn", prices: { day: "0.30", night: "0.10" } })
    const it = marginal(
      tariffOf([dayAndNight, percentOf("19")], { zone: "UTC", sets: dayNight }),
      undefined,
      Date.parse("2026-01-05T04:59:00Z")
    )
    // 0.10 × 1.19 now, 0.30 × 1.19 from five o'clock.
    assert.strictEqual(it.import, "0.119")
    assert.deepStrictEqual(it.next, { at: Date.parse("2026-01-05T05:00:00Z"), import: "0.357", export: "0" })
  })
  it("at 04:30 a kWh costs 0.10 × 1.2, from 05:00 on 0.30 × 1.2; an exported one brings 0.08 × 1.2", () => {
    const it = marginal(tariff, undefined, Date.parse("2026-01-05T04:30:00Z"))
    assert.deepStrictEqual(it, {
      at: Date.parse("2026-01-05T04:30:00Z"),
      import: "0.12",
      export: "-0.096",
      next: { at: Date.parse("2026-01-05T05:00:00Z"), import: "0.36", export: "-0.096" }
    })
  })
  it("is that of the tier reached so far", () => {
    const tiers = {
      steps: [{ upTo: "10" }, { upTo: null }],
      resets: "billingPeriod",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated"
    } as const
    const tiered = tariffOf([energyOf({ kind: "tiered", tiers, prices: { "*": ["0.1", "0.2"] } })], utc)
    const at = Date.parse("2026-01-06T00:00:00Z")
    const of = (kwh: number) =>
      marginal(tiered, usageFrom("2026-01-05T00:00:00Z", 60, [kwh]), at, {}, 3_600_000).import
    assert.deepStrictEqual([of(5), of(20)], ["0.1", "0.2"])
  })
  it("three hours and 6 kWh between 20:00 and 08:00 go to 00:00 at 0.12", () => {
    const it = cheapestWindow(tariff, undefined, {
      start: Date.parse("2026-01-05T20:00:00Z"),
      end: Date.parse("2026-01-06T08:00:00Z"),
      durationMs: 3 * 3_600_000,
      kwh: "6"
    })
    assert.deepStrictEqual(it, {
      start: Date.parse("2026-01-06T00:00:00Z"),
      end: Date.parse("2026-01-06T03:00:00Z"),
      price: "0.12",
      cost: "0.72"
    })
  })
  it("is refused under net metering by name", () => {
    const ledger = {
      applyTo: {},
      sameMonth: true,
      match: "any",
      trueUp: { month: 12, left: "carry" }
    } as const
    const netted = tariffOf([energyOf("0.1")], {
      export: { kind: "netMetering", window: "billingPeriod", surplus: "kWh", ledger }
    })
    assert.throws(
      () => marginal(netted, undefined, Date.parse("2026-01-05T00:00:00Z")),
      Refused,
      /net metering/
    )
  })
})

describe("percentages that do not apply", () => {
  it("are not part of the marginal price: 0.30, or 0.36 with 20 %", () => {
    const tariff = tariffOf([energyOf("0.30"), { ...percentOf("20"), active: { appliesIf: "taxed" } }], utc)
    const at = Date.parse("2026-01-05T00:00:00Z")
    assert.strictEqual(marginal(tariff, undefined, at).import, "0.3")
    assert.strictEqual(marginal(tariff, undefined, at, { params: { taxed: true } }).import, "0.36")
  })
  it("apply in their months alone: 0.36 on 31 January at 23:30, and 0.30 half an hour later", () => {
    const winter = percentOf("20", { active: { months: [1] } })
    const tariff = tariffOf([energyOf("0.30"), winter], {
      ...utc,
      billing: { cycle: { kind: "dayOfMonth", day: 15 } }
    })
    const it = marginal(tariff, undefined, Date.parse("2026-01-31T23:30:00Z"))
    assert.deepStrictEqual([it.import, it.next?.import], ["0.36", "0.3"])
    assert.strictEqual(it.next?.at, Date.parse("2026-02-01T00:00:00Z"))
  })
})
