import { assert, describe, it } from "vitest"
import { bill } from "./bill.ts"
import { reconcile } from "./reconcile.ts"
import { Refused } from "./Refused.ts"
import { constant, demandOf, energyOf, fixedOf, percentOf, tariffOf, usageFrom } from "./tariff.fixture.ts"

const utc = { zone: "UTC" } as const

describe("F58: a bill against a statement", () => {
  it("names rounding, quantity, price, and what only one side has", () => {
    const ours = bill(
      tariffOf([energyOf("0.30"), demandOf(), fixedOf("0.40", "day"), percentOf("10")], utc),
      constant("2026-01-01T00:00:00Z", 60, 744, 1)
    )
    const it = reconcile(ours, {
      currency: "EUR",
      total: "290",
      lines: [
        { label: "Energy", chargeId: "energy", amount: "222", quantity: "740", price: "0.30" },
        { label: "Standing charge", chargeId: "fixed", amount: "15.50", price: "0.50" },
        { label: "VAT", group: "tax", amount: "23.67" },
        { label: "Reminder", chargeId: "fee", amount: "3" }
      ]
    })
    assert.deepStrictEqual(
      it.components.map((one) => [one.component, one.difference, one.cause]),
      [
        ["Energy", "-1.2", "quantity"],
        ["Standing charge", "3.1", "price"],
        ["VAT", "0.01", "rounding"],
        ["Reminder", "3", "onlyInStatement"],
        ["Demand", "-1", "onlyInBill"]
      ]
    )
  })
  const cause = (currency: string, ours: string, theirs: string) =>
    reconcile(
      bill({ ...tariffOf([energyOf(ours)], utc), currency }, usageFrom("2026-01-01T00:00:00Z", 60, [1])),
      { currency, total: theirs, lines: [{ label: "Energy", chargeId: "energy", amount: theirs }] }
    ).components[0]?.cause
  it("two of the smallest coin are rounding: 2 yen, 0.02 euro, 0.002 dinar; a coin more is not", () => {
    assert.deepStrictEqual([cause("JPY", "100", "102"), cause("JPY", "100", "103")], ["rounding", "other"])
    assert.deepStrictEqual(
      [cause("EUR", "100", "100.02"), cause("EUR", "100", "100.03")],
      ["rounding", "other"]
    )
    assert.deepStrictEqual(
      [cause("KWD", "100", "100.002"), cause("KWD", "100", "100.003")],
      ["rounding", "other"]
    )
  })
  it("a statement in another currency is refused by name", () => {
    const ours = bill(tariffOf([energyOf("1")], utc), usageFrom("2026-01-01T00:00:00Z", 60, [1]))
    assert.throws(
      () => reconcile(ours, { currency: "CHF", total: "1", lines: [] }),
      Refused,
      /the statement is in CHF, the bill in EUR/
    )
  })
})
