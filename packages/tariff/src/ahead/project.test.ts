import { assert, describe, it } from "vitest"
import { energyOf, fixedOf, constant, sellOf, tariffOf, usageFrom } from "../tariff.fixture.ts"
import { Refused } from "../Refused.ts"
import { project } from "./project.ts"

const utc = { zone: "UTC" } as const

describe("F53: projection", () => {
  it("ten days of 24 kWh become thirty-one: 10 × 24 so far, 744 expected, the same low and high", () => {
    const usage = constant("2026-01-01T00:00:00Z", 60, 240, 1)
    const it = project(
      tariffOf([energyOf("0.10"), fixedOf("1", "day")], utc),
      usage,
      Date.parse("2026-01-11T00:00:00Z")
    )
    assert.strictEqual(it.toDate.total, "55")
    assert.deepStrictEqual([it.low.total, it.expected.total, it.high.total], ["105.4", "105.4", "105.4"])
  })
  it("made-up readings are estimated: 21 of 31 days, and nothing expected is final", () => {
    const usage = constant("2026-01-01T00:00:00Z", 60, 240, 1)
    const it = project(tariffOf([energyOf("0.10")], utc), usage, Date.parse("2026-01-11T00:00:00Z"))
    assert.deepStrictEqual(it.expected.coverage, {
      expectedMs: 744 * 3_600_000,
      presentMs: 744 * 3_600_000,
      estimatedMs: 504 * 3_600_000
    })
    assert.deepStrictEqual([it.low.final, it.expected.final, it.high.final], [false, false, false])
    assert.strictEqual(it.toDate.coverage.estimatedMs, 0)
  })
  it("makes nothing up for what was used so far when readings lag: 2 kWh sold at 1, not 3", () => {
    const usage = {
      start: Date.parse("2026-01-01T00:00:00Z"),
      stepMs: 86_400_000,
      importKwh: [0, 0],
      exportKwh: [1, 1]
    }
    const it = project(tariffOf([sellOf("1")], utc), usage, Date.parse("2026-01-04T00:00:00Z"))
    assert.strictEqual(it.toDate.total, "-2")
  })
  it("days that vary give a range around what is expected", () => {
    const kwh = Array.from({ length: 240 }, (_, hour) => (Math.floor(hour / 24) % 2 === 0 ? 0.5 : 1.5))
    const it = project(
      tariffOf([energyOf("0.10")], utc),
      usageFrom("2026-01-01T00:00:00Z", 60, kwh),
      Date.parse("2026-01-11T00:00:00Z")
    )
    assert.isBelow(Number(it.low.total), Number(it.expected.total))
    assert.isAbove(Number(it.high.total), Number(it.expected.total))
  })
  it("days of readings over a change of the clock: 20 days of 24 kWh, 743 hours of a kWh expected", () => {
    // March 2026 in Berlin has 743 hours; the day of the 29th has 23 of them. Readings of a day, 1 kWh an
    // hour.
    const start = Date.parse("2026-02-28T23:00:00Z")
    const usage = { start, stepMs: 86_400_000, importKwh: Array.from({ length: 20 }, () => 24) }
    const now = Date.parse("2026-03-21T00:00:00+01:00")
    const it = project(tariffOf([energyOf("1")]), usage, now)
    assert.deepStrictEqual([it.toDate.total, it.expected.total], ["480", "743"])
  })
  it("days of readings of the wall clock, one of 25 hours: 745 kWh in October", () => {
    const days = Array.from({ length: 28 }, (_, day) => day)
    const at = (day: number) =>
      Date.parse("2026-09-30T22:00:00Z") + day * 86_400_000 + (day > 24 ? 3_600_000 : 0)
    const usage = {
      start: days.map(at),
      end: days.map((day) => at(day + 1)),
      importKwh: days.map((day) => (day === 24 ? 25 : 24))
    }
    const it = project(tariffOf([energyOf("1")]), usage, at(28))
    // 28 days with 25 hours in one of them are 673 kWh; three days of 24 kWh are left.
    assert.deepStrictEqual([it.toDate.total, it.expected.total], ["673", "745"])
  })
  it("hours that begin at another time after a change by half an hour are like the hour they are in", () => {
    // Lord Howe until 5 April 2026: 11 hours ahead, then 10:30. 2 kWh from 00:00 to 01:00, else nothing.
    const start = Date.parse("2026-03-31T13:00:00Z")
    const importKwh = Array.from({ length: 96 }, (_, hour) => (hour % 24 === 0 ? 2 : 0))
    const usage = { start, stepMs: 3_600_000, importKwh }
    const it = project(
      tariffOf([energyOf("1")], { zone: "Australia/Lord_Howe" }),
      usage,
      start + 96 * 3_600_000
    )
    // Four days so far and 26 more, of which all have one reading that begins from 00:00 to 01:00.
    assert.deepStrictEqual([it.toDate.total, it.expected.total], ["8", "60"])
  })
  it("is refused with less than a day of readings, and with gaps", () => {
    const of = (count: number) => () =>
      project(
        tariffOf([energyOf("1")], utc),
        constant("2026-01-01T00:00:00Z", 60, count, 1),
        Date.parse("2026-01-01T10:00:00Z")
      )
    assert.throws(of(10), Refused, /at least one day of readings/)
    assert.throws(of(0), Refused, /at least one day of readings/)
    const start = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 3)]
    const gap = { start, end: start.map((at) => at + 86_400_000), importKwh: [1, 1] }
    assert.throws(() => project(tariffOf([energyOf("1")], utc), gap, Date.UTC(2026, 0, 5)), Refused, /gaps/)
  })
})
