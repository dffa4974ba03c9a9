import { assert, describe, it } from "vitest"
import { bill } from "./bill.ts"
import { between, constant, dayNight, energyOf, tariffOf, usageFrom } from "./tariff.fixture.ts"
import { clockOf, dayOf, startOfDay } from "./time/Clock.ts"
import { yearCalendar } from "./time/YearCalendar.ts"
import { type Instant, LocalCalendar, TimeZone } from "@wattkit/core"

const night = { kind: "tou", set: "dn", prices: { night: "0.10", day: "0.30" } } as const

describe("H1, F6: days of 23, 24 and 25 hours in Berlin at 1 kW, 00:00–05:00 for 0.10, else 0.30", () => {
  const tariff = tariffOf([energyOf(night)], { sets: dayNight })
  const day = (from: string, to: string, quarters: number) =>
    bill(tariff, constant(from, 15, quarters, 0.25), between(from, to))

  it("2026-03-29 has 23 hours: 4 × 0.10 + 19 × 0.30 = 6.10", () => {
    const it = day("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 92)
    assert.strictEqual(it.total, "6.1")
    assert.deepStrictEqual(it.lines.map((line) => line.quantity).toSorted(), ["19", "4"])
  })
  it("2026-10-25 has 25 hours: 6 × 0.10 + 19 × 0.30 = 6.30", () => {
    assert.strictEqual(day("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 100).total, "6.3")
  })
  it("2026-06-01 has 24 hours: 5 × 0.10 + 19 × 0.30 = 6.20", () => {
    assert.strictEqual(day("2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z", 96).total, "6.2")
  })
  it("a time of 18:00–20:00 begins at 18:00 on the wall on both days", () => {
    const sets = {
      dn: {
        periods: [{ id: "day" }, { id: "night" }],
        default: "day",
        rules: [{ period: "night", from: "18:00", to: "20:00" }]
      }
    } as const
    const evening = tariffOf([energyOf(night)], { sets })
    for (const [from, to, eighteen, quarters] of [
      ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-29T16:00:00Z", 92],
      ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-25T17:00:00Z", 100]
    ] as const) {
      const first = (Date.parse(eighteen) - Date.parse(from)) / 900_000
      const kwh = Array.from({ length: quarters }, (_, at) => (at >= first && at < first + 8 ? 1 : 0))
      assert.strictEqual(bill(evening, usageFrom(from, 15, kwh), between(from, to)).total, "0.8")
    }
  })
})

describe("H4: half-hour zones", () => {
  it("Kolkata's 10 January has the 1.5 kWh half hour (25.0), the 11th the 0.1 one (23.6)", () => {
    const from = "2026-01-09T18:30:00Z"
    const kwh = Array.from({ length: 96 }, () => 0.5)
    kwh[47] = 1.5
    kwh[48] = 0.1
    const tariff = tariffOf([energyOf("1")], { zone: "Asia/Kolkata" })
    const one = (date: string, next: string) =>
      bill(tariff, usageFrom(from, 30, kwh), { from: date, to: next }).total
    assert.strictEqual(one("2026-01-10", "2026-01-11"), "25")
    assert.strictEqual(one("2026-01-11", "2026-01-12"), "23.6")
  })
  it("Kathmandu's days begin at 18:15Z", () => {
    assert.strictEqual(startOfDay(clockOf("Asia/Kathmandu"), 20_000) % 86_400_000, (18 * 60 + 15) * 60_000)
  })
  it("Lord Howe at 1 kW: 24.5 kWh on 2026-04-05 and 23.5 on 2026-10-04", () => {
    const tariff = tariffOf([energyOf("1")], { zone: "Australia/Lord_Howe" })
    const usage = constant("2026-04-03T00:00:00Z", 30, 48 * 200, 0.5)
    assert.strictEqual(bill(tariff, usage, { from: "2026-04-05", to: "2026-04-06" }).total, "24.5")
    assert.strictEqual(bill(tariff, usage, { from: "2026-10-04", to: "2026-10-05" }).total, "23.5")
  })
})

describe("time-of-use sets", () => {
  const priced = (sets: Parameters<typeof tariffOf>[1]) =>
    tariffOf([energyOf({ kind: "tou", set: "s", prices: { a: "1", b: "10" } })], sets)
  const periods = [{ id: "a" }, { id: "b" }] as const

  it("F2: minutes, 07:20–07:50 of an hour at 5-minute readings: 6 × 10 + 6 × 1 = 66", () => {
    const tariff = priced({
      zone: "UTC",
      sets: { s: { periods, default: "a", rules: [{ period: "b", from: "07:20", to: "07:50" }] } }
    })
    assert.strictEqual(bill(tariff, constant("2026-01-05T07:00:00Z", 5, 12, 1)).total, "66")
  })
  it("F2: a reading across the edge is divided: 1 kWh 07:00–08:00 is 0.5 × 10 + 0.5 × 1", () => {
    const tariff = priced({
      zone: "UTC",
      sets: { s: { periods, default: "a", rules: [{ period: "b", from: "07:20", to: "07:50" }] } }
    })
    const it = bill(tariff, usageFrom("2026-01-05T07:00:00Z", 60, [1]))
    assert.strictEqual(it.total, "5.5")
    assert.include(
      it.warnings.map((warning) => warning.code),
      "divided"
    )
  })
  it("F3: date seasons that pass the new year: 11-15 to 02-15 at one kWh a day", () => {
    const tariff = priced({
      zone: "UTC",
      sets: { s: { periods, default: "a", rules: [{ period: "b", dates: { from: "11-15", to: "02-15" } }] } }
    })
    // November: days 1–14 at 1, days 15–30 (16 days) at 10.
    assert.strictEqual(bill(tariff, constant("2026-11-01T00:00:00Z", 1440, 30, 1)).total, "174")
    // February 2027: 15 days at 10, 13 at 1.
    assert.strictEqual(bill(tariff, constant("2027-02-01T00:00:00Z", 1440, 28, 1)).total, "163")
  })
  it("F4: Saturday and Sunday apart, by rules and by matrix", () => {
    const rules = { periods, default: "a", rules: [{ period: "b", days: ["sat"] }] } as const
    // 2026-01-05 is a Monday: a week has six days at 1 and a Saturday at 10.
    const usage = constant("2026-01-05T00:00:00Z", 60, 168, 1)
    assert.strictEqual(bill(priced({ zone: "UTC", sets: { s: rules } }), usage).total, String(24 * 6 + 240))
    const all = (value: number) => Array.from({ length: 12 }, () => Array.from({ length: 24 }, () => value))
    const matrix = { kind: "matrix", periods, weekday: all(0), weekend: all(0), saturday: all(1) } as const
    assert.strictEqual(bill(priced({ zone: "UTC", sets: { s: matrix } }), usage).total, String(24 * 6 + 240))
  })
  it("F5: a holiday acts as a Sunday, another as a holiday of its own", () => {
    const set = (days: readonly ["sun"] | readonly ["holiday"]) =>
      ({ s: { periods, default: "a", calendar: "de", rules: [{ period: "b", days }] } }) as const
    const calendars = {
      de: { dates: [{ date: "2026-01-06", actsAs: "sunday" as const }, { date: "2026-01-07" }] }
    }
    const usage = constant("2026-01-05T00:00:00Z", 1440, 7, 1)
    // Tuesday the 6th acts as Sunday, and Sunday the 11th is one: 2 × 10 + 5 × 1.
    assert.strictEqual(bill(priced({ zone: "UTC", sets: set(["sun"]), calendars }), usage).total, "25")
    // Only Wednesday the 7th is a holiday: 10 + 6.
    assert.strictEqual(bill(priced({ zone: "UTC", sets: set(["holiday"]), calendars }), usage).total, "16")
  })
  it("a span past midnight is matched by the clock; Saturday 01:00 is Saturday", () => {
    const sets = {
      s: { periods, default: "a", rules: [{ period: "b", days: ["sat"], from: "22:00", to: "02:00" }] }
    } as const
    // Saturday 2026-01-10: 00–02 and 22–24 are b, Sunday 00–02 is not: 4 × 10 + 44 × 1.
    assert.strictEqual(
      bill(priced({ zone: "UTC", sets }), constant("2026-01-10T00:00:00Z", 60, 48, 1)).total,
      "84"
    )
  })
})

describe("clock", () => {
  it("agrees with the calendar of the core in zones of every kind, and a year of them has its hours", () => {
    for (const zone of [
      "Europe/Berlin",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "America/Havana",
      "Pacific/Apia",
      "Africa/Cairo"
    ]) {
      const core = LocalCalendar.of(TimeZone.makeOrThrow(zone))
      const clock = clockOf(zone)
      for (let at = Date.UTC(2011, 11, 20); at < Date.UTC(2013, 0, 5); at += 7 * 3_600_000) {
        const instant = at as Instant.Instant
        assert.strictEqual(clock.offsets(at).offset, LocalCalendar.offsetAt(core, instant))
        assert.strictEqual(dayOf(clock, at), LocalCalendar.epochDayOf(core, instant))
      }
    }
    for (const year of [2025, 2026, 2028]) {
      const { end, start } = yearCalendar(clockOf("Europe/Berlin"), year)
      assert.strictEqual((end - start) / 3_600_000, year % 4 === 0 ? 8784 : 8760)
    }
  })
})

describe("where prices and counts begin anew", () => {
  it("a reading over the end of a month: 1 kWh 23:30–00:30 is 0.5 × 1 + 0.5 × 10 = 5.5", () => {
    const prices = ["1", "10", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"]
    const tariff = tariffOf([energyOf({ kind: "monthly", prices })], { zone: "UTC" })
    const it = bill(
      tariff,
      usageFrom("2026-01-31T23:30:00Z", 60, [1]),
      between("2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z")
    )
    assert.strictEqual(it.total, "5.5")
    assert.strictEqual(it.warnings[0]?.code, "divided")
  })
  it("a reading over midnight fills tiers of both days: 4 kWh are 2 × (1 × 0.10 + 1 × 0.20) = 0.6", () => {
    const tiers = {
      steps: [{ upTo: "1" }, { upTo: null }],
      resets: "day",
      counts: "allPeriods",
      allocate: "chronological",
      mode: "graduated"
    } as const
    const price = { kind: "tiered", tiers, prices: { "*": ["0.10", "0.20"] } } as const
    const usage = usageFrom("2026-01-05T23:30:00Z", 60, [4])
    assert.strictEqual(bill(tariffOf([energyOf(price)], { zone: "UTC" }), usage).total, "0.6")
  })
  it("hours of Lord Howe in winter are those of its wall: 01:00–02:00 at 0.3 and 0.5 is 0.4", () => {
    // 10:30 hours ahead of UTC, so the hour on the wall is 14:30–15:30Z; half hours of 0.1, 0.3, 0.5, 0.7.
    const start = Date.parse("2026-06-10T14:00:00Z")
    const spot = { id: "spot", unit: "AUD/kWh", start, stepSeconds: 1800, values: [0.1, 0.3, 0.5, 0.7] }
    const price = { kind: "series", series: "spot", average: "hour", whenMissing: "error" } as const
    const tariff = tariffOf([energyOf(price)], { zone: "Australia/Lord_Howe" })
    const usage = usageFrom("2026-06-10T14:30:00Z", 30, [1, 0])
    assert.strictEqual(bill(tariff, usage, undefined, { series: { spot } }).total, "0.4")
  })
  it("every hour of Kathmandu is whole, for 50 days: 1200 kWh × 0.3 = 360", () => {
    // 05:45 hours ahead: wall hours begin at a quarter past in UTC. 0.1, 0.2, 0.3 and 0.6 have a mean of 0.3.
    const start = Date.parse("2026-06-03T18:15:00Z")
    const values = Array.from({ length: 96 * 240 }, (_, i) => [0.1, 0.2, 0.3, 0.6][i % 4]!)
    const spot = { id: "spot", unit: "NPR/kWh", start, stepSeconds: 900, values }
    const price = { kind: "series", series: "spot", average: "hour", whenMissing: "error" } as const
    const tariff = tariffOf([energyOf(price)], { zone: "Asia/Kathmandu" })
    const importKwh = Array.from({ length: 24 * 200 }, (_, i) => [1, 0, 0, 0][i % 4]!)
    const period = { start, end: start + importKwh.length * 900_000 }
    // 1200 kWh, each in the first quarter of its hour: 1200 × 0.3.
    const it = bill(tariff, { start, stepMs: 900_000, importKwh }, period, { series: { spot } })
    assert.strictEqual(it.total, "360")
  })
})
