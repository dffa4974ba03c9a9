import * as DateTime from "effect/DateTime"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Instant from "./Instant.ts"
import * as Interval from "./Interval.ts"
import * as LocalCalendar from "./LocalCalendar.ts"
import * as LocalDate from "./LocalDate.ts"
import * as LocalTime from "./LocalTime.ts"
import * as TimeZone from "./TimeZone.ts"

const HOUR = 3_600_000
const QUARTER = HOUR / 4
const at = Instant.fromStringOrThrow
const date = LocalDate.fromStringOrThrow
const time = LocalTime.fromStringOrThrow
const calendar = (zone: string) => LocalCalendar.of(TimeZone.makeOrThrow(zone))
const texts = (it: Interval.Interval) => [Instant.format(it.start), Instant.format(it.end)]
const hours = (it: Interval.Interval) => Interval.duration(it) / HOUR
const day = (zone: string, text: string) => LocalCalendar.dayInterval(calendar(zone), date(text))

const zones = [
  "Europe/Berlin America/Sao_Paulo America/Havana Pacific/Apia Asia/Kolkata Asia/Kathmandu",
  "Australia/Lord_Howe America/St_Johns Africa/Casablanca Asia/Gaza America/Nuuk",
  "Pacific/Chatham Antarctica/Troll UTC"
].flatMap((line) => line.split(" "))
const anyZone = fc.constantFrom(...zones).map(calendar)
const anyInstant = fc.integer({
  min: Date.UTC(1970, 0, 2),
  max: Date.UTC(2050, 0, 1)
}) as fc.Arbitrary<Instant.Instant>

describe("LocalCalendar", () => {
  it("has days of 23 and 25 hours in Berlin", () => {
    assert.deepStrictEqual(texts(day("Europe/Berlin", "2026-03-29")), [
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z"
    ])
    assert.deepStrictEqual(texts(day("Europe/Berlin", "2026-10-25")), [
      "2026-10-24T22:00:00Z",
      "2026-10-25T23:00:00Z"
    ])
    assert.strictEqual(hours(day("Europe/Berlin", "2026-06-01")), 24)
  })

  it("begins days at half and quarter past in zones that are off by as much", () => {
    assert.deepStrictEqual(texts(day("Asia/Kolkata", "2026-01-10")), [
      "2026-01-09T18:30:00Z",
      "2026-01-10T18:30:00Z"
    ])
    assert.deepStrictEqual(texts(day("Asia/Kathmandu", "2026-01-10")), [
      "2026-01-09T18:15:00Z",
      "2026-01-10T18:15:00Z"
    ])
    assert.strictEqual(hours(day("Australia/Lord_Howe", "2026-04-05")), 24.5)
    assert.strictEqual(hours(day("Australia/Lord_Howe", "2026-10-04")), 23.5)
  })

  it("knows days without midnight and a day that was skipped", () => {
    const saoPaulo = day("America/Sao_Paulo", "2018-11-04")
    assert.strictEqual(hours(saoPaulo), 23)
    assert.strictEqual(LocalCalendar.localParts(calendar("America/Sao_Paulo"), saoPaulo.start).hour, 1)
    assert.strictEqual(hours(day("America/Havana", "2026-03-08")), 23)
    assert.strictEqual(hours(day("America/Havana", "2026-11-01")), 25)
    assert.isTrue(Interval.isEmpty(day("Pacific/Apia", "2011-12-30")))
    const apia = calendar("Pacific/Apia")
    const december = LocalCalendar.daysIn(apia, LocalCalendar.monthInterval(apia, date("2011-12-05")))
    assert.deepStrictEqual(
      december.slice(-2).map((it) => it.date),
      ["2011-12-29", "2011-12-31"]
    )
    assert.strictEqual(december.length, 30)
  })

  it("lets a day begin at its first midnight where the clock was put back just after it", () => {
    const stJohns = calendar("America/St_Johns")
    assert.deepStrictEqual(texts(day("America/St_Johns", "2010-11-07")), [
      "2010-11-07T02:30:00Z",
      "2010-11-08T03:30:00Z"
    ])
    assert.strictEqual(LocalCalendar.dateOf(stJohns, at("2010-11-07T02:45:00Z")), "2010-11-06")
    assert.strictEqual(LocalCalendar.dayOf(stJohns, at("2010-11-07T02:45:00Z")), "2010-11-07")
  })

  it("decides times that occur twice or never", () => {
    const berlin = calendar("Europe/Berlin")
    const of = (text: string, choice?: LocalCalendar.Disambiguation) => {
      const [day = "", clock = ""] = text.split("T")
      return Instant.format(LocalCalendar.instantOf(berlin, date(day), time(clock), choice))
    }
    assert.strictEqual(of("2026-10-25T02:30"), "2026-10-25T00:30:00Z")
    assert.strictEqual(of("2026-10-25T02:30", { fold: "later" }), "2026-10-25T01:30:00Z")
    assert.strictEqual(of("2026-03-29T02:30"), "2026-03-29T01:30:00Z")
    assert.strictEqual(of("2026-03-29T02:30", { gap: "next" }), "2026-03-29T01:00:00Z")
    assert.strictEqual(of("2026-03-29T18:00", { fold: "later", gap: "next" }), "2026-03-29T16:00:00Z")
    assert.strictEqual(of("2026-10-25T18:00"), "2026-10-25T17:00:00Z")
    assert.strictEqual(of("2026-10-24T24:00"), "2026-10-24T22:00:00Z")
    const lordHowe = calendar("Australia/Lord_Howe")
    const shifted = LocalCalendar.instantOf(lordHowe, date("2026-10-04"), time("02:10"))
    assert.strictEqual(LocalTime.format(LocalCalendar.timeOfDay(lordHowe, shifted)), "02:40")
    assert.strictEqual(LocalCalendar.instantsOf(lordHowe, date("2026-04-05"), time("01:45")).length, 2)
  })

  it("finds every instant of a wall clock time, as trying all quarter hours does", () => {
    fc.assert(
      fc.property(anyZone, anyInstant, fc.integer({ min: 0, max: 95 }), (zone, around, quarter) => {
        const change = LocalCalendar.nextChange(zone, around, Instant.plus(around, 366 * 24 * HOUR)) ?? around
        const local = LocalCalendar.dateOf(zone, change)
        const clock = (quarter * QUARTER) as LocalTime.LocalTime
        const expected: Array<number> = []
        const wall = LocalDate.toEpochDay(local) * 24 * HOUR + clock
        for (let t = wall - 16 * HOUR; t <= wall + 16 * HOUR; t += 1000 * 60) {
          if (t + LocalCalendar.offsetAt(zone, t as Instant.Instant) === wall) expected.push(t)
        }
        assert.deepStrictEqual(
          LocalCalendar.instantsOf(zone, local, clock),
          expected as Array<Instant.Instant>
        )
        const chosen = LocalCalendar.instantOf(zone, local, clock, { fold: "later" })
        if (expected.length > 0) assert.strictEqual(chosen, expected.at(-1))
      }),
      { numRuns: 150 }
    )
  })

  it("shows the parts that DateTime shows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyInstant, (zone, instant) => {
        const parts = LocalCalendar.localParts(calendar(zone), instant)
        const expected = DateTime.toParts(DateTime.makeZonedUnsafe(instant, { timeZone: zone }))
        const { day, hour, minute, month, second, year } = expected
        assert.deepInclude(parts, {
          year,
          month,
          day,
          hour,
          minute,
          second,
          millisecond: expected.millisecond
        })
        assert.strictEqual(parts.weekday % 7, expected.weekDay)
        assert.strictEqual(LocalCalendar.minuteOfDay(calendar(zone), instant), hour * 60 + minute)
        assert.strictEqual(LocalCalendar.weekday(calendar(zone), instant), parts.weekday)
      }),
      { numRuns: 500 }
    )
  })

  it("tiles any interval with its days, each of which contains exactly its instants", () => {
    const length = fc.integer({ min: 0, max: 60 * 24 * HOUR })
    fc.assert(
      fc.property(anyZone, anyInstant, length, (zone, start, millis) => {
        const interval = { start, end: Instant.plus(start, millis) }
        const days = LocalCalendar.daysIn(zone, interval)
        assert.deepStrictEqual(
          Interval.intersectAll(
            days.map((it) => it.interval),
            [interval]
          ),
          Interval.normalize([interval])
        )
        days.forEach((it, index) => {
          assert.isFalse(Interval.isEmpty(it.interval))
          assert.strictEqual(it.interval.start, days[index - 1]?.interval.end ?? it.interval.start)
          assert.strictEqual(LocalCalendar.dayOf(zone, it.interval.start), it.date)
          assert.strictEqual(LocalCalendar.dayOf(zone, Instant.plus(it.interval.end, -1)), it.date)
        })
      }),
      { numRuns: 200 }
    )
  })

  it("has months, weeks and years that are the sum of their days", () => {
    const spans = [LocalCalendar.weekInterval, LocalCalendar.monthInterval, LocalCalendar.yearInterval]
    fc.assert(
      fc.property(anyZone, anyInstant, fc.constantFrom(...spans), (zone, instant, spanOf) => {
        const span = spanOf(zone, LocalCalendar.dayOf(zone, instant))
        const days = LocalCalendar.daysIn(zone, span)
        assert.isTrue(Interval.contains(span, instant))
        assert.strictEqual(days[0]?.interval.start, span.start)
        assert.strictEqual(
          days.reduce((sum, it) => sum + Interval.duration(it.interval), 0),
          Interval.duration(span)
        )
      }),
      { numRuns: 100 }
    )
  })

  it("begins every day on a quarter hour of UTC since 1980", () => {
    const interval = { start: at("1980-01-01T00:00:00Z"), end: at("2040-01-01T00:00:00Z") }
    for (const name of Intl.supportedValuesOf("timeZone").filter((_, index) => index % 6 === 0)) {
      const zone = calendar(name)
      for (const change of [interval.start, ...LocalCalendar.changesIn(zone, interval)]) {
        const around = { start: Instant.plus(change, -24 * HOUR), end: Instant.plus(change, 24 * HOUR) }
        for (const it of LocalCalendar.daysIn(zone, around))
          assert.strictEqual(it.interval.start % QUARTER, 0, name)
      }
    }
  })

  it("lists the changes of a year", () => {
    const berlin = calendar("Europe/Berlin")
    const changes = LocalCalendar.changesIn(berlin, LocalCalendar.yearInterval(berlin, date("2026-07-01")))
    assert.deepStrictEqual(changes.map(Instant.format), ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"])
    assert.deepStrictEqual(
      LocalCalendar.changesIn(LocalCalendar.utc, {
        start: at("2026-01-01T00:00:00Z"),
        end: at("2027-01-01T00:00:00Z")
      }),
      []
    )
  })
})
