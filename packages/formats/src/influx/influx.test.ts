import type { Instant } from "@wattkit/core"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { message } from "../exampleTests.fixture.ts"
import { sayTold } from "../sayTold.ts"
import { sayOf, testHttpExamples } from "./httpExamples.fixture.ts"
import { influx } from "./influx.ts"
import { faultsOf, readLines } from "./readLines.ts"
import * as TimeUnit from "./timeUnit.ts"

const say = (payload: string, topic = "/write?precision=s") => sayOf(influx.makeReader(), topic, payload)
const faults = (text: string) => faultsOf(text, "s").map(({ line, message }) => `${line} ${message}`)

describe("line protocol", () => {
  testHttpExamples(influx)

  it("understands the escapes of names, and leaves other backslashes as they are", () => {
    assert.strictEqual(
      say("my\\ meter\\,a,k\\=1\\,2=v\\ w,p=C:\\x power=1 1"),
      "my meter,a,k=1,2=v w,p=C:\\x main: powerW 1 at 1970-01-01T00:00:01Z"
    )
    assert.strictEqual(say("m my\\ power\\=x=1 1"), "m main: my_power_x 1? at 1970-01-01T00:00:01Z")
  })

  it("passes over text, also where it holds commas, spaces, quotes and ends of lines", () => {
    assert.strictEqual(
      say('m s="a, b=1 \\" \\\\",power=2,t="x\ny" 1\nm2 power=3 1'),
      "m main: powerW 2 at 1970-01-01T00:00:01Z\nm2 main: powerW 3 at 1970-01-01T00:00:01Z"
    )
    assert.deepStrictEqual(faults('m s="x\ny" 1\nm power=\nm power=1 1'), ["3 missing field value"])
  })

  it("reads every kind of number and passes over truth values", () => {
    const numbers =
      "a0=1i,b0=-2i,c0=3u,d0=1.5,e0=-1e3,f0=1.2E+2,g0=.5,h0=5.,i0=t,j0=FALSE,k0=123456789.123456789"
    assert.strictEqual(
      say(`m ${numbers} 1`),
      "m main: a0 1?, b0 -2?, c0 3?, d0 1.5?, e0 -1000?, f0 120?, g0 0.5?, h0 5?, k0 123456789.12345679? " +
        "at 1970-01-01T00:00:01Z"
    )
  })

  it("passes over comments and empty lines, and takes both ends of lines", () => {
    assert.strictEqual(
      say("# power=1\r\n\r\n  m power=1 1\r\nm power=2 2  \r\n\n"),
      "m main: powerW 1 at 1970-01-01T00:00:01Z\nm main: powerW 2 at 1970-01-01T00:00:02Z"
    )
    assert.strictEqual(say("m power=1\r\n"), "m main: powerW 1")
  })

  it("says of each wrong line what is wrong with it, and reads the others", () => {
    const lines = [
      "m",
      "m ",
      "m power",
      "m power= 1",
      "m power=1,2 1",
      "m power=abc 1",
      "m power=NaN 1",
      "m power=-1u 1",
      "m power=1 yesterday",
      "m power=1 1 2",
      "m,=a power=1 1",
      "m,k= power=1 1",
      "m,k power=1 1",
      ",k=v power=1 1",
      'm s="x 1',
      "m =1 1",
      "m power=1 99999999999999999999",
      `${"m".repeat(257)} power=1 1`,
      "m power=1e999 1"
    ]
    assert.deepStrictEqual(faults([...lines.slice(0, 14), ...lines.slice(15), "m power=5 1"].join("\n")), [
      "1 missing fields",
      "2 missing fields",
      "3 invalid field format",
      "4 missing field value",
      "5 invalid field format",
      "6 invalid number",
      "7 invalid number",
      "8 invalid number",
      "9 bad timestamp",
      "10 text after the time",
      "11 missing tag key",
      "12 missing tag value",
      "13 missing tag value",
      "14 missing measurement",
      "15 invalid field format",
      "16 bad timestamp",
      "17 the measurement with its tags has more than 256 characters",
      "18 invalid number"
    ])
    assert.deepStrictEqual(faults(`${lines[14]}\nm power=5 1`), ["1 unbalanced quotes"])
    assert.strictEqual(say(`m power\nm power=5 1`), "m main: powerW 5 at 1970-01-01T00:00:01Z")
    assert.strictEqual(say("m power"), "malformed: line 1: invalid field format")
    assert.strictEqual(
      say("m power=1 1\nm power", "telegraf/host/cpu"),
      "malformed: line 2: invalid field format"
    )
  })

  it("knows the units of the three versions, and cuts what is finer than a millisecond", () => {
    const at = (topic: string, time: string) => say(`m power=1 ${time}`, topic).split(" at ")[1]
    assert.strictEqual(at("/write", "1700000000123999999"), "2023-11-14T22:13:20.123Z")
    assert.strictEqual(at("/write?precision=n", "1700000000123000000"), "2023-11-14T22:13:20.123Z")
    assert.strictEqual(at("/write?db=a&precision=u", "1700000000123456"), "2023-11-14T22:13:20.123Z")
    assert.strictEqual(at("/write?precision=m", "28333333"), "2023-11-14T22:13:00Z")
    assert.strictEqual(at("/write?precision=h", "472222"), "2023-11-14T22:00:00Z")
    assert.strictEqual(at("/api/v2/write?precision=us", "1700000000123456"), "2023-11-14T22:13:20.123Z")
    assert.strictEqual(at("/api/v2/write", "1700000000123456789"), "2023-11-14T22:13:20.123Z")
    assert.strictEqual(
      at("/api/v3/write_lp?precision=millisecond", "1700000000123"),
      "2023-11-14T22:13:20.123Z"
    )
    assert.strictEqual(at("/write", "-1"), "1969-12-31T23:59:59.999Z")
    for (const time of ["1700000000", "1700000000000", "1700000000000000", "1700000000000000000"]) {
      assert.strictEqual(at("/api/v3/write_lp?db=x", time), "2023-11-14T22:13:20Z")
    }
    assert.strictEqual(say("m power=1 1", "/write?precision=days"), "malformed: days is no precision")
  })

  it("finds the unit in the size of a time exactly at the documented thresholds", () => {
    const auto = (time: number) => TimeUnit.instantIn(String(time), 0, String(time).length, "auto")
    assert.strictEqual(auto(4_999_999_999), 4_999_999_999_000)
    assert.strictEqual(auto(5_000_000_000), 5_000_000_000)
    assert.strictEqual(auto(4_999_999_999_999), 4_999_999_999_999)
    assert.strictEqual(auto(5_000_000_000_000), 5_000_000_000)
    assert.strictEqual(auto(4_999_999_999_999_999), 4_999_999_999_999)
    assert.strictEqual(auto(5_000_000_000_000_000), 5_000_000_000)
  })

  it("makes one of the lines of one subject and one time, whatever the order of the tags", () => {
    assert.strictEqual(
      say("m,a=1,b=2 power=1 1\nm,b=2,a=1 voltage=230 1\nm,a=1,b=2 power=2 2"),
      "m,a=1,b=2 main: powerW 1, voltageV 230 at 1970-01-01T00:00:01Z\n" +
        "m,a=1,b=2 main: powerW 2 at 1970-01-01T00:00:02Z"
    )
  })

  it("takes of what a broker kept only what has a time", () => {
    const reader = influx.makeReader()
    const kept = (payload: string) =>
      sayTold(reader.read(message("telegraf/h", payload, { isRetained: true })))
    assert.match(kept("m power=1"), /^nothing/)
    assert.match(kept("m power=1 1700000000000000000"), /^m main: powerW 1/)
    assert.strictEqual(sayTold(reader.read(message("/other", ""))), "not of this format")
    assert.match(say("", "/write"), /^nothing/)
    assert.strictEqual(
      sayTold(reader.read({ ...message("/write", ""), payload: new Uint8Array([0xff, 0xfe]) })),
      "malformed: the lines are not valid UTF-8"
    )
  })
})

const escaped = (text: string) => text.replace(/[,= ]/g, (sign) => `\\${sign}`)
// A backslash at the end of a name would escape what follows, which line protocol has no way to say.
const name = fc
  .string({
    unit: fc.constantFrom("a", "B", "7", "_", " ", ",", "=", "ä", "/", "-"),
    minLength: 1,
    maxLength: 8
  })
  .filter((text) => !text.startsWith("#"))
const tags = fc.dictionary(name, name, { maxKeys: 3 })
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number) => Number(number.toFixed(3)))
)
const at = fc.integer({ min: -1000, max: 4_102_444_800_000 })
const line = fc.record({ measurement: name, tags, value, at: fc.option(at, { nil: undefined }) })

describe("what is written as line protocol", () => {
  it("is read back the same, each line with its subject, number and time", () => {
    const written = fc.uniqueArray(line, {
      selector: (one) => JSON.stringify([one.measurement, one.tags]),
      maxLength: 5
    })
    fc.assert(
      fc.property(written, fc.constantFrom("\n", "\r\n", "\n\n# a\n"), (lines, end) => {
        const text = lines
          .map(({ at, measurement, tags, value }) => {
            const head = [
              // The sign of equality needs no backslash in a measurement, and one would stay there.
              measurement.replace(/[, ]/g, (sign) => `\\${sign}`),
              ...Object.entries(tags).map(([key, tag]) => `${escaped(key)}=${escaped(tag)}`)
            ].join(",")
            return `${head} number=${value}${at === undefined ? "" : ` ${at}000000`}`
          })
          .join(end)
        const read = readLines(text, "ns")
        assert.deepStrictEqual(read.faults, [])
        assert.deepStrictEqual(
          read.said.map(({ at, subject, unknown }) => [subject, at, unknown["number"]]),
          lines.map(({ at, measurement, tags, value }) => [
            [
              measurement,
              ...Object.entries(tags)
                .toSorted(([one], [other]) => (one < other ? -1 : 1))
                .map(([key, tag]) => `${key}=${tag}`)
            ].join(","),
            at as Instant.Instant | undefined,
            value + 0
          ])
        )
      }),
      { numRuns: 500 }
    )
  })

  it("is judged the same whether it is read or only looked at", () => {
    const noise = fc.string({
      unit: fc.constantFrom("m", ",", "=", " ", "\\", '"', "\n", "1", ".", "#", "\r", "i", "-")
    })
    fc.assert(
      fc.property(noise, (text) => {
        assert.deepStrictEqual(readLines(text, "auto").faults, faultsOf(text, "auto"))
      }),
      { numRuns: 1000 }
    )
  })
})
