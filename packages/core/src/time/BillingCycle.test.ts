import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as BillingCycle from "./BillingCycle.ts"
import * as Instant from "./Instant.ts"
import * as Interval from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"
import * as TimeZone from "./TimeZone.ts"

const berlin = LocalCalendar.of(TimeZone.makeOrThrow("Europe/Berlin"))
const date = LocalDate.fromStringOrThrow
const at = Instant.fromStringOrThrow

describe("BillingCycle", () => {
  it("counts every period from the original day", () => {
    const cycle = { anchor: date("2026-01-31"), months: 1 }
    const starts = [0, 1, 2, 3, 13].map((index) => BillingCycle.periodAt(cycle, berlin, index).from)
    assert.deepStrictEqual(starts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2027-02-28"])
    assert.strictEqual(BillingCycle.periodContaining(cycle, berlin, at("2026-02-27T22:59:59Z")).index, 0)
    assert.strictEqual(BillingCycle.periodContaining(cycle, berlin, at("2026-02-27T23:00:00Z")).index, 1)
    assert.strictEqual(BillingCycle.periodContaining(cycle, berlin, at("2026-01-01T00:00:00Z")).index, -1)
  })

  it("has 31 days and 743 hours from 15 March to 15 April in Berlin", () => {
    const cycle = { anchor: date("2025-10-15"), months: 1 }
    const period = BillingCycle.periodContaining(cycle, berlin, at("2026-04-01T00:00:00Z"))
    assert.strictEqual(period.from, "2026-03-15")
    assert.strictEqual(period.to, "2026-04-15")
    assert.strictEqual(Interval.duration(period.interval) / 3_600_000, 743)
    assert.strictEqual(BillingCycle.daysOf(berlin, period), 31)
  })

  it("lists periods that tile", () => {
    const cycle = fc.record({
      anchor: fc.integer({ min: 10_000, max: 30_000 }).map(LocalDate.fromEpochDay),
      months: fc.constantFrom(1, 2, 3, 12)
    })
    const start = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) })
    fc.assert(
      fc.property(cycle, start, fc.integer({ min: 0, max: 3e10 }), (it, from, length) => {
        const interval = { start: from as Instant.Instant, end: (from + length) as Instant.Instant }
        const periods = BillingCycle.periodsIn(it, berlin, interval)
        assert.deepStrictEqual(
          Interval.intersectAll(
            periods.map((period) => period.interval),
            [interval]
          ),
          Interval.normalize([interval])
        )
        periods.forEach((period, index) => {
          assert.strictEqual(period.from, periods[index - 1]?.to ?? period.from)
          assert.strictEqual(BillingCycle.indexOf(it, period.from), period.index)
          assert.strictEqual(BillingCycle.indexOf(it, LocalDate.addDays(period.to, -1)), period.index)
        })
      })
    )
  })

  it("refuses cycles of no months", () => {
    assert.isFalse(Schema.is(BillingCycle.BillingCycle)({ anchor: "2026-01-01", months: 0 }))
    assert.isTrue(Schema.is(BillingCycle.BillingCycle)(BillingCycle.calendarMonths))
  })
})
