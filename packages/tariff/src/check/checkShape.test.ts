import { readFileSync, readdirSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { bill } from "../bill.ts"
import { Refused } from "../Refused.ts"
import { energyOf, tariffOf, usageFrom } from "../tariff.fixture.ts"
import { check } from "./check.ts"

const tariff = tariffOf([energyOf("0.30")], { zone: "UTC" })
const without = (field: string, extra: object = {}): object => {
  const { [field]: _, ...version } = JSON.parse(JSON.stringify(tariff.versions[0])) as Record<string, unknown>
  return { ...tariff, versions: [{ ...version, ...extra }] }
}
const found = (given: unknown) => check(given as never).map(({ message, path }) => `${path}: ${message}`)

describe("a tariff in which something is missing", () => {
  it("is refused with the path to it", () => {
    assert.deepStrictEqual(found(without("charges")), [
      "versions[0].charges: must be a list [ … ], but is missing"
    ])
    assert.deepStrictEqual(found(without("billing")), [
      "versions[0].billing: must be an object { … }, but is missing"
    ])
    assert.deepStrictEqual(found(without("export")), [
      "versions[0].export: must be an object { … }, but is missing"
    ])
    assert.deepStrictEqual(found(undefined), [": a tariff must be an object { … }"])
    const usage = usageFrom("2026-01-01T00:00:00Z", 60, [1])
    assert.throws(() => bill(without("charges") as never, usage), Refused, /charges: must be a list/)
  })
  it("or is another word than those there are: an amount per week was charged by the year", () => {
    const fixed = { kind: "fixed", id: "f", label: "Fixed", group: "network", amount: "1", prorate: "days" }
    assert.deepStrictEqual(found(without("charges", { charges: [{ ...fixed, per: "week" }] })), [
      'versions[0].charges[0].per: must be "day" or "month" or "billingPeriod" or "year", but is "week"'
    ])
  })
  it("whatever it is that is left out or something else: check finds it and never breaks", () => {
    const folder = new URL("../../tariffs/", import.meta.url)
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
      const whole = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as object
      const visit = (parent: Record<string, unknown>): void => {
        for (const [key, value] of Object.entries(parent)) {
          for (const bad of [undefined, null, 5, "x", [], {}, true]) {
            parent[key] = bad
            assert.doesNotThrow(() => check(whole as never))
          }
          parent[key] = value
          if (typeof value === "object" && value !== null) visit(value as Record<string, unknown>)
        }
      }
      visit(whole as Record<string, unknown>)
      assert.deepStrictEqual(found(whole), [])
    }
  })
})
