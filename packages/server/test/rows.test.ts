import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Result {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<{
    readonly index: number
    readonly line?: number
    readonly field: string
    readonly reason: string
  }>
}

let server: TestServer
let credential: string
beforeAll(async () => {
  server = await startServer(layerMemory)
  credential = await makeHouse(server.call)
  await makeHouse(server.call, "other-house", "plug")
})
afterAll(() => server.close())

const one = "/v1/devices/meter/energy/readings"
const many = "/v1/readings"
const csv = { "content-type": "text/csv; charset=utf-8" }
const ndjson = { "content-type": "application/x-ndjson" }

const post = (path: string, body: unknown, headers = {}, key?: string) =>
  server.call<Result>("POST", path, { body, headers, ...(key === undefined ? {} : { key }) })

const minute = (base: number, i: number) => new Date(base + i * 60_000).toISOString()
const base = Date.UTC(2026, 4, 1)

const lines = ({ rejected }: Result) => rejected.map(({ field, index, line }) => [index, line, field])

describe("rows over HTTP", () => {
  it("are CSV of one device, of which the sound ones are stored and the others told by line", async () => {
    const body = [
      "at,powerW,importWh,channel",
      `${minute(base, 0)},100,1000,`,
      `${minute(base, 1)},much,,`,
      "",
      `2026-05-01 00:02:00,102,,`,
      `${minute(base, 3)},103,,l1`,
      `${minute(base, 0)},100,1000,`
    ].join("\r\n")
    const { data, status, text } = await post(one, body, csv)
    assert.strictEqual(status, 200, text)
    assert.deepStrictEqual([data.accepted, data.duplicates], [2, 1])
    assert.deepStrictEqual(lines(data), [
      [1, 3, "powerW"],
      [2, 5, "at"]
    ])
    assert.notInclude(text, "--")
    const again = await post(one, new Uint8Array(gzipSync(body)), { ...csv, "content-encoding": "gzip" })
    assert.deepStrictEqual([again.data.accepted, again.data.duplicates], [0, 3])
  })

  it("are of many devices, as CSV, as one reading a line and as a list", async () => {
    const rows = [
      { device: "meter", at: minute(base, 100), powerW: 1 },
      { device: "plug", at: minute(base, 100), powerW: 2 },
      { device: "nobody", at: minute(base, 100), powerW: 3 },
      { device: "plug", at: "yesterday", powerW: 4 },
      { at: minute(base, 100), powerW: 5 }
    ]
    const asCsv = ["device,at,powerW", ...rows.map((row) => `${row.device ?? ""},${row.at},${row.powerW}`)]
    const asLines = rows.map((row) => JSON.stringify(row))
    const [first, second, third, fourth] = [
      await post(many, `\ufeff${asCsv.join("\n")}`, csv),
      await post(many, asLines.join("\n"), ndjson),
      await post(many, rows),
      await post(many, { readings: rows })
    ]
    assert.strictEqual(first.status, 200, first.text)
    assert.deepStrictEqual([first.data.accepted, first.data.duplicates], [2, 0])
    assert.deepStrictEqual(lines(first.data), [
      [2, 4, "device"],
      [3, 5, "at"],
      [4, 6, "device"]
    ])
    const places = first.data.rejected.map(({ field, index }) => [index, field])
    for (const { data, status, text } of [second, third, fourth]) {
      assert.strictEqual(status, 200, text)
      assert.deepStrictEqual([data.accepted, data.duplicates], [0, 2])
      assert.deepStrictEqual(
        data.rejected.map(({ field, index }) => [index, field]),
        places
      )
    }
    assert.isUndefined(third.data.rejected[0]?.line)
  })

  it("of another device than the credential's or the address's are not stored", async () => {
    const row = (device: string) => JSON.stringify({ device, at: minute(base, 200), powerW: 1 })
    const body = `${row("meter")}\n${row("plug")}\n`
    const own = await post(many, body, ndjson, credential)
    assert.deepStrictEqual([own.data.accepted, lines(own.data)], [1, [[1, 2, "device"]]])
    const address = await post(one, `device,at,powerW\nplug,${minute(base, 201)},1`, csv)
    assert.deepStrictEqual([address.data.accepted, lines(address.data)], [0, [[0, 2, "device"]]])
    const missing = await post("/v1/devices/nobody/energy/readings", "at,powerW\n", csv)
    assert.strictEqual(missing.status, 404)
    assert.strictEqual((await post(many, body, ndjson, "wk_live_no")).status, 401)
  })

  it("beyond ten megabytes are stored as they come, without their length", async () => {
    const count = 110_000
    const padding = " ".repeat(80)
    const pieceOf = (i: number) => {
      const some = Array.from(
        { length: 1_000 },
        (_, j) => `${minute(base, 1_000 + i + j)},${i + j}${padding}`
      )
      return new TextEncoder().encode(`${i === 0 ? "at,powerW\n" : ""}${some.join("\n")}\n`)
    }
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (sent === count) return controller.close()
        controller.enqueue(pieceOf(sent))
        sent += 1_000
      }
    })
    const headers = { ...csv, authorization: `Bearer ${server.key}` }
    const response = await fetch(server.url + one, {
      method: "POST",
      headers,
      body,
      duplex: "half"
    } as RequestInit)
    const { data } = (await response.json()) as { data: Result }
    assert.strictEqual(response.status, 200)
    assert.deepStrictEqual([data.accepted, data.rejected], [count, []])
  })

  it.each([
    ["nothing", one, "", csv, 400, /is empty/],
    ["no header", one, "1,2,3\n4,5,6\n", csv, 400, /no column says/],
    ["no reading at all", one, "at,powerW\nx,y\n", csv, 400, /no reading in the body/],
    ["what is no gzip", one, "at,powerW\n", { ...csv, "content-encoding": "gzip" }, 400, /gzip/],
    ["another encoding", many, "at,powerW\n", { ...csv, "content-encoding": "br" }, 415, /gzip or none/],
    ["another charset", many, "at,powerW\n", { "content-type": "text/csv; charset=latin1" }, 415, /utf-8/],
    ["another type", many, "x", { "content-type": "text/html" }, 415, /text\/csv/],
    ["one object", many, { at: minute(base, 0), powerW: 1 }, {}, 400, /list of readings/],
    ["broken JSON", many, '[{"at"', {}, 400, /ends too early/],
    ["nothing but faults", many, `${"x\n".repeat(1_002)}`, ndjson, 400, /more than 1000 rows/]
  ] as const)("that are %s are refused with a reason", async (_, path, body, headers, status, words) => {
    const answer = await post(path, body, headers)
    assert.strictEqual(answer.status, status, answer.text)
    assert.match(answer.text, words)
  })

  it("that unfold to too much are not unfolded", async () => {
    const bomb = new Uint8Array(
      gzipSync(Buffer.concat([Buffer.from("at,powerW\n"), Buffer.alloc(20 << 20, "\n")]))
    )
    const answer = await post(one, bomb, { ...csv, "content-encoding": "gzip" })
    assert.strictEqual(answer.status, 413, answer.text)
  })
})
