import { assert, describe, expect, it } from "vitest"
import { cost, list, publication, refusal, timeSeries } from "../import.fixture.ts"
import { importAwattar } from "./awattar.ts"
import { type CsvOptions, importCsvPrices } from "./csv.ts"
import { importEnergyCharts } from "./energyCharts.ts"
import { importEntsoe } from "./entsoe.ts"
import { mergePrices } from "./merge.ts"
import { readXml } from "./Xml.ts"

const id = "spot"
const HOUR = 3_600_000
const first = Date.parse("2025-12-31T23:00:00Z")

const charts = {
  license_info: "CC BY 4.0",
  unix_seconds: [first / 1000, first / 1000 + 3600, first / 1000 + 7200, first / 1000 + 8100],
  price: [80.5, -1.25, 40, 41],
  unit: "EUR / MWh",
  deprecated: false
}
const awattar = (count: number, price: (hour: number) => unknown) => ({
  object: "list",
  data: Array.from({ length: count }, (_, hour) => ({
    start_timestamp: first + hour * HOUR,
    end_timestamp: first + (hour + 1) * HOUR,
    marketprice: price(hour),
    unit: "Eur/MWh"
  })),
  url: "/de/v1/marketdata"
})

describe("answers of Energy-Charts and aWATTar", () => {
  it("of Energy-Charts is billed, 744 hours at 0.0805", () => {
    const unix_seconds = Array.from({ length: 744 }, (_, hour) => first / 1000 + hour * 3600)
    const { about, series, warnings } = importEnergyCharts(
      { ...charts, unix_seconds, price: unix_seconds.map(() => 80.5) },
      { id }
    )
    assert.strictEqual(cost(series), "59.892")
    assert.deepStrictEqual(about, { license_info: "CC BY 4.0", deprecated: "false" })
    assert.deepStrictEqual(warnings, [])
  })
  it("of Energy-Charts may change its steps, and has a gap where a price is empty", () => {
    const { gaps, series } = importEnergyCharts(charts, { id })
    assert.deepStrictEqual(
      list(series).map(([, hours, value]) => [hours, value]),
      [
        [1, 0.0805],
        [1, -0.00125],
        [0.25, 0.04],
        [0.25, 0.041]
      ]
    )
    assert.deepStrictEqual(gaps, [])
    const empty = importEnergyCharts({ ...charts, price: [1, null, 2, 3], zone: "DE" }, { id })
    assert.deepStrictEqual(empty.gaps, [{ start: first + HOUR, end: first + 2 * HOUR }])
    assert.includeMembers(
      empty.warnings.map((one) => one.field),
      ["price[1]", "gaps", "zone"]
    )
  })
  it("of aWATTar is billed, 372 hours each at 0.1 and 0.0501", () => {
    const { series, warnings } = importAwattar(
      awattar(744, (hour) => (hour % 2 === 0 ? 100 : 50.1)),
      { id }
    )
    // 37.20 + 18.6372.
    assert.strictEqual(cost(series), "55.8372")
    assert.deepStrictEqual(warnings, [])
    assert.deepStrictEqual(
      importAwattar({ ...awattar(2, () => 1), page: 2 }, { id }).warnings.map((one) => one.field),
      ["page"]
    )
  })
  it("fetched at different times are put together, the later over the earlier", () => {
    const early = importAwattar(
      awattar(3, () => 10),
      { id }
    ).series
    const late = importAwattar({ data: awattar(4, () => 20).data.slice(2) }, { id }).series
    const { gaps, replaced, series } = mergePrices([early, late])
    assert.deepStrictEqual(
      list(series).map(([, , value]) => value),
      [0.01, 0.01, 0.02, 0.02]
    )
    assert.deepStrictEqual([gaps.length, replaced.length], [0, 1])
  })
})

const csv = (text: string, extra: Partial<CsvOptions> = {}) =>
  importCsvPrices(text, {
    id,
    columns: { start: "Start", price: "Price" },
    currency: "EUR",
    per: "MWh",
    timeZone: "Europe/Berlin",
    ...extra
  })
const starts = (text: string, extra: Partial<CsvOptions> = {}) =>
  list(csv(text, extra).series).map(([start]) => new Date(start).toISOString().slice(11, 16))

describe("a file of prices", () => {
  it("is billed: 744 hours at 8.05 cents", () => {
    const rows = Array.from({ length: 744 }, (_, hour) => {
      const [date, time] = new Date(first + HOUR + hour * HOUR).toISOString().split(/[TZ]/)
      const [year, month, day] = date!.split("-")
      return `${day}.${month}.${year} ${time!.slice(0, 5)};8,05;x`
    })
    const { series, warnings } = csv(["Start;Price;Note", ...rows].join("\r\n"), {
      per: "kWh",
      cents: true,
      decimal: ","
    })
    assert.strictEqual(cost(series), "59.892")
    assert.deepStrictEqual(
      warnings.map((one) => one.field),
      ["Note"]
    )
  })
  it("reads both hours of the clock put back, oldest or newest first, and their ends", () => {
    const rows = ["00:00", "01:00", "02:00", "02:00", "03:00"].map((time) => `2026-10-25 ${time},1`)
    const expected = ["22:00", "23:00", "00:00", "01:00", "02:00"]
    assert.deepStrictEqual(starts(`Start,Price\n${rows.join("\n")}`), expected)
    assert.deepStrictEqual(starts(`Start,Price\n${rows.toReversed().join("\n")}`), expected)
    const ends = "Start,End,Price\n2026-10-25 01:00,2026-10-25 02:00,1\n2026-10-25 02:00,2026-10-25 03:00,2\n"
    const { replaced, series } = csv(`${ends}2026-10-25 02:00,2026-10-25 03:00,3\n`, {
      columns: { start: "Start", end: "End", price: "Price" }
    })
    assert.deepStrictEqual(replaced, [])
    assert.deepStrictEqual(
      list(series).map(([, hours, value]) => [hours, value]),
      [
        [1, 0.001],
        [1, 0.002],
        [1, 0.003]
      ]
    )
  })
  it("goes on without the hour of the clock put forward, which cannot be in it", () => {
    assert.deepStrictEqual(starts("Start\tPrice\n2026-03-29 01:00\t1\n2026-03-29 03:00\t2"), [
      "00:00",
      "01:00"
    ])
    const { message } = refusal(() => csv("Start,Price\n2026-03-29 01:00,1\n2026-03-29 02:00,2"))
    assert.strictEqual(
      message,
      "line 3: 2026-03-29 02:00 does not exist in Europe/Berlin: the clock was put forward"
    )
  })
  it("reads times with offsets, quoted cells, columns by number and gaps", () => {
    const { gaps, series, warnings } = csv(
      '2026-01-01T02:00+01:00,"2"\n2025-12-31T23:00:00Z,1\n2026-01-01 04:00,""\n2026-01-01 05:00,4',
      {
        columns: { start: 0, price: 1 }
      }
    )
    assert.deepStrictEqual(
      list(series).map(([, , value]) => value),
      [0.001, 0.002, 0.004]
    )
    assert.strictEqual(gaps.length, 2)
    assert.includeMembers(
      warnings.map((one) => one.field),
      ["price", "gaps"]
    )
  })
})

describe("documents of prices", () => {
  it("are refused in words a person understands", () => {
    const dtd = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    const deep = `${"<a>".repeat(50)}${"</a>".repeat(50)}`
    const xml = (text: string) => () => importEntsoe(text, { id })
    const points = (...list: ReadonlyArray<readonly [number, string]>) =>
      xml(publication(timeSeries({ points: list })))
    const swapped = (from: string, to: string) => xml(publication(timeSeries({}).replace(from, to)))
    const answer = (extra: object) => () => importEnergyCharts({ ...charts, ...extra }, { id })
    const wrong: Readonly<Record<string, () => unknown>> = {
      "no XML": xml("Too many requests"),
      "cut off": xml(publication(timeSeries({})).slice(0, 900)),
      entities: xml(dtd),
      "unknown reference": xml("<a>&nbsp;</a>"),
      "too deep": xml(deep),
      "wrong end": xml("<a>\n<b></a>"),
      "other document": xml("<GL_MarketDocument></GL_MarketDocument>"),
      "no data": xml(
        `<Acknowledgement_MarketDocument><Reason><text>No matching data found</text></Reason>
        </Acknowledgement_MarketDocument>`
      ),
      "position too high": points([1, "1"], [25, "2"]),
      "position twice": points([1, "1"], [1, "2"]),
      "price in words": points([1, "cheap"]),
      "length of a month": swapped("PT60M", "P1M"),
      "no time": swapped("2025-12-31T23:00Z", "yesterday"),
      "odd length": swapped("2026-01-01T23:00Z", "2026-01-01T22:30Z"),
      "other unit": swapped(">MWH<", ">KWT<"),
      "odd curve": swapped(">A03<", ">A05<"),
      "two zones": xml(publication(timeSeries({}) + timeSeries({}).replaceAll("82H", "83F"))),
      "zone not there": () => importEntsoe(publication(timeSeries({})), { id, area: "10YFR-RTE------C" }),
      "lists of two lengths": answer({ price: [1] }),
      "empty lists": answer({ price: [], unix_seconds: [] }),
      "unit of its own": answer({ unit: "ct" }),
      "price as a list": answer({ price: [[], 1, 1, 1] }),
      "time as text": answer({ unix_seconds: ["now", 1, 2, 3] }),
      "one price": answer({ price: [1], unix_seconds: [1] }),
      "no answer": () => importEnergyCharts(null, { id }),
      "aWATTar without data": () => importAwattar({ error: "busy" }, { id }),
      "aWATTar with nothing": () => importAwattar({ data: [] }, { id }),
      "aWATTar with a price that is none": () =>
        importAwattar(
          awattar(1, () => "low"),
          { id }
        ),
      "aWATTar backwards": () =>
        importAwattar(
          { data: [{ start_timestamp: 2, end_timestamp: 1, marketprice: 1, unit: "EUR/MWh" }] },
          { id }
        ),
      "empty file": () => csv("Start,Price\n"),
      "column not there": () => csv("Begin,Price\n2026-01-01 00:00,1"),
      "decimal comma": () => csv("Start;Price\n2026-01-01 00:00;1,5"),
      slashes: () => csv("Start,Price\n01/02/2026 00:00,1"),
      "February 30": () => csv("Start,Price\n2026-02-30 00:00,1"),
      "open quote": () => csv('Start,Price\n"2026-01-01 00:00,1'),
      "no zone": () =>
        importCsvPrices("2026-01-01 00:00,1", {
          id,
          columns: { start: 0, price: 1 },
          currency: "EUR",
          per: "kWh"
        }),
      "odd zone": () => csv("Start,Price\n2026-01-01 00:00,1", { timeZone: "Mars/Base" }),
      "single row": () => csv("Start,Price\n2026-01-01 00:00,1"),
      "price beyond all": () => csv("Start,Price\n2026-01-01 00:00,99999999999", { minutes: 60 }),
      "nothing to merge": () => mergePrices([]),
      "two units": () =>
        mergePrices([
          { id, unit: "EUR/kWh", points: [] },
          { id, unit: "NOK/kWh", points: [] }
        ])
    }
    const messages = Object.entries(wrong).map(([name, work]) => {
      const { kind, problems } = refusal(work)
      return `${name} (${kind})\n${problems.map((it) => `  ${it.path}: ${it.message}`).join("\n")}`
    })
    expect(messages.join("\n")).toMatchSnapshot()
  })
  it("may have comments, CDATA, references and prefixes", () => {
    const root = readXml(
      '\uFEFF<?xml version="1.0"?><x:a b="&amp;"><!-- <c> --><x:c>&lt;&#65;<![CDATA[<d>]]></x:c><e/></x:a>'
    )
    assert.deepStrictEqual(
      [root.name, ...root.children.map((one) => [one.name, one.text])],
      ["a", ["c", "<A<d>"], ["e", ""]]
    )
  })
})
