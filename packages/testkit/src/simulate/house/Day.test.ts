import { assert, describe, it } from "vitest"
import * as Day from "./Day.ts"
import * as House from "./House.ts"

const hour = 3_600_000

const hoursOf = (zone: string, at: string): number => {
  const day = Day.containing(House.make({ start: 0, zone }), Date.parse(at))
  return (day.end - day.start) / hour
}

const clock = (zone: string, at: number): number => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
  const [hours = 0, minutes = 0] = format.format(at).split(":").map(Number)
  return hours * 60 + minutes
}

describe("Day", () => {
  it("is as long as the local day is", () => {
    assert.strictEqual(hoursOf("Europe/Berlin", "2026-03-29T10:00:00Z"), 23)
    assert.strictEqual(hoursOf("Europe/Berlin", "2026-10-25T10:00:00Z"), 25)
    assert.strictEqual(hoursOf("Australia/Lord_Howe", "2026-04-04T20:00:00Z"), 24.5)
    assert.strictEqual(hoursOf("Africa/Cairo", "2026-04-24T10:00:00Z"), 23)
    assert.strictEqual(hoursOf("Asia/Kathmandu", "2026-03-29T10:00:00Z"), 24)
    assert.strictEqual(hoursOf("America/St_Johns", "2026-11-01T12:00:00Z"), 25)
  })

  it("follows the last one without a gap, also where a whole date was left out", () => {
    for (const [zone, from] of [
      ["Pacific/Apia", "2011-12-27"],
      ["Africa/Cairo", "2026-04-20"]
    ] as const) {
      const house = House.make({ start: 0, zone })
      let day = Day.containing(house, Date.parse(from))
      for (let i = 0; i < 9; i++) {
        const next = Day.containing(house, day.end)
        assert.isTrue(next.start <= day.end && day.end < next.end, `${zone} ${next.date}`)
        assert.isAbove(next.end, day.end)
        day = next
      }
    }
  })

  it("lets habits follow the wall clock through the change of clocks", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Sydney"]) {
      const house = House.make({ start: 0, zone, seed: 6 })
      for (let at = Date.UTC(2026, 0, 1, 12); at < Date.UTC(2027, 0, 1); at += 24 * hour) {
        const day = Day.containing(house, at)
        const kettle = day.blocks.find((block) => block.what === "kettle" && block.start >= day.start)
        if (kettle === undefined) continue
        const middle = day.workday ? 400 : 520
        assert.isAtMost(Math.abs(clock(zone, kettle.start) - middle), 26, day.date)
        assert.strictEqual(Day.minuteOf(house, kettle.start), clock(zone, kettle.start))
      }
    }
  })

  it("knows weekends and holidays", () => {
    const house = House.make({ start: 0, holidays: ["2026-06-04", "12-25"] })
    const workday = (date: string): boolean => Day.containing(house, Date.parse(`${date}T10:00:00Z`)).workday
    assert.deepStrictEqual(
      ["2026-06-03", "2026-06-04", "2026-06-06", "2026-06-07", "2026-12-25", "2026-12-24"].map(workday),
      [true, false, false, false, false, true]
    )
  })
})
