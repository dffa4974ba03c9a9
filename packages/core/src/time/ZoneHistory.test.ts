import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Instant from "./Instant.ts"
import * as Interval from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"
import * as TimeZone from "./TimeZone.ts"
import * as ZoneHistory from "./ZoneHistory.ts"

const HOUR = 3_600_000
const date = LocalDate.fromStringOrThrow
const zone = TimeZone.makeOrThrow

const moving = (from: string, to: string, on: string) =>
  ZoneHistory.calendarOf([
    { zone: zone(from), from: date("2000-01-01") },
    { zone: zone(to), from: date(on) }
  ])

describe("ZoneHistory", () => {
  it.each([
    ["Europe/Berlin", "Europe/London", 25],
    ["Europe/London", "Europe/Berlin", 23],
    ["Asia/Kathmandu", "Asia/Kolkata", 24.25],
    ["Pacific/Honolulu", "Pacific/Auckland", 2],
    ["Pacific/Auckland", "Pacific/Honolulu", 46]
  ])(
    "moves from %s to %s: the last old day has %d hours, all others are those of their zone",
    (from, to, hours) => {
      const calendar = moving(from, to, "2026-06-01")
      const last = LocalCalendar.dayInterval(calendar, date("2026-05-31"))
      assert.strictEqual(Interval.duration(last) / HOUR, hours)
      for (const day of ["2026-05-29", "2026-05-30"].map(date)) {
        assert.deepStrictEqual(
          LocalCalendar.dayInterval(calendar, day),
          LocalCalendar.dayInterval(LocalCalendar.of(zone(from)), day)
        )
      }
      for (const day of ["2026-06-01", "2026-06-02", "2027-01-01"].map(date)) {
        assert.deepStrictEqual(
          LocalCalendar.dayInterval(calendar, day),
          LocalCalendar.dayInterval(LocalCalendar.of(zone(to)), day)
        )
      }
    }
  )

  it("tiles time with days across any change", () => {
    const anyZone = fc.constantFrom(
      "Europe/Berlin",
      "Asia/Kathmandu",
      "Pacific/Auckland",
      "America/Sao_Paulo",
      "UTC"
    )
    const anyDay = fc.integer({ min: 17_800, max: 17_900 }).map(LocalDate.fromEpochDay)
    fc.assert(
      fc.property(anyZone, anyZone, anyDay, (from, to, on) => {
        const calendar = moving(from, to, on)
        const month = {
          start: Instant.fromStringOrThrow("2018-09-01T00:00:00Z"),
          end: Instant.fromStringOrThrow("2019-02-01T00:00:00Z")
        }
        const days = LocalCalendar.daysIn(calendar, month)
        days.forEach((day, index) => {
          assert.strictEqual(day.interval.start, days[index - 1]?.interval.end ?? day.interval.start)
          assert.strictEqual(LocalCalendar.dayOf(calendar, day.interval.start), day.date)
          assert.strictEqual(LocalCalendar.dayOf(calendar, Instant.plus(day.interval.end, -1)), day.date)
        })
      }),
      { numRuns: 100 }
    )
  })

  it("keeps days in order when a zone holds for one day only", () => {
    const zones = ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Kolkata", "America/St_Johns"] as const
    fc.assert(
      fc.property(fc.shuffledSubarray([...zones], { minLength: 3, maxLength: 3 }), (names) => {
        const [first, second, third] = names.map(zone)
        if (!first || !second || !third) return assert.fail()
        const calendar = ZoneHistory.calendarOf([
          { zone: first, from: date("2000-01-01") },
          { zone: second, from: date("2026-06-01") },
          { zone: third, from: date("2026-06-02") }
        ])
        const june = LocalCalendar.monthInterval(calendar, date("2026-06-10"))
        const days = LocalCalendar.daysIn(calendar, june)
        assert.deepStrictEqual(Interval.normalize(days.map((day) => day.interval)), [june])
        for (const day of days) {
          assert.strictEqual(LocalCalendar.dayOf(calendar, day.interval.start), day.date)
          assert.strictEqual(LocalCalendar.dayOf(calendar, Instant.plus(day.interval.end, -1)), day.date)
        }
      })
    )
  })

  it("is the calendar of its zone when there is only one, and keeps dates in order", () => {
    const only = { zone: zone("Europe/Berlin"), from: date("2020-01-01") }
    assert.strictEqual(ZoneHistory.calendarOf([only]), LocalCalendar.of(only.zone))
    assert.isTrue(Schema.is(ZoneHistory.ZoneHistory)([only]))
    assert.isFalse(Schema.is(ZoneHistory.ZoneHistory)([]))
    assert.isFalse(Schema.is(ZoneHistory.ZoneHistory)([only, only]))
  })
})
