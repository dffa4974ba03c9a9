import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { device, failure, success } from "../../test/localServer.ts"
import { type LiveServer, startLive } from "../../test/liveServer.ts"
import { routes } from "../contract.gen.ts"
import { createClient } from "../createClient.ts"
import { type Failure, layer, makeClient, openQueue, subscribe, WattkitClient } from "../effect.ts"
import { isWattkitError } from "../WattkitError.ts"

const reading = { at: "2026-01-01T00:00:00Z", powerW: 1 }

/** A server of three pages of devices, of which one device exists and one is slow. */
const serve = () => {
  const asked: Array<string> = []
  let aborted = 0
  const fetch = async (url: string, { method, signal }: RequestInit): Promise<Response> => {
    const call = `${method} ${url.slice("http://x".length)}`
    asked.push(call)
    const cursor = /cursor=(\d)/.exec(call)?.[1] ?? "0"
    if (call.includes("/round/")) return Response.json(success([device("a")], { nextCursor: "1" }))
    if (call.includes("/devices?") || call.endsWith("/devices")) {
      const meta = cursor === "2" ? {} : { nextCursor: String(Number(cursor) + 1) }
      return Response.json(success([device(`a${cursor}`), device(`b${cursor}`)], meta))
    }
    if (call.endsWith("/odd")) return Response.json(failure("BREWING", "teapot"), { status: 418 })
    if (call.endsWith("/slow")) {
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          aborted++
          reject(new TypeError("aborted"))
        })
      })
    }
    if (method !== "GET") return Response.json(success({ accepted: 1, duplicates: 0, rejected: [] }))
    return call.endsWith("/m1")
      ? Response.json(success(device("m1")), { headers: { "x-request-id": "req_9" } })
      : Response.json(failure("NOT_FOUND", "no such device"), { status: 404 })
  }
  return {
    asked,
    fetch,
    aborted: () => aborted,
    client: makeClient({ baseUrl: "http://x", fetch, retries: 0 })
  }
}

describe("a call as an effect", () => {
  it.effect("gives the data, and with the response when asked", () =>
    Effect.gen(function* () {
      const { asked, client } = serve()
      const call = client.devices.get({ id: "m1" })
      assert.deepStrictEqual(asked, [])
      assert.strictEqual((yield* call).id, "m1")
      const { data, status } = yield* client.devices.get.withResponse({ id: "m1" })
      assert.deepStrictEqual([data.id, status], ["m1", 200])
      assert.lengthOf(asked, 2)
    })
  )

  it.effect("fails with the tag of its code, which is handled by name", () =>
    Effect.gen(function* () {
      const { client } = serve()
      const name = yield* client.devices.get({ id: "nobody" }).pipe(
        Effect.map((one) => one.name),
        Effect.catchTag("NOT_FOUND", (error) =>
          Effect.succeed(`${error.code} ${error.status} ${error.requestId} ${isWattkitError(error.cause)}`)
        )
      )
      assert.strictEqual(name, "NOT_FOUND 404 req_2 true")
      const odd = yield* Effect.flip(client.devices.get({ id: "odd" }))
      assert.deepStrictEqual([odd._tag, odd.code, odd.message], ["UNKNOWN", "BREWING", "teapot"])
    })
  )

  it.effect("fails with what the caller's own credential threw", () =>
    Effect.gen(function* () {
      const own = new Error("no keychain")
      const client = makeClient({ baseUrl: "http://x", auth: () => Promise.reject(own), retries: 0 })
      const error = yield* Effect.flip(client.devices.get({ id: "m1" }))
      assert.deepStrictEqual([error._tag, error.message], ["UNKNOWN", "no keychain"])
      assert.strictEqual(error.cause, own)
    })
  )

  it.live("is aborted when it is interrupted", () =>
    Effect.gen(function* () {
      const { aborted, asked, client } = serve()
      const fiber = yield* Effect.forkChild(client.devices.get({ id: "slow" }))
      while (asked.length === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(aborted(), 1)
    })
  )

  it("exists for every endpoint", () => {
    const { client } = serve()
    const shapes = (all: object) => Object.entries(all).map(([name, calls]) => [name, Object.keys(calls)])
    const { baseUrl, promises, ...groups } = client
    assert.deepStrictEqual(shapes(groups), shapes(routes))
    assert.strictEqual(baseUrl, promises.baseUrl)
  })
})

describe("a list as a stream", () => {
  it.effect("is every entry of every page, each asked for when it is reached", () =>
    Effect.gen(function* () {
      const { asked, client } = serve()
      const list = client.devices.list({ locationId: "l" })
      const some = yield* Stream.runCollect(Stream.take(list, 3))
      assert.deepStrictEqual(
        Array.from(some, ({ id }) => id),
        ["a0", "b0", "a1"]
      )
      assert.lengthOf(asked, 2)
      assert.lengthOf(Array.from(yield* Stream.runCollect(list)), 6)
      const { items, nextCursor } = yield* client.devices.list.page({ locationId: "l", cursor: "1" })
      assert.deepStrictEqual([items.length, nextCursor], [2, "2"])
    })
  )

  it.effect("that goes round fails", () =>
    Effect.gen(function* () {
      const { client } = serve()
      const error = yield* Effect.flip(Stream.runDrain(client.devices.list({ locationId: "round" })))
      assert.strictEqual(error._tag, "INVALID_RESPONSE")
    })
  )
})

describe("what lasts", () => {
  it.live("a queue is closed with its scope, and what waits is kept", () =>
    Effect.gen(function* () {
      const { asked, client } = serve()
      const storage = new Map<string, string>()
      const use = Effect.gen(function* () {
        const queue = yield* openQueue(client, { storage })
        yield* queue.add({ device: "m1", ...reading })
        yield* queue.call("readings.correct", { id: "m1", body: { reason: "late", readings: [reading] } })
        yield* queue.flush
        assert.strictEqual((yield* queue.state).length, 0)
        assert.deepStrictEqual(yield* queue.refused, [])
        return queue
      })
      const queue = yield* Effect.scoped(use)
      assert.deepStrictEqual(asked, ["POST /v1/readings", "PUT /v1/devices/m1/energy/readings"])
      const error = yield* Effect.flip(queue.add({ device: "m1", ...reading }))
      assert.strictEqual(error._tag, "ABORTED")
    })
  )

  it.live("a subscription ends with its stream", () =>
    Effect.gen(function* () {
      const server: LiveServer = yield* Effect.promise(startLive)
      const client = makeClient({ baseUrl: server.baseUrl, auth: "k" })
      const tell = Effect.promise(async () => {
        const connection = await server.connection()
        connection.send({ type: "CONNECTION_ACK", sessionId: "s1", heartbeatMs: 10_000, stream: "s" })
        const { id } = await connection.frame()
        connection.send({ type: "SUBSCRIBED", id })
        const readings = [{ deviceId: "m1", channel: "main", ...reading }]
        connection.send({ type: "ENERGY_UPDATE", sequence: 1, locationId: "l", readings })
        return connection.closed
      })
      const [updates] = yield* Effect.all([Stream.runCollect(Stream.take(subscribe(client), 1)), tell], {
        concurrency: 2
      })
      assert.deepStrictEqual(
        Array.from(updates, ({ locationId }) => locationId),
        ["l"]
      )
      yield* Effect.promise(() => server.close())
    })
  )

  it.effect("a client is a service", () =>
    Effect.gen(function* () {
      const client = yield* WattkitClient
      assert.strictEqual((yield* client.devices.get({ id: "m1" })).id, "m1")
    }).pipe(Effect.provide(layer({ baseUrl: "http://x", fetch: serve().fetch })))
  )
})

/** Compiled, never run. */
const types = (): void => {
  const { client } = serve()
  const one: Effect.Effect<string, Exclude<Failure, { readonly _tag: "NOT_FOUND" }>> = client.devices
    .get({ id: "m1" })
    .pipe(
      Effect.map(({ name }) => name),
      Effect.catchTag("NOT_FOUND", () => Effect.succeed("nobody"))
    )
  void one
  // @ts-expect-error a path parameter has another name
  void client.devices.get({ deviceId: "m1" })
  // @ts-expect-error there is no such tag
  void client.devices.get({ id: "m1" }).pipe(Effect.catchTag("NOT_FOUNT", () => Effect.void))
  // @ts-expect-error one device has no pages
  void client.devices.get.page({ id: "m1" })
  // @ts-expect-error interruption aborts, no signal does
  void client.devices.get({ id: "m1" }, { signal: AbortSignal.abort() })
  // @ts-expect-error a client of promises has no effects in it
  void subscribe(createClient({ baseUrl: "http://x" }))
}

it("the types of the effects fit", () => {
  assert.isFunction(types)
})
