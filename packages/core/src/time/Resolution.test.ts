import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Instant from "./Instant.ts"
import * as Interval from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"
import * as Resolution from "./Resolution.ts"
import * as TimeZone from "./TimeZone.ts"

const HOUR = 3_600_000
const calendar = (zone: string) => LocalCalendar.of(TimeZone.makeOrThrow(zone))
const day = (zone: string, text: string) =>
  LocalCalendar.dayInterval(calendar(zone), LocalDate.fromStringOrThrow(text))
const localHours = (zone: string, text: string) =>
  Resolution.splitLocal(day(zone, text), "PT1H", calendar(zone)).map((cell) => ({
    label: Resolution.label(cell.start, "PT1H", calendar(zone)),
    hours: Interval.duration(cell) / HOUR
  }))

describe("Resolution", () => {
  it("reads both spellings and writes ISO 8601", () => {
    const decode = Schema.decodeUnknownSync(Resolution.ResolutionFromString)
    assert.strictEqual(decode("15m"), "PT15M")
    assert.strictEqual(decode("PT15M"), "PT15M")
    assert.strictEqual(decode("1mo"), "P1M")
    assert.strictEqual(Schema.encodeSync(Resolution.ResolutionFromString)("P1M"), "P1M")
    assert.strictEqual(Result.getOrThrow(Resolution.fromString("1m")), "PT1M")
    for (const text of ["", "15M", "2h", "PT2H", "raw"]) {
      assert.throws(() => decode(text))
      assert.isTrue(Result.isFailure(Resolution.fromString(text)))
    }
  })

  it("has 92 and 100 quarter hours and 23 and 25 hours on the days Berlin changes its clock", () => {
    const berlin = calendar("Europe/Berlin")
    assert.strictEqual(Resolution.split(day("Europe/Berlin", "2026-03-29"), "PT15M", berlin).length, 92)
    assert.strictEqual(Resolution.split(day("Europe/Berlin", "2026-10-25"), "PT15M", berlin).length, 100)
    assert.strictEqual(Resolution.split(day("Europe/Berlin", "2026-10-25"), "PT1H", berlin).length, 25)
    const spring = localHours("Europe/Berlin", "2026-03-29")
    assert.strictEqual(spring.length, 23)
    assert.isFalse(spring.some((cell) => cell.label.includes("T02:00")))
    const autumn = localHours("Europe/Berlin", "2026-10-25")
    assert.strictEqual(autumn.length, 25)
    assert.deepStrictEqual(
      autumn.filter((cell) => cell.label.includes("T02:00")),
      [
        { label: "2026-10-25T02:00+02:00", hours: 1 },
        { label: "2026-10-25T02:00+01:00", hours: 1 }
      ]
    )
  })

  it("gives Kolkata its days from quarter hours", () => {
    const kolkata = calendar("Asia/Kolkata")
    const odd: Record<string, number> = { "2026-01-10T18:00:00Z": 1.5, "2026-01-10T18:15:00Z": 1.5 }
    const later: Record<string, number> = { "2026-01-10T18:30:00Z": 0.1, "2026-01-10T18:45:00Z": 0.1 }
    const energy = (cell: Interval.Interval) => {
      const start = Instant.format(cell.start)
      return (odd[start] ?? later[start] ?? 0.5) / 2
    }
    const total = (text: string) =>
      Resolution.split(day("Asia/Kolkata", text), "PT15M", kolkata).reduce(
        (sum, cell) => sum + energy(cell),
        0
      )
    assert.closeTo(total("2026-01-10"), 25, 1e-9)
    assert.closeTo(total("2026-01-11"), 23.6, 1e-9)
  })

  it("aligns hours to UTC when stored and to the wall clock when shown", () => {
    const kathmandu = calendar("Asia/Kathmandu")
    const stored = Resolution.split(day("Asia/Kathmandu", "2026-01-10"), "PT1H", kathmandu)
    assert.strictEqual(stored.length, 25)
    assert.strictEqual(Interval.duration(stored[0] ?? assert.fail()), 0.75 * HOUR)
    const shown = localHours("Asia/Kathmandu", "2026-01-10")
    assert.strictEqual(shown.length, 24)
    assert.strictEqual(shown[1]?.label, "2026-01-10T01:00+05:45")
    assert.isTrue(shown.every((cell) => cell.hours === 1))
  })

  it("shows the half hour of Lord Howe as a cell of its own", () => {
    const autumn = localHours("Australia/Lord_Howe", "2026-04-05")
    assert.strictEqual(autumn.length, 25)
    assert.deepStrictEqual(autumn.slice(1, 4), [
      { label: "2026-04-05T01:00+11:00", hours: 1 },
      { label: "2026-04-05T01:30+10:30", hours: 0.5 },
      { label: "2026-04-05T02:00+10:30", hours: 1 }
    ])
    const spring = localHours("Australia/Lord_Howe", "2026-10-04")
    assert.deepStrictEqual(spring[2], { label: "2026-10-04T02:30+11:00", hours: 0.5 })
    assert.strictEqual(spring.length, 24)
  })

  it("labels cells by their calendar", () => {
    const at = Instant.fromStringOrThrow("2026-12-31T23:30:00Z")
    const berlin = calendar("Europe/Berlin")
    const labels = (["PT15M", "P1D", "P1W", "P1M", "P1Y"] as const).map((it) =>
      Resolution.label(at, it, berlin)
    )
    assert.deepStrictEqual(labels, ["2027-01-01T00:30+01:00", "2027-01-01", "2026-W53", "2027-01", "2027"])
    assert.strictEqual(
      Resolution.label(
        Instant.fromStringOrThrow("1970-01-01T12:00:00Z"),
        "PT1M",
        calendar("Africa/Monrovia")
      ),
      "1970-01-01T11:15-00:44:30"
    )
  })

  it("tiles every interval with the cells its instants lie in", () => {
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "Pacific/Apia",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "America/St_Johns"
    )
    const resolution = fc.constantFrom(...Resolution.Resolution.literals)
    const start = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) })
    const cells = fc.integer({ min: 0, max: 50 * 900_000 })
    fc.assert(
      fc.property(zone, resolution, start, cells, (name, unit, from, length) => {
        const local = calendar(name)
        const millis = Resolution.isFixed(unit) ? length : length * 200
        const interval = { start: from as Instant.Instant, end: (from + millis) as Instant.Instant }
        for (const split of [Resolution.split, Resolution.splitLocal]) {
          const parts = split(interval, unit, local)
          assert.deepStrictEqual(Interval.normalize(parts), Interval.normalize([interval]))
          assert.isTrue(parts.every((part, index) => index === 0 || parts[index - 1]?.end === part.start))
          if (split === Resolution.splitLocal) continue
          for (const part of parts) {
            const cell = Resolution.cellOf(part.start, unit, local)
            assert.deepStrictEqual(Interval.intersect(cell, interval), part)
          }
        }
      }),
      { numRuns: 300 }
    )
  })
})
