import type { Tariff, Version } from "@wattkit/tariff"
import { assert, describe, it } from "@effect/vitest"
import { pastChange } from "./pastChange.ts"

const today = "2026-06-15"

const version = (validFrom: string, price = "0.30", more: Partial<Version> = {}): Version => ({
  id: `from ${validFrom}`,
  validFrom,
  charges: [
    {
      kind: "energy",
      id: "kwh",
      label: "Energy",
      group: "supply",
      direction: "import",
      price: { kind: "flat", price }
    }
  ],
  export: { kind: "none" },
  billing: { cycle: { kind: "calendarMonth" }, tierProration: "byDays", taxIncluded: false },
  ...more
})

const tariff = (versions: Tariff["versions"], more: Partial<Tariff> = {}): Tariff => ({
  id: "t",
  name: "T",
  currency: "EUR",
  timeZone: "Europe/Berlin",
  commodity: "electricity",
  touSets: { day: { periods: [{ id: "all" }], default: "all", rules: [] } },
  versions,
  ...more
})

const old = version("2020-01-01", "0.20", { validTo: "2026-01-01" })
const now = version("2026-01-01")
const before = tariff([old, now])

const holidays = (...dates: ReadonlyArray<string>) => ({
  calendars: { bank: { dates: dates.map((date) => ({ date })) } }
})

describe("what of a tariff in force may change", () => {
  it.each<readonly [string, Tariff]>([
    ["its name", tariff([old, now], { name: "Other" })],
    ["a version that begins tomorrow", tariff([old, now, version("2026-06-16", "0.40")])],
    ["an end of today's version after today", tariff([old, { ...now, validTo: "2026-06-16" }])],
    [
      "a set that is new",
      tariff([old, now], { touSets: { ...before.touSets, night: before.touSets["day"]! } })
    ],
    ["a holiday to come", tariff([old, now], holidays("2026-06-16"))]
  ])("%s", (_, after) => {
    assert.isUndefined(pastChange(before, after, today))
  })

  it.each<readonly [string, Tariff, string]>([
    ["the currency", tariff([old, now], { currency: "CHF" }), "currency"],
    ["the zone", tariff([old, now], { timeZone: "UTC" }), "timeZone"],
    [
      "a price that was",
      tariff([{ ...version("2020-01-01", "0.21"), validTo: "2026-01-01" }, now]),
      "versions[0]"
    ],
    ["today's price", tariff([old, version("2026-01-01", "0.31")]), "versions[1]"],
    ["the end of what has ended", tariff([{ ...old, validTo: "2025-12-01" }, now]), "versions[0]"],
    ["an end today", tariff([old, { ...now, validTo: today }]), "versions[1]"],
    ["a version taken out", tariff([now]), "versions[0]"],
    ["a version put before", tariff([version("2019-01-01"), old, now]), "versions[0]"],
    ["a version that begins today", tariff([old, now, version(today, "0.40")]), "versions[2].validFrom"],
    ["a set taken out", tariff([old, now], { touSets: {} }), "touSets.day"],
    ["a holiday that was", tariff([old, now], holidays("2026-05-01")), "calendars.bank"],
    ["a holiday today", tariff([old, now], holidays(today)), "calendars.bank"]
  ])("but not %s", (_, after, field) => {
    assert.strictEqual(pastChange(before, after, today), field)
  })

  it("anything, when no version has begun", () => {
    const ahead = tariff([version("2026-06-16")])
    const other = tariff([version("2027-01-01", "9")], { touSets: {}, ...holidays("2026-05-01") })
    assert.isUndefined(pastChange(ahead, other, today))
    assert.strictEqual(pastChange(ahead, tariff([version(today)]), today), "versions[0].validFrom")
  })
})
