import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

const at = "2026-06-01T10:00:00Z"
const sound = { at, powerW: 420 }
const bytes = (...values: ReadonlyArray<number>) => new Uint8Array(values)
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"))
const zipped = (body: Uint8Array) => new Uint8Array(gzipSync(body))
const gzip = { "content-encoding": "gzip" }

interface Case {
  readonly what: string
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly field?: string
  readonly reason?: RegExp
}

const quantity = /must carry at least one quantity/
const name = /must be 1 to 64 characters/

/** What must be refused whole: 400 with this field and reason, unless a status says otherwise. */
const refused: ReadonlyArray<Case> = [
  { what: "nothing", body: "", reason: /is empty/ },
  { what: "blanks", body: " \r\n\t", reason: /is empty/ },
  { what: "null", body: "null", reason: /must be an object/ },
  { what: "a number", body: "42", reason: /must be an object/ },
  { what: "a text", body: '"reading"', reason: /must be an object/ },
  { what: "true", body: "true", reason: /must be an object/ },
  {
    what: "truncated JSON",
    body: '{"at":"2026',
    field: "at",
    reason: /ends inside a text \(at character 11\)/
  },
  { what: "an open object", body: '{"at":"x"', reason: /ends too early/, field: "at" },
  { what: "text after the end", body: `${JSON.stringify(sound)} x`, reason: /more text after the end/ },
  { what: "a form", body: "powerW=420", reason: /lacks a JSON value/ },
  { what: "single quotes", body: "{'at': 1}", reason: /lacks a name in quotes/ },
  { what: "NaN", body: `{"at":"${at}","powerW":NaN}`, field: "powerW", reason: /lacks a JSON value/ },
  {
    what: "Infinity",
    body: `{"at":"${at}","powerW":-Infinity}`,
    field: "powerW",
    reason: /lacks a JSON value/
  },
  { what: "a number as text", body: { at, powerW: "420" }, field: "powerW", reason: /must be a number/ },
  { what: "null as quantity", body: { at, powerW: null }, field: "powerW", reason: /must be a number/ },
  {
    what: "an object as quantity",
    body: { at, powerW: { value: 1 } },
    field: "powerW",
    reason: /must be a number/
  },
  { what: "a missing instant", body: { powerW: 1 }, field: "at", reason: /is missing/ },
  {
    what: "an instant as number",
    body: { at: 1_780_000_000_000, powerW: 1 },
    field: "at",
    reason: /must be a text/
  },
  {
    what: "an instant without offset",
    body: { at: "2026-06-01T10:00:00", powerW: 1 },
    field: "at",
    reason: /offset is missing/
  },
  {
    what: "an impossible date",
    body: { at: "2026-02-30T10:00:00Z", powerW: 1 },
    field: "at",
    reason: /no such date/
  },
  {
    what: "an instant of year 1e9",
    body: { at: "999999999-01-01T00:00:00Z", powerW: 1 },
    field: "at",
    reason: /./
  },
  { what: "no quantity", body: { at }, field: "", reason: quantity },
  { what: "an empty extra", body: { at, extra: {} }, field: "", reason: quantity },
  { what: "a typo", body: { ...sound, powerw: 1 }, field: "powerw", reason: /is not a known field/ },
  {
    what: "a negative register",
    body: { at, importWh: -1 },
    field: "importWh",
    reason: /must be between 0 and/
  },
  { what: "1e400", body: `{"at":"${at}","powerW":1e400}`, field: "powerW", reason: /finite/ },
  { what: "1e18 Wh", body: { at, importWh: 1e18 }, field: "importWh", reason: /must be between/ },
  {
    what: "ten thousand digits",
    body: `{"at":"${at}","powerW":${"9".repeat(10_000)}}`,
    field: "powerW",
    reason: /finite/
  },
  {
    what: "a state of charge of 101 %",
    body: { at, stateOfChargePct: 101 },
    field: "stateOfChargePct",
    reason: /between 0 and 100/
  },
  {
    what: "deep nesting",
    body: `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
    reason: /nested deeper than 64/
  },
  {
    what: "deep nesting in a field",
    body: `{"at":"${at}","extra":${'{"a":'.repeat(70)}1${"}".repeat(71)}`,
    reason: /nested deeper/
  },
  {
    what: "__proto__",
    body: `{"at":"${at}","powerW":1,"__proto__":{"scopes":["manage"]}}`,
    field: "__proto__",
    reason: /not a known field/
  },
  {
    what: "constructor",
    body: `{"at":"${at}","powerW":1,"constructor":1}`,
    field: "constructor",
    reason: /not a known field/
  },
  {
    what: "__proto__ in extra",
    body: `{"at":"${at}","extra":{"__proto__":1}}`,
    field: "extra.__proto__",
    reason: /./
  },
  {
    what: "duplicate keys",
    body: `{"at":"${at}","powerW":1,"powerW":2}`,
    field: "powerW",
    reason: /appears twice/
  },
  {
    what: "duplicate keys, one escaped",
    body: `{"at":"${at}","powerW":1,"\\u0070owerW":2}`,
    field: "powerW",
    reason: /appears twice/
  },
  {
    what: "a million fields",
    body: `{${Array.from({ length: 600_000 }, (_, i) => `"k${i}":1`).join(",")}}`,
    reason: /more than 256 fields/
  },
  { what: "NUL in a channel", body: { ...sound, channel: "a\u0000b" }, field: "channel", reason: name },
  {
    what: "a lone surrogate in a channel",
    body: `{"at":"${at}","powerW":1,"channel":"\\ud800"}`,
    field: "channel",
    reason: name
  },
  { what: "a channel too long", body: { ...sound, channel: "c".repeat(65) }, field: "channel", reason: name },
  { what: "an empty channel", body: { ...sound, channel: "" }, field: "channel", reason: name },
  { what: "a raw control character", body: '{"at":"\u0001"}', field: "at", reason: /must be escaped/ },
  { what: "a byte order mark", body: `\ufeff${JSON.stringify(sound)}`, reason: /byte order mark/ },
  { what: "UTF-16", body: utf16(JSON.stringify(sound)), reason: /not valid UTF-8/ },
  { what: "broken UTF-8", body: bytes(0x22, 0xc3, 0x28, 0x22), reason: /not valid UTF-8/ },
  { what: "a list of nonsense", body: [null, 5], field: "[0]", reason: /must be an object/ },
  {
    what: "a bad field in a list",
    body: [{ at, powerW: "x" }],
    field: "[0].powerW",
    reason: /must be a number/
  },
  {
    what: "a bad field under readings",
    body: { readings: [{ powerW: 1 }] },
    field: "readings[0].at",
    reason: /is missing/
  },
  {
    what: "readings that are no list",
    body: { readings: {} },
    field: "readings",
    reason: /not a known field/
  },
  { what: "a gzip that is none", body: "{}", headers: gzip, reason: /not a complete gzip/ },
  {
    what: "a gzip that is cut",
    body: zipped(Buffer.from(JSON.stringify(sound))).slice(0, 18),
    headers: gzip,
    reason: /not a complete gzip/
  },
  {
    what: "a charset of UTF-16",
    body: utf16("{}"),
    headers: { "content-type": "application/json; charset=utf-16" },
    status: 415
  },
  { what: "XML", body: "<a/>", headers: { "content-type": "application/xml" }, status: 415 },
  { what: "brotli", body: "x", headers: { "content-encoding": "br" }, status: 415 },
  { what: "a gzip bomb", body: zipped(Buffer.alloc(200 * 1024 * 1024, 0x20)), headers: gzip, status: 413 },
  { what: "more than ten megabytes", body: new Uint8Array(10 * 1024 * 1024 + 1).fill(0x20), status: 413 },
  { what: "more readings than a request may have", body: `[${"1,".repeat(100_000)}1]`, status: 413 }
]

const codes: Readonly<Record<number, string>> = {
  400: "VALIDATION_ERROR",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE"
}

describe("bodies that are refused", () => {
  let server: TestServer
  const path = "/v1/devices/meter/energy/readings"

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  it.each(refused)("$what", async ({ body, field, headers = {}, reason, status = 400 }) => {
    const answer = await server.call("POST", path, { body, headers })
    assert.deepStrictEqual([answer.status, answer.code], [status, codes[status]])
    if (status === 400) {
      const found = answer.details.find((detail) => detail.field === (field ?? detail.field))
      assert.match(found?.reason ?? "", reason ?? /./, JSON.stringify(answer.details))
    }
    assert.isBelow(answer.text.length, 20_000)
    const alive = await server.call<{ accepted: number }>("POST", path, {
      body: { at, channel: "alive", powerW: 1 }
    })
    assert.strictEqual(alive.status, 200)
    const latest = await server.call<Array<{ channel: string }>>("GET", `${path}/latest`)
    assert.deepStrictEqual(
      latest.data.map(({ channel }) => channel),
      ["alive"]
    )
  })

  it("refuses a large body that does not say how large it is", async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x20)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (sent++ < 12 ? controller.enqueue(chunk) : controller.close())
    })
    const init = { method: "POST", body, duplex: "half", headers: { authorization: `Bearer ${server.key}` } }
    const response = await fetch(server.url + path, init as RequestInit)
    assert.strictEqual(response.status, 413)
  })

  it("names readings of the future and of clocks that were never set, and answers 200", async () => {
    for (const [instant, reason] of [
      ["2099-01-01T00:00:00Z", "future"],
      ["1970-01-01T00:00:00Z", "too_old"]
    ]) {
      const answer = await server.call<{ rejected: Array<object> }>("POST", path, {
        body: { at: instant, powerW: 1 }
      })
      assert.strictEqual(answer.status, 200)
      assert.deepInclude(answer.data.rejected[0], { index: 0, field: "at", reason })
    }
  })

  it("refuses device ids that are none", async () => {
    for (const id of ["a%20b", "x".repeat(65), "%00", "%ED%A0%80", "..%2f..", "a%2Fb"]) {
      const answer = await server.call("POST", `/v1/devices/${id}/energy/readings`, { body: sound })
      assert.include([400, 404], answer.status, id)
      assert.include(["VALIDATION_ERROR", "NOT_FOUND"], answer.code, id)
    }
  })
})
