import { gzipSync } from "node:zlib"
import { Layer } from "effect"
import { letterBounds } from "@wattkit/engine"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { limits } from "../src/limits.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

describe("clients of others, after a change of the address", () => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    server = await startServer(layerMemory)
    credential = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, { method: "POST", ...init })
    return { status: response.status, body: await response.text(), headers: response.headers }
  }

  const seconds = (ago: number) => Math.floor(Date.now() / 1000) - ago

  const latest = async (): Promise<ReadonlyArray<{ channel: string; powerW?: number }>> =>
    (await server.call<ReadonlyArray<{ channel: string }>>("GET", "/v1/devices/meter/energy/readings/latest"))
      .data

  it("store what InfluxDB clients write with the credential of a device", async () => {
    const line = `power,room=kitchen powerW=41 ${seconds(9)}`
    const wrote = await send("/api/v2/write?bucket=b&org=o&precision=s", {
      headers: { authorization: `Token ${credential}` },
      body: gzipSync(line)
    })
    assert.strictEqual(wrote.status, 400, "a body that is packed has to say so")
    const packed = await send("/api/v2/write?bucket=b&org=o&precision=s", {
      headers: { authorization: `Token ${credential}`, "content-encoding": "gzip" },
      body: gzipSync(line)
    })
    assert.deepStrictEqual([packed.status, packed.body], [204, ""])
    assert.isNotNull(packed.headers.get("x-request-id"))
    assert.isNull(packed.headers.get("x-wattkit-own-words"))
    const old = await send(`/write?db=x&u=any&p=${credential}&precision=s`, {
      body: `power,room=kitchen powerW=42 ${seconds(8)}`
    })
    assert.strictEqual(old.status, 204)
    assert.deepStrictEqual(
      (await latest()).map(({ powerW }) => powerW),
      [42]
    )
    assert.strictEqual((await fetch(`${server.url}/ping`)).status, 204)
  })

  it("are answered in the words they know when something is wrong", async () => {
    const stranger = await send("/api/v2/write?bucket=b&org=o", { body: "power powerW=1" })
    assert.strictEqual(stranger.status, 401)
    assert.strictEqual((JSON.parse(stranger.body) as { code: string }).code, "unauthorized")
    const malformed = await send(`/write?db=x&p=${credential}`, { body: "this is no line" })
    assert.strictEqual(malformed.status, 400)
    assert.notInclude(malformed.body, '"success"')
    const large = await send(`/write?db=x&p=${credential}`, { body: "x".repeat(limits.ingest.bytes + 1) })
    assert.strictEqual(large.status, 413)
    const thingspeak = await send("/update", { body: "field1=1" })
    assert.notInclude(thingspeak.body, '"success"')
    assert.strictEqual((await send("/write", { method: "DELETE" })).status, 405)
  })

  it("store what emoncms, ThingsBoard and ThingSpeak clients write", async () => {
    const emoncms = await send(`/input/post?node=roof&fulljson={"power":7}&apikey=${credential}`)
    assert.deepStrictEqual([emoncms.status, emoncms.body], [200, '{"success":true}'])
    const board = await send(`/api/v1/${credential}/telemetry`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ voltage: 231 })
    })
    assert.strictEqual(board.status, 200, board.body)
    const update = await send(`/update?api_key=${credential}&field1=3`, { method: "GET" })
    assert.strictEqual(update.status, 200, update.body)
    const { data } = await server.call<ReadonlyArray<Record<string, unknown>>>(
      "GET",
      "/v1/devices/meter/energy/readings"
    )
    const last = data.slice(-3).map(({ extra, powerW, voltageV }) => ({ powerW, voltageV, extra }))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(last)), [
      { powerW: 7 },
      { voltageV: 231 },
      { extra: { field1: 3 } }
    ])
    const heard = await server.call<ReadonlyArray<{ format: string }>>("GET", "/v1/heard")
    assert.deepStrictEqual([...new Set(heard.data.map(({ format }) => format))].sort(), [
      "emoncms",
      "influx",
      "thingsboard",
      "thingspeak"
    ])
  })

  it("of a program are kept until they are bound, and no secret with them", async () => {
    const wrote = await send(`/write?db=x&p=${server.key}&precision=s`, {
      body: `power,room=cellar powerW=5 ${seconds(7)}`
    })
    assert.strictEqual(wrote.status, 204, wrote.body)
    const { data, text } = await server.call<ReadonlyArray<{ subject: string; topic: string }>>(
      "GET",
      "/v1/dead-letters"
    )
    const [letter] = data
    assert.strictEqual(data.length, 1)
    assert.notInclude(text, server.key)
    const body = { format: "influx", subject: letter?.subject, deviceId: "meter", channel: "cellar" }
    await server.call("PUT", "/v1/bindings", { body })
    const replayed = await server.call("POST", "/v1/dead-letters/replay", { body: {} })
    assert.deepInclude(replayed.data, { replayed: 1, accepted: 1 })
    assert.deepInclude(
      (await latest()).find(({ channel }) => channel === "cellar"),
      { powerW: 5 }
    )
  })
})

describe("when no more letters may wait", () => {
  it("says 429 and when to come again", async () => {
    const full = Layer.succeed(letterBounds, { count: 0, bytes: 0, deviceShare: 1 })
    const server = await startServer(Layer.merge(layerMemory, full) as typeof layerMemory)
    try {
      const response = await fetch(`${server.url}/write?db=x&p=${server.key}`, {
        method: "POST",
        body: "power powerW=1"
      })
      assert.strictEqual(response.status, 429)
      assert.strictEqual(response.headers.get("retry-after"), "60")
    } finally {
      await server.close()
    }
  })
})
