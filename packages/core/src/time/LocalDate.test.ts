import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as LocalDate from "./LocalDate.ts"
import * as LocalTime from "./LocalTime.ts"

const date = LocalDate.fromStringOrThrow
const anyDate = fc.integer({ min: -719_162, max: 2_932_896 }).map(LocalDate.fromEpochDay)

describe("LocalDate", () => {
  it("refuses days the calendar does not have", () => {
    for (const text of [
      "2026-02-29",
      "2026-04-31",
      "2026-00-01",
      "2026-13-01",
      "2026-1-1",
      "20260101",
      "0000-01-01"
    ]) {
      assert.isTrue(Result.isFailure(LocalDate.fromString(text)), text)
      assert.isFalse(Schema.is(LocalDate.LocalDate)(text), text)
    }
    assert.strictEqual(date("2024-02-29"), "2024-02-29")
    assert.isTrue(Result.isFailure(LocalDate.make(1900, 2, 29)))
    assert.strictEqual(Result.getOrThrow(LocalDate.make(2000, 2, 29)), "2000-02-29")
  })

  it("counts days as the platform does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (epochDay) => {
        const local = LocalDate.fromEpochDay(epochDay)
        assert.strictEqual(local, new Date(epochDay * 86_400_000).toISOString().slice(0, 10))
        assert.strictEqual(LocalDate.toEpochDay(local), epochDay)
        assert.strictEqual(LocalDate.dayOfWeek(local) % 7, new Date(epochDay * 86_400_000).getUTCDay())
      })
    )
  })

  it("adds months from the original day", () => {
    const anchor = date("2026-01-31")
    assert.strictEqual(LocalDate.addMonths(anchor, 1), "2026-02-28")
    assert.strictEqual(LocalDate.addMonths(anchor, 2), "2026-03-31")
    assert.strictEqual(LocalDate.addMonths(anchor, -2), "2025-11-30")
    assert.strictEqual(LocalDate.addMonths(date("2024-02-29"), 12), "2025-02-28")
  })

  it("orders, and adding days is the inverse of counting them", () => {
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        const days = LocalDate.daysBetween(a, b)
        assert.strictEqual(LocalDate.addDays(a, days), b)
        assert.strictEqual(LocalDate.Order(b, a), Math.sign(days))
      })
    )
  })

  it("names ISO weeks", () => {
    assert.strictEqual(LocalDate.isoWeek(date("2026-01-01")), "2026-W01")
    assert.strictEqual(LocalDate.isoWeek(date("2027-01-01")), "2026-W53")
    assert.strictEqual(LocalDate.isoWeek(date("2024-12-30")), "2025-W01")
    assert.strictEqual(LocalDate.startOfWeek(date("2026-03-01")), "2026-02-23")
  })
})

describe("LocalTime", () => {
  it("reads and writes wall clock times", () => {
    assert.strictEqual(LocalTime.fromStringOrThrow("18:00"), 64_800_000)
    assert.strictEqual(LocalTime.fromStringOrThrow("24:00"), 86_400_000)
    assert.strictEqual(LocalTime.fromStringOrThrow("00:00:01.5"), 1500)
    for (const text of ["18", "18:60", "24:01", "18:00:60", "1:00", "", "18:00:00."]) {
      assert.isTrue(Result.isFailure(LocalTime.fromString(text)), text)
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => {
        assert.strictEqual(LocalTime.fromStringOrThrow(LocalTime.format(ms as LocalTime.LocalTime)), ms)
      })
    )
  })
})
