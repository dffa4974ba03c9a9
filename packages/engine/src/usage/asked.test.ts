import { assert, describe, it } from "@effect/vitest"
import { Instant, Interval, LocalCalendar, TimeZone, usualRetention } from "@wattkit/core"
import { Effect } from "effect"
import { type AskedTime, intervalOf, resolutionFor } from "./asked.ts"
import { monthsWithin } from "./months.ts"

const berlin = LocalCalendar.of(TimeZone.makeOrThrow("Europe/Berlin"))
const now = Instant.fromStringOrThrow("2026-03-29T12:00:00Z")
const at = Instant.fromStringOrThrow

const words = ({ end, start }: Interval.Interval) => [Instant.format(start), Instant.format(end)]

describe("intervalOf", () => {
  const cases: ReadonlyArray<readonly [string, AskedTime, ReadonlyArray<string>]> = [
    ["today, which has 23 hours", {}, ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]],
    ["a month of the location", { period: "month" }, ["2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"]],
    [
      "an interval",
      { from: at("2026-01-01T00:00:00Z"), to: now },
      ["2026-01-01T00:00:00Z", "2026-03-29T12:00:00Z"]
    ],
    [
      "up to now",
      { period: "custom", from: at("2026-03-01T00:00:00Z") },
      ["2026-03-01T00:00:00Z", "2026-03-29T12:00:00Z"]
    ],
    ["no time at all", { from: now, to: now }, ["2026-03-29T12:00:00Z", "2026-03-29T12:00:00Z"]],
    [
      "what is known, however much is asked",
      { from: at("1970-01-01T00:00:00Z"), to: at("9999-12-31T00:00:00Z") },
      ["1999-12-30T00:00:00Z", "2027-05-03T12:00:00Z"]
    ]
  ]
  it.effect.each(cases)("reads %s", ([, asked, expected]) =>
    Effect.map(intervalOf(asked, Effect.succeed(berlin), now), (found) =>
      assert.deepStrictEqual(words(found), [...expected])
    )
  )

  it.effect.each([
    [{ period: "today", from: now }, "period"],
    [{ period: "custom" }, "from"],
    [{ to: now }, "from"],
    [{ from: Instant.plus(now, 1) }, "from"],
    [{ from: now, to: Instant.plus(now, -1) }, "to"]
  ] as const)("refuses %j", ([asked, field]) =>
    Effect.map(Effect.flip(intervalOf(asked, Effect.succeed(berlin), now)), (error) =>
      assert.strictEqual(error.field, field)
    )
  )
})

describe("resolutionFor", () => {
  const day = 86_400_000
  const ago = (from: number, days: number) => ({
    start: Instant.plus(now, -from * day),
    end: Instant.plus(now, (days - from) * day)
  })

  it("shows days in quarter hours, weeks in hours, months in days and years in months", () => {
    const chosen = [1, 7, 31, 366, 800].map((days) => resolutionFor(ago(days, days), now, usualRetention))
    assert.deepStrictEqual(chosen, ["PT15M", "PT1H", "P1D", "P1D", "P1M"])
  })

  it("chooses what is still kept", () => {
    assert.strictEqual(resolutionFor(ago(400, 1), now, usualRetention), "P1D")
    const retention = { ...usualRetention, quarterHourDays: 90 }
    assert.strictEqual(resolutionFor(ago(100, 1), now, retention), "PT1H")
  })
})

describe("monthsWithin", () => {
  it("are the whole months of the location that begin within", () => {
    const of = (start: string, end: string) =>
      words(monthsWithin(Interval.fromStringsOrThrow(start, end), berlin))
    const february = ["2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"]
    assert.deepStrictEqual(of("2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"), february)
    assert.deepStrictEqual(of("2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z"), february)
    const [start, end] = of("2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z")
    assert.strictEqual(start, end)
  })
})
