import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import * as Instant from "./Instant.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as Period from "./Period.ts"
import * as TimeZone from "./TimeZone.ts"

const at = Instant.fromStringOrThrow

const resolve = (period: unknown, now: string, zone = "Europe/Berlin"): string => {
  const calendar = LocalCalendar.of(TimeZone.makeOrThrow(zone))
  const { end, start } = Period.resolve(Schema.decodeUnknownSync(Period.Period)(period), calendar, at(now))
  return `${Instant.format(start)}/${Instant.format(end)}`
}

describe("Period", () => {
  it("resolves names in the zone of the place", () => {
    const now = "2026-03-29T22:30:00Z"
    assert.strictEqual(resolve("today", now), "2026-03-29T22:00:00Z/2026-03-30T22:00:00Z")
    assert.strictEqual(resolve("yesterday", now), "2026-03-28T23:00:00Z/2026-03-29T22:00:00Z")
    assert.strictEqual(resolve("week", now), "2026-03-29T22:00:00Z/2026-04-05T22:00:00Z")
    assert.strictEqual(resolve("month", now), "2026-02-28T23:00:00Z/2026-03-31T22:00:00Z")
    assert.strictEqual(resolve("year", now), "2025-12-31T23:00:00Z/2026-12-31T23:00:00Z")
    assert.strictEqual(resolve("today", now, "America/New_York"), "2026-03-29T04:00:00Z/2026-03-30T04:00:00Z")
  })

  it("takes the last day that existed as yesterday", () => {
    const skipped = resolve("yesterday", "2011-12-30T12:00:00Z", "Pacific/Apia")
    assert.strictEqual(skipped, "2011-12-29T10:00:00Z/2011-12-30T10:00:00Z")
  })

  it("resolves local days and instants, refusing an end before the start", () => {
    const days = { from: "2026-10-25", to: "2026-10-26" }
    assert.strictEqual(resolve(days, "2026-01-01T00:00:00Z"), "2026-10-24T22:00:00Z/2026-10-25T23:00:00Z")
    assert.strictEqual(
      resolve({ start: 0, end: 1000 }, "2026-01-01T00:00:00Z"),
      "1970-01-01T00:00:00Z/1970-01-01T00:00:01Z"
    )
    assert.throws(() => resolve({ from: "2026-10-25", to: "2026-10-24" }, "2026-01-01T00:00:00Z"))
    assert.throws(() => resolve("tomorrow", "2026-01-01T00:00:00Z"))
  })
})
