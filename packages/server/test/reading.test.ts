import { request as httpRequest } from "node:http"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { codingOf } from "../src/http/edge/compression.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

const readings = "/v1/devices/meter/energy/readings"

describe("what is read", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
    const body = Array.from({ length: 400 }, (_, i) => ({
      at: new Date(Date.UTC(2026, 5, 1, 0, i)).toISOString(),
      powerW: i
    }))
    await server.call("POST", readings, { body })
  })

  afterAll(() => server.close())

  it.each(["/v1/locations", "/v1/locations/house", "/v1/locations/house/devices", `${readings}?limit=5`])(
    "%s carries a tag, which stays as long as it does",
    async (path) => {
      const first = await server.call("GET", path)
      const etag = first.headers.get("etag") ?? ""
      assert.match(etag, /^W\/"[\w.-]+"$/)
      for (const known of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
        const again = await server.call("GET", path, { headers: { "if-none-match": known } })
        assert.deepStrictEqual([known, again.status, again.text], [known, 304, ""])
        assert.strictEqual(again.headers.get("etag"), etag)
        assert.isNull(again.headers.get("content-type"))
      }
      const other = await server.call("GET", path, { headers: { "if-none-match": 'W/"other"' } })
      assert.deepStrictEqual([other.status, other.headers.get("etag")], [200, etag])
      assert.notStrictEqual(other.meta.requestId, first.meta.requestId)
      const stranger = await server.call("GET", path, { key: null, headers: { "if-none-match": etag } })
      assert.strictEqual(stranger.status, 401)
    }
  )

  it("has another tag when it changed, when a part is asked for, or when another page follows", async () => {
    const tagOf = async (path: string) => (await server.call("GET", path)).headers.get("etag")
    const before = await tagOf("/v1/locations")
    const part = await tagOf("/v1/locations?fields=id")
    await makeHouse(server.call, "cabin", "plug")
    const after = await tagOf("/v1/locations")
    assert.strictEqual(new Set([before, part, after]).size, 3)
    assert.notStrictEqual(await tagOf("/v1/locations?limit=1"), await tagOf("/v1/locations/cabin"))
    assert.isNull(await tagOf("/v1/locations/nowhere"))
  })

  it("is cut down to the fields that are asked for, in lists and alone", async () => {
    const list = await server.call<ReadonlyArray<object>>("GET", "/v1/locations?fields=name,id&limit=1")
    assert.deepStrictEqual(list.data, [{ id: "cabin", name: "House" }])
    assert.isString(list.meta.nextCursor)
    const one = await server.call("GET", "/v1/devices/meter?fields=kind")
    assert.deepStrictEqual(one.data, { kind: "grid_meter" })
    const optional = await server.call("GET", `${readings}?fields=at,voltageV&limit=1`)
    assert.deepStrictEqual(optional.data, [{ at: "2026-06-01T00:00:00Z" }] as never)
    const nowhere = await server.call("GET", "/v1/locations/nowhere?fields=id")
    assert.strictEqual(nowhere.code, "NOT_FOUND")
  })

  it.each(["nonsense", "id,", "id,Name", "tenantId", "__proto__"])(
    "is refused with the name of a field that is not there: %s",
    async (fields) => {
      for (const path of ["/v1/locations", "/v1/locations/house"]) {
        const { details, status } = await server.call("GET", `${path}?fields=${fields}`)
        assert.strictEqual(status, 400)
        assert.strictEqual(details[0]?.field, "fields")
        assert.include(
          details[0]?.reason,
          `${fields.split(",").at(-1)} is not a field here; there are id, name`
        )
      }
    }
  )

  /** What comes over the wire, before anybody unpacks it. */
  const raw = (path: string, encoding?: string) =>
    new Promise<{ encoding: string | undefined; vary: string | undefined; body: Buffer }>(
      (resolve, reject) => {
        const headers = {
          authorization: `Bearer ${server.key}`,
          ...(encoding === undefined ? {} : { "accept-encoding": encoding })
        }
        const sent = httpRequest(server.url + path, { headers }, (response) => {
          const chunks: Array<Buffer> = []
          response.on("data", (chunk: Buffer) => chunks.push(chunk))
          response.on("end", () => {
            const { "content-encoding": coding, "content-length": length, vary } = response.headers
            const body = Buffer.concat(chunks)
            assert.strictEqual(Number(length), body.length)
            resolve({ encoding: coding, vary, body })
          })
        })
        sent.on("error", reject).end()
      }
    )

  const dataOf = (body: Buffer) => (JSON.parse(body.toString()) as { data: unknown }).data

  it("is sent in fewer bytes to whoever understands that, when it is large", async () => {
    const path = `${readings}?limit=400`
    const plain = await raw(path)
    assert.deepStrictEqual([plain.encoding, plain.vary], [undefined, "accept-encoding"])
    const gzip = await raw(path, "gzip")
    const brotli = await raw(path, "gzip, deflate, br")
    assert.deepStrictEqual([gzip.encoding, brotli.encoding], ["gzip", "br"])
    assert.deepStrictEqual(dataOf(gunzipSync(gzip.body)), dataOf(plain.body))
    assert.deepStrictEqual(dataOf(brotliDecompressSync(brotli.body)), dataOf(plain.body))
    assert.isBelow(gzip.body.length * 5, plain.body.length)
    const small = await raw("/v1/locations/house", "gzip, br")
    assert.deepStrictEqual([small.encoding, small.vary], [undefined, undefined])
    const document = await raw("/openapi.json", "gzip")
    assert.strictEqual(document.encoding, "gzip")
  })

  it("chooses the coding that is wanted most", () => {
    const choices = [
      [undefined, undefined],
      ["", undefined],
      ["identity", undefined],
      ["gzip", "gzip"],
      ["br;q=0.5, gzip", "gzip"],
      ["*", "br"],
      ["br;q=0, *", "gzip"],
      ["gzip;q=0, br;q=0", undefined],
      ["GZIP;Q=1.0", "gzip"]
    ] as const
    for (const [accepted, coding] of choices) assert.strictEqual(codingOf(accepted), coding, accepted)
  })

  it("comes as a stream at once and as it is", async () => {
    const leave = new AbortController()
    const response = await fetch(`${server.url}/v1/events`, {
      headers: { authorization: `Bearer ${server.key}`, "accept-encoding": "gzip, br" },
      signal: leave.signal
    })
    assert.deepStrictEqual(
      ["content-type", "content-encoding", "etag"].map((name) => response.headers.get(name)),
      ["text/event-stream", null, null]
    )
    const reader = response.body?.getReader()
    assert.isFalse((await reader?.read())?.done)
    leave.abort()
  })
})
