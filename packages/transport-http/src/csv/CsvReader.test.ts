import { DeviceId, TimeZone } from "@wattkit/core"
import { Result } from "effect"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { hear, pieces, reading } from "../rows.fixture.ts"
import { columnsOf } from "./columns.ts"
import { CsvReader } from "./CsvReader.ts"
import { dialectOf } from "./dialect.ts"
import { LocalTimes } from "./LocalTimes.ts"
import { cellsOf } from "./records.ts"
import * as CsvText from "./text.ts"

interface Reading {
  readonly names?: Record<string, string>
  readonly zone?: string
  readonly thoroughly?: boolean
  readonly deviceId?: string
  readonly pieces?: ReadonlyArray<number>
}

const read = (text: string, options: Reading = {}) => {
  const [first = ""] = text.split(/\r?\n/)
  const dialect = dialectOf(first)
  const columns = Result.getOrThrow(columnsOf(cellsOf(first, dialect.separator) as string[], options.names))
  const bytes = new TextEncoder().encode(text)
  const offset = bytes.indexOf(10) + 1
  const localTimes =
    options.zone === undefined ? undefined : new LocalTimes(TimeZone.makeOrThrow(options.zone))
  const make = (sink: ConstructorParameters<typeof CsvReader>[1]) =>
    new CsvReader(
      {
        columns,
        dialect,
        localTimes,
        defaults: options.deviceId === undefined ? {} : { deviceId: DeviceId.make(options.deviceId) },
        from: { offset, line: 2 },
        thoroughly: options.thoroughly
      },
      sink
    )
  return { ...hear(make, bytes.subarray(offset), options.pieces), size: bytes.length, localTimes }
}

const said = (
  heard: ReturnType<typeof read>
): ReadonlyArray<{ readonly at: string; readonly [name: string]: unknown }> =>
  heard.readings.map(([line, { at, ...rest }]) => ({ line, at: new Date(at).toISOString(), ...rest }))
const faults = (heard: ReturnType<typeof read>) =>
  heard.faults.flatMap(([line, all]) => all.map(({ field, message }) => `${line} ${field}: ${message}`))

describe("CsvReader", () => {
  it("reads the columns of the header, whatever stands in quotes, with any end of line", () => {
    const heard = read(
      'at,"importWh",device,channel,note,extra.flow\r\n' +
        '2026-01-01T00:00:00Z,"1.5",m1,,"a ""b"",\nc",3\r\n\r\n' +
        "2026-01-01 00:01:00+01:00,2,m1,L1,,\n"
    )
    assert.deepStrictEqual(faults(heard), [])
    assert.deepStrictEqual(said(heard), [
      {
        line: 2,
        at: "2026-01-01T00:00:00.000Z",
        deviceId: "m1",
        channel: "main",
        importWh: 1.5,
        extra: { flow: 3 }
      },
      { line: 5, at: "2025-12-31T23:01:00.000Z", deviceId: "m1", channel: "L1", importWh: 2 }
    ])
    assert.strictEqual(heard.end, heard.size)
  })

  it("converts units exactly and takes the decimal comma of a file with semicolons", () => {
    const names = { at: "Zeit", importWh: "Zählerstand:kWh", powerW: "P" }
    const heard = read("Zeit;Zählerstand;P\n2026-01-01T00:00:00Z;1,001;-5\n2026-01-01T00:01:00Z;1.002;5\n", {
      names,
      deviceId: "m1"
    })
    assert.deepStrictEqual(
      heard.readings.map(([, { importWh, powerW }]) => [importWh, powerW]),
      [[1001, -5]]
    )
    assert.deepStrictEqual(faults(heard), [
      "3 importWh: must be a number with a decimal comma (see --decimal), without anything else"
    ])
  })

  it("says of every wrong row which field and why, and reads its neighbours", () => {
    const rows = [
      "2026-01-01T00:00:00Z,m1,1",
      "2026-01-01T00:00:00,m1,1",
      "yesterday,m1,1",
      ",m1,1",
      "2026-01-01T00:00:00Z,a b,1",
      "2026-01-01T00:00:00Z,,1",
      "2026-01-01T00:00:00Z,m1,",
      "2026-01-01T00:00:00Z,m1,one",
      "2026-01-01T00:00:00Z,m1,-1",
      "2026-01-01T00:00:00Z,m1,1,5",
      '2026-01-01T00:00:00Z,m1,"1"x',
      '2026-01-01T00:00:00Z,m1,"1',
      "2026-01-01T00:01:00Z,m1,1"
    ]
    const heard = read(`at,device,importWh\n${rows.join("\n")}`)
    assert.deepStrictEqual(
      heard.readings.map(([line]) => line),
      [2, 14]
    )
    assert.deepStrictEqual(
      faults(heard).map((fault) => fault.slice(0, 40)),
      [
        "3 at: has no offset; give the zone of su",
        "4 at: expected an RFC 3339 time with off",
        "5 at: is missing",
        "6 device: must be 1 to 64 characters of ",
        "7 device: is missing: the row names none",
        "8 : must carry at least one quantity, su",
        "9 importWh: must be a number with a deci",
        "10 importWh: must be between 0 and 90000",
        "11 : has 4 cells where the header has 3",
        "12 : has text after a closing quote",
        "13 : has a quote that is not closed"
      ]
    )
  })

  it("refuses bytes that are not UTF-8 and goes on", () => {
    const bytes = new Uint8Array([...new TextEncoder().encode("2026-01-01T00:00:00Z,"), 0xe4, 44, 49, 10])
    const columns = Result.getOrThrow(columnsOf(["at", "device", "powerW"]))
    const heard = hear(
      (sink) =>
        new CsvReader(
          {
            columns,
            dialect: { separator: ",", decimal: "point" },
            defaults: {},
            from: { offset: 0, line: 1 }
          },
          sink
        ),
      bytes
    )
    assert.deepStrictEqual(heard.faults, [[1, [{ field: "", message: "is not valid UTF-8" }]]])
  })

  it("reads what was written back to the same readings, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 6 }), pieces, (readings, cut) => {
        const heard = read(`${CsvText.header}\n${CsvText.rows(readings)}`, { pieces: cut })
        assert.deepStrictEqual(heard.faults, [])
        assert.deepStrictEqual(
          heard.readings.map(([, one]) => one),
          readings
        )
      }),
      { numRuns: 150 }
    )
  })
})

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.tuple(fc.nat({ max: 99_999 }), fc.nat({ max: 9999 })).map(([a, b]) => `${a}.${b}`),
  fc.constantFrom(
    "-0",
    "00.5",
    "+5",
    " 5",
    "5.",
    ".5",
    "1,5",
    "1e3",
    "-",
    "",
    "12345678901234567890.5",
    "0.1234567890123456",
    "NaN"
  )
)
const instant = fc
  .tuple(
    fc.integer({ min: 0, max: 4e12 }),
    fc.constantFrom("Z", "z", "+00:00", "+05:45", "-03:30", "+23:59"),
    fc.constantFrom("T", "t", " "),
    fc.constantFrom("", ".5", ".123456789")
  )
  .map(([at, offset, t, fraction]) => {
    const wall = new Date(at).toISOString()
    return `${wall.slice(0, 10)}${t}${wall.slice(11, 19)}${fraction}${offset}`
  })
const summer = fc
  .integer({ min: 1_743_200_000, max: 1_762_000_000 })
  .map((at) => new Date(at * 1000).toISOString().slice(0, 19))
const odd = fc.constantFrom(
  "2026-03-29T02:30:00",
  "2026-10-25 02:30:00",
  "29.03.2026 03:00",
  "2026-02-29T00:00:00Z",
  "2026-02-28T24:00:00Z",
  "2026-02-28T23:59:60+01:00",
  "2026-02-28T10:00:00+0100",
  "0000-01-01T00:00:00Z",
  ""
)
const time = fc.oneof(
  { weight: 4, arbitrary: instant },
  { weight: 2, arbitrary: summer },
  { weight: 1, arbitrary: odd }
)
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("m1", "m2", "main") },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9._:-]{1,66}$/) },
  { weight: 1, arbitrary: fc.constantFrom(".", "..", "ä", "a b", '"m,1"', '"m""1"', '"m\n1"', "") }
)
const since = fc.oneof({ weight: 4, arbitrary: fc.constant("") }, { weight: 1, arbitrary: time })
const cellsOfRow = fc
  .tuple(text, time, text, since, number, number, number, text)
  .map((cells) => cells.join(","))
const broken = fc
  .tuple(cellsOfRow, fc.nat(), fc.constantFrom("", '"', ",", "\n", "\r\n", " ", "\u00e4", ";"))
  .map(([row, at, piece]) => {
    const cut = at % (row.length + 1)
    return row.slice(0, cut) + piece + row.slice(cut + 1)
  })

describe("a row read from its bytes", () => {
  it("says what it says when it is read thoroughly and judged by the schema", () => {
    const header = "device,at,channel,since,powerW,importWh,importDeltaWh,note"
    const rows = fc.array(fc.oneof(cellsOfRow, broken), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom(undefined, "Europe/Berlin"),
        pieces,
        (all, end, zone, cut) => {
          const file = `${header}\n${all.join(end)}${end}`
          const options = zone === undefined ? {} : { zone }
          const { localTimes: _, ...plain } = read(file, { ...options, pieces: cut })
          const { localTimes: __, ...thorough } = read(file, { ...options, thoroughly: true })
          assert.deepStrictEqual(plain, thorough)
        }
      ),
      { numRuns: 400 }
    )
  })
})

describe("times without an offset", () => {
  const hours = (rows: ReadonlyArray<string>) =>
    read(`at,powerW\n${rows.map((row) => `${row},1`).join("\n")}\n`, {
      zone: "Europe/Berlin",
      deviceId: "m1"
    })

  it("that occur twice are decided by the order of the rows, in both directions", () => {
    const wall = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map(
      (clock) => `2026-10-25 ${clock}:00`
    )
    const instants = ["2026-10-24T23:30", "2026-10-25T00:00", "00:30", "01:00", "01:30", "02:00"].map((at) =>
      `2026-10-25T${at}`.slice(-16)
    )
    const expected = instants.map((at) => (at.startsWith("2026") ? at : `2026-10-25T${at.slice(-5)}`))
    const forward = hours(wall)
    assert.deepStrictEqual(
      said(forward).map(({ at }) => at.slice(0, 16)),
      expected
    )
    assert.strictEqual(forward.localTimes?.doubled, 4)
    const newestFirst = hours(["2026-10-25 04:00:00", ...wall.toReversed()])
    assert.deepStrictEqual(
      said(newestFirst)
        .slice(1)
        .map(({ at }) => at.slice(0, 16)),
      expected.toReversed()
    )
  })

  it("that the clock skips are refused, and other ways to write them are read", () => {
    const heard = hours([
      "2026-03-29T02:30:00",
      "29.03.2026 03:30",
      "2026-03-29T01:30",
      "2026-03-29 01:31:00.5"
    ])
    assert.match(faults(heard).join(), /^2 at: is skipped by the clocks of Europe\/Berlin/)
    assert.deepStrictEqual(
      said(heard).map(({ at }) => at),
      ["2026-03-29T01:30:00.000Z", "2026-03-29T00:30:00.000Z", "2026-03-29T00:31:00.500Z"]
    )
  })

  it("go on where another reader ended", () => {
    const { localTimes } = hours(["2026-10-25 02:00:00", "2026-10-25 02:45:00"])
    const resumed = new LocalTimes(TimeZone.makeOrThrow("Europe/Berlin"), localTimes?.state())
    const wall = Date.UTC(2026, 9, 25, 2)
    assert.strictEqual(
      resumed.instantAt(wall, () => "m1 main"),
      Date.UTC(2026, 9, 25, 1)
    )
    assert.strictEqual(
      resumed.instantAt(wall, () => "m2 main"),
      Date.UTC(2026, 9, 25, 0)
    )
  })
})

describe("columnsOf", () => {
  it.each([
    [["zeit", "powerW"], {}, /no column says "at".*"zeit", "powerW"/],
    [["at", "x"], {}, /no column says a quantity/],
    [["at", "x"], { importWh: "y:kWh" }, /no column "y:kWh" for importWh/],
    [["at", "x"], { importWh: "x:kW" }, /importWh cannot be in kW/],
    [["at", "x"], { importWh: "x:MWH" }, /case tells milli from mega/],
    [["at", "x"], { energy: "x" }, /no field is called energy/],
    [["at", "x", "importWh", "importWh"], {}, /same field/]
  ] as const)("says of %j %j why not", (header, names, expected) => {
    const made = columnsOf(header, names)
    assert.isTrue(Result.isFailure(made))
    if (Result.isFailure(made)) assert.match(made.failure.message, expected)
  })
})
