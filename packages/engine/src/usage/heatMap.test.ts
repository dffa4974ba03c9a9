import { type Energy, Interval, LocalCalendar, Resolution, TimeZone, type Usage } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { heatMapOf, heatMapSource } from "./heatMap.ts"

const day = (zone: string, date: string) => {
  const calendar = LocalCalendar.of(TimeZone.makeOrThrow(zone))
  const within = LocalCalendar.dayInterval(calendar, date as Parameters<typeof LocalCalendar.dayInterval>[1])
  const source = heatMapSource(within, calendar)
  const energy = source === "PT1H" ? 4_000 : 1_000
  const usages = Resolution.split(within, source, calendar).map((cell): Usage => ({
    within: cell,
    imported: energy as Energy.Energy,
    exported: null,
    estimated: 0 as Energy.Energy,
    coveredMs: Interval.duration(cell),
    quality: "measured",
    events: [],
    powerMinW: null,
    powerMaxW: null,
    readings: 1
  }))
  return { source, cells: heatMapOf(usages, within, calendar) }
}

const hours = (zone: string, date: string) => day(zone, date).cells.map(({ hour }) => hour)

const all = Array.from({ length: 24 }, (_, hour) => hour)

describe("heatMapOf", () => {
  it("has the hours the wall clock shows", () => {
    assert.deepStrictEqual(hours("Europe/Berlin", "2026-06-01"), all)
    assert.deepStrictEqual(
      hours("Europe/Berlin", "2026-03-29"),
      all.filter((hour) => hour !== 2)
    )
    assert.deepStrictEqual(hours("Europe/Berlin", "2026-10-25"), [0, 1, 2, 2, ...all.slice(3)])
    assert.deepStrictEqual(hours("America/Sao_Paulo", "2018-11-04"), all.slice(1))
    assert.deepStrictEqual(hours("Pacific/Apia", "2011-12-30"), [])
  })

  it("is made of quarter hours where hours of the wall are no hours of UTC", () => {
    for (const [zone, date, source] of [
      ["Europe/Berlin", "2026-03-29", "PT1H"],
      ["Asia/Kolkata", "2026-06-01", "PT15M"],
      ["Asia/Kathmandu", "2026-06-01", "PT15M"],
      ["Australia/Lord_Howe", "2026-04-05", "PT15M"]
    ] as const) {
      const found = day(zone, date)
      assert.strictEqual(found.source, source, zone)
      const total = found.cells.reduce((sum, { imported }) => sum + (imported ?? 0), 0)
      const covered = found.cells.reduce((sum, { coveredMs }) => sum + coveredMs, 0)
      assert.strictEqual(total, covered / 900, zone)
    }
  })

  it("gives Lord Howe its half hour", () => {
    const { cells } = day("Australia/Lord_Howe", "2026-04-05")
    const short = cells.filter(({ within }) => Interval.duration(within) < 3_600_000)
    assert.deepStrictEqual(
      short.map(({ hour, imported }) => [hour, imported]),
      [[1, 2_000]]
    )
    assert.strictEqual(cells.length, 25)
  })

  it("leaves out hours nothing is known of", () => {
    const calendar = LocalCalendar.of(TimeZone.makeOrThrow("Europe/Berlin"))
    const within = Interval.fromStringsOrThrow("2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z")
    assert.deepStrictEqual(heatMapOf([], within, calendar), [])
  })
})
