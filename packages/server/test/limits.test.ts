import { connect } from "node:net"
import { Deferred, Effect, Exit, Layer, Scope } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { WebSocket } from "ws"
import { launch } from "../src/App.ts"
import * as Logging from "../src/logging.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { configOf, startServer, temporaryFolder, type TestServer } from "./fixtures/inProcess.ts"
import { freePort } from "./fixtures/serverProcess.ts"

describe("limits", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const socket = () =>
    new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, ["wattkit.v1"], {
      headers: { authorization: `Bearer ${server.key}` }
    })

  it("lets go of connections that do not finish their headers", async () => {
    const { hostname, port } = new URL(server.url)
    const startedAt = performance.now()
    const slow = Array.from({ length: 50 }, () => {
      const connection = connect(Number(port), hostname)
      connection.write("GET /health/live HTTP/1.1\r\nhost: x\r\n")
      connection.on("error", () => {})
      connection.resume()
      return new Promise((resolve) => connection.on("close", resolve))
    })
    assert.strictEqual((await server.call("GET", "/health/live")).status, 200)
    await Promise.all(slow)
    assert.isBelow(performance.now() - startedAt, 12_000)
  })

  it("refuses headers larger than 16 KiB", async () => {
    const answer = await server.call("GET", "/health/live", { headers: { "x-large": "x".repeat(17_000) } })
    assert.strictEqual(answer.status, 431)
  })

  it("closes a WebSocket that sends a frame larger than 256 KiB", async () => {
    const large = socket()
    await new Promise((resolve) => large.once("open", resolve))
    large.send("x".repeat(256 * 1024 + 1))
    assert.strictEqual(await new Promise((resolve) => large.once("close", resolve)), 1009)
  })

  it("holds nothing for a client that does not read, and then shows it the newest state", async () => {
    const slow = socket()
    const frames: Array<{ type: string; readings?: ReadonlyArray<{ powerW: number }> }> = []
    slow.on("message", (data) => frames.push(JSON.parse(String(data)) as (typeof frames)[number]))
    await new Promise((resolve) => slow.once("open", resolve))
    slow.send(JSON.stringify({ type: "SUBSCRIBE" }))
    const message = () => new Promise((resolve) => slow.once("message", resolve))
    while (!frames.some(({ type }) => type === "SUBSCRIBED")) await message()
    slow.pause()
    const path = "/v1/devices/meter/energy/readings"
    for (let i = 0; i < 50; i++) {
      const at = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString()
      await server.call("POST", path, { body: { at, powerW: i } })
    }
    slow.resume()
    const newest = () => frames.at(-1)?.readings?.[0]?.powerW
    while (newest() !== 49) await message()
    assert.isBelow(frames.length, 10)
    slow.close()
  })
})

describe("a server that starts", () => {
  it("lives, is not ready, and asks everybody else to come back", async () => {
    const gate = Deferred.makeUnsafe<void>()
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const scope = Scope.makeUnsafe()
    const storage = Layer.unwrap(Effect.as(Deferred.await(gate), layerMemory))
    const config = configOf({ dataDir: temporaryFolder(), port })
    const launched = Effect.runPromise(
      launch(config, storage).pipe(Scope.provide(scope), Effect.provide(Logging.layer(config)))
    )
    const status = (path: string) =>
      fetch(url + path).then(
        (response) => response.status,
        () => 0
      )
    while ((await status("/health/live")) === 0) {}
    assert.strictEqual(await status("/health/live"), 200)
    assert.strictEqual(await status("/health/ready"), 503)
    const early = await fetch(`${url}/v1/locations`)
    assert.strictEqual(early.status, 503)
    assert.isTrue(early.headers.has("retry-after"))
    assert.deepInclude((await early.json()) as object, { success: false, data: null })
    await Effect.runPromise(Deferred.succeed(gate, undefined))
    await launched
    assert.strictEqual(await status("/v1/locations"), 401)
    assert.strictEqual(await status("/health/ready"), 503)
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })
})

describe("a server that stops", () => {
  it("does not wait for connections on which nobody has asked for anything", async () => {
    const server = await startServer(layerMemory)
    const { hostname, port } = new URL(server.url)
    const connections = await Promise.all(
      ["", "GET /v1/loc"].map(async (said) => {
        const connection = connect(Number(port), hostname)
        await new Promise((resolve) => connection.once("connect", resolve))
        if (said !== "") connection.write(said)
        connection.on("error", () => {})
        connection.resume()
        return { closed: new Promise((resolve) => connection.once("close", resolve)) }
      })
    )
    assert.strictEqual((await server.call("GET", "/health/live")).status, 200)
    const startedAt = performance.now()
    await server.close()
    await Promise.all(connections.map(({ closed }) => closed))
    assert.isBelow(performance.now() - startedAt, 2_500)
  })
})
