import { assert, describe, it } from "vitest"
import { bill } from "../bill.ts"
import type { Charge } from "../model/charge/Charge.ts"
import { marginal } from "../ahead/marginal.ts"
import { between, demandOf, energyOf, fixedOf, percentOf, tariffOf, usageFrom } from "../tariff.fixture.ts"

const utc = { zone: "UTC" } as const
const period = between("2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z")
/** 10 kWh in January, 4 kWh over its end, and 30 kWh in February. */
const usage = {
  start: ["2026-01-20T00:00:00Z", "2026-01-31T23:30:00Z", "2026-02-03T00:00:00Z"].map((at) => Date.parse(at)),
  stepMs: 3_600_000,
  importKwh: [10, 4, 30]
}
const january = percentOf("50", { active: { months: [1] } })
const amountOf = (charges: ReadonlyArray<Charge>, id = "vat", extra = {}): string | undefined =>
  bill(tariffOf(charges, { ...utc, ...extra }), usage, period).lines.find((line) => line.chargeId === id)
    ?.amount

describe("a percentage with months in a bill that is partly in them", () => {
  it("is of the energy used then: 50 % of 10 + 2 kWh at 1", () => {
    assert.strictEqual(amountOf([energyOf("1"), january]), "6")
  })
  it("is of the days of a daily charge, 17, and of January's share of a monthly one, 17 of 31 days", () => {
    assert.strictEqual(amountOf([fixedOf("2", "day"), january]), "17")
    assert.strictEqual(amountOf([fixedOf("62", "month"), january]), "17")
    // The whole month is charged where its first day is, in February.
    assert.strictEqual(amountOf([fixedOf("62", "month", "none"), january]), "0")
  })
  it("is of the month's demand, or of its share of the days, 17 of 31, of one for the whole bill", () => {
    assert.strictEqual(amountOf([demandOf({ per: "month" }), january]), "5")
    assert.strictEqual(amountOf([demandOf({ price: { kind: "price", price: "31" } }), january]), "255")
  })
  it("is of what another percentage is in its months: 50 % of 10 % of 12", () => {
    const all = percentOf("10", { id: "levy", group: "levy", order: 0 })
    assert.strictEqual(
      amountOf([energyOf("1"), all, { ...january, base: { ids: ["levy"] } } as Charge]),
      "0.6"
    )
  })
  it("contained in prices is taken out of its months: 12 ÷ 3", () => {
    const billing = { taxIncluded: true }
    const made = bill(tariffOf([energyOf("1"), january], { ...utc, billing }), usage, period)
    assert.deepStrictEqual([made.total, made.tax], ["44", "4"])
  })
})

describe("percentages of one order", () => {
  it("are not of each other, however they are written: 44 + 4.4 + 8.8", () => {
    const ten = percentOf("10")
    const twenty = percentOf("20", { id: "levy", group: "levy" })
    const total = (charges: ReadonlyArray<Charge>) => bill(tariffOf(charges, utc), usage, period).total
    assert.deepStrictEqual(
      [total([energyOf("1"), ten, twenty]), total([twenty, ten, energyOf("1")])],
      ["57.2", "57.2"]
    )
    const at = Date.parse("2026-01-05T00:00:00Z")
    assert.strictEqual(marginal(tariffOf([energyOf("1"), ten, twenty], utc), undefined, at).import, "1.3")
  })
  it("of a later order are of the earlier: 44 + 4.4, and 20 % of 48.4", () => {
    const twenty = percentOf("20", { id: "levy", group: "levy", order: 2 })
    assert.strictEqual(amountOf([twenty, energyOf("1"), percentOf("10")], "levy"), "9.68")
  })
})

describe("credits up to what there is to pay", () => {
  it("come after other credits, however they are written: 8 − 5, and 3 of 10", () => {
    const credit = { kind: "credit", label: "Credit", group: "other", per: "billingPeriod" } as const
    const plain: Charge = { ...credit, id: "plain", amount: "5" }
    const cut: Charge = { ...credit, id: "cut", amount: "10", upTo: {} }
    const total = (charges: ReadonlyArray<Charge>) =>
      bill(tariffOf(charges, utc), usageFrom("2026-01-05T00:00:00Z", 60, [8])).total
    assert.deepStrictEqual(
      [total([energyOf("1"), plain, cut]), total([energyOf("1"), cut, plain])],
      ["0", "0"]
    )
  })
})
