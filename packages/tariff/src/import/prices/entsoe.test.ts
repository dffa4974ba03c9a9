import { assert, describe, it } from "vitest"
import { cost, list, publication, timeSeries } from "../import.fixture.ts"
import { importEntsoe } from "./entsoe.ts"

const id = "spot"
const HOUR = 3_600_000
const at = (text: string): number => Date.parse(text)
const first = at("2025-12-31T23:00:00Z")
const entsoe = (body: string, extra: object = {}) => importEntsoe(publication(body), { id, ...extra })

describe("an ENTSO-E publication", () => {
  it("is billed: curve A03 holds prices on, 700 hours at 0.05 and 44 at −0.012345", () => {
    const { about, gaps, series, warnings } = entsoe(
      timeSeries({
        end: "2026-01-31T23:00Z",
        points: [
          [1, "50"],
          [701, "-12.345"]
        ]
      })
    )
    // 700 × 0.05 − 44 × 0.012345 = 35 − 0.54318.
    assert.strictEqual(cost(series), "34.45682")
    assert.deepStrictEqual([gaps, warnings], [[], []])
    assert.deepStrictEqual(about, {
      mRID: "example",
      revisionNumber: "1",
      type: "A44",
      createdDateTime: "2025-12-31T12:00:00Z"
    })
  })
  it("never holds a price beyond its Period, and nothing at all in curve A01", () => {
    const one = timeSeries({ end: "2026-01-01T01:00Z" })
    const later = timeSeries({ start: "2026-01-01T03:00Z", end: "2026-01-01T04:00Z" })
    const { gaps, series, warnings } = entsoe(one + later)
    assert.strictEqual(list(series).length, 3)
    assert.deepStrictEqual(gaps, [{ start: at("2026-01-01T01:00:00Z"), end: at("2026-01-01T03:00:00Z") }])
    assert.deepStrictEqual(
      warnings.map((it) => it.field),
      ["gaps"]
    )
    const points = [
      [1, "1"],
      [3, "3"]
    ] as const
    const plain = entsoe(timeSeries({ curve: "A01", end: "2026-01-01T02:00Z", points }))
    assert.deepStrictEqual(plain.gaps, [{ start: first + HOUR, end: first + 2 * HOUR }])
  })
  it("has as many positions as its interval has hours: 23 and 25 on the days of a change", () => {
    const days = [
      ["2026-03-28T23:00Z", "2026-03-29T22:00Z", 23],
      ["2026-10-24T22:00Z", "2026-10-25T23:00Z", 25]
    ] as const
    for (const [start, end, count] of days) {
      assert.strictEqual(list(entsoe(timeSeries({ start, end })).series).length, count)
    }
  })
  it("may change its steps on the way, and is in any order", () => {
    const quarters = timeSeries({ start: "2026-01-01T00:00Z", end: "2026-01-01T01:00Z", step: "PT15M" })
    const halves = timeSeries({ start: "2026-01-01T01:00Z", end: "2026-01-01T02:00Z", step: "PT30M" })
    const hour = timeSeries({ end: "2026-01-01T00:00Z" })
    const lengths = list(entsoe(halves + quarters + hour).series).map(([, hours]) => hours)
    assert.deepStrictEqual(lengths, [1, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5])
  })
  it("lets the later revision hold, and says what it replaced", () => {
    const end = "2026-01-01T01:00Z"
    const old = publication(timeSeries({ end }))
    const revised = publication(
      timeSeries({
        end,
        points: [
          [1, "50"],
          [2, "60"]
        ]
      }),
      2
    )
    const { replaced, series } = importEntsoe([revised, old], { id })
    assert.deepStrictEqual(
      list(series).map(([, , value]) => value),
      [0.05, 0.06]
    )
    assert.deepStrictEqual(replaced, [
      { start: first + HOUR, end: first + 2 * HOUR, before: 0.05, after: 0.06 }
    ])
  })
  it("prefers the finer steps of two that were published together", () => {
    const quarters = timeSeries({ end: "2026-01-01T00:00Z", step: "PT15M", points: [[1, "10"]] })
    const hour = timeSeries({ end: "2026-01-01T00:00Z", points: [[1, "20"]] })
    const found = [entsoe(quarters + hour), entsoe(hour + quarters)].map(({ series }) =>
      list(series).map(([, , value]) => value)
    )
    const expected = [0.01, 0.01, 0.01, 0.01]
    assert.deepStrictEqual(found, [expected, expected])
  })
  it("takes the first auction unless said, and names the other", () => {
    const both =
      timeSeries({ sequence: 2, points: [[1, "20"]] }) + timeSeries({ sequence: 1, points: [[1, "10"]] })
    const taken = entsoe(both)
    assert.strictEqual(list(taken.series)[0]![2], 0.01)
    assert.include(taken.warnings[0]?.reason, "auction 2")
    assert.strictEqual(list(entsoe(both, { sequence: 2 }).series)[0]![2], 0.02)
  })
  it("names elements it does not read and agreements that are not day-ahead", () => {
    const extra = "<Reason><code>B08</code></Reason>"
    assert.deepStrictEqual(
      entsoe(timeSeries({ extra })).warnings.map((one) => one.field),
      ["TimeSeries.Reason"]
    )
    const intraday = timeSeries({}).replace("type>A01</contract", "type>A07</contract")
    assert.include(entsoe(timeSeries({}) + intraday).warnings[0]?.reason, "A07")
  })
})
