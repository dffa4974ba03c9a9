import {
  DeviceStatusStore,
  Instant,
  QuarantineStore,
  ReadingStore,
  StorageError,
  StorageUpkeep
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { WebSocket } from "ws"
import { layerMemory, StorageHealth } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Frame {
  readonly type: string
  readonly [name: string]: unknown
}

/** A WebSocket with the frames it received, each taken once. */
const open = (url: string, protocols: ReadonlyArray<string>, headers: Record<string, string> = {}) => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws`, [...protocols], { headers })
  const frames: Array<Frame> = []
  const waiting: Array<(frame: Frame) => void> = []
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Frame
    const next = waiting.shift()
    if (next === undefined) frames.push(frame)
    else next(frame)
  })
  const next = (): Promise<Frame> => {
    const frame = frames.shift()
    return frame === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(frame)
  }
  const opened = new Promise<number>((resolve, reject) => {
    socket.on("open", () => resolve(101))
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0))
    socket.on("error", reject)
  })
  const closed = new Promise<number>((resolve) => socket.on("close", resolve))
  return {
    opened,
    closed,
    next,
    say: (frame: unknown) => socket.send(JSON.stringify(frame)),
    until: async (type: string): Promise<Frame> => {
      for (;;) {
        const frame = await next()
        if (frame.type === type) return frame
      }
    },
    close: () => socket.close()
  }
}

describe("the API over the embedded database", () => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    server = await startServer()
    credential = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const reading = (powerW: number) => ({ at: new Date().toISOString(), powerW, importWh: 12_345.678 })
  const path = "/v1/devices/meter/energy/readings"

  it("stores a reading once, answers it, and shows it live within a second", async () => {
    const live = open(server.url, ["wattkit.v1"], { authorization: `Bearer ${server.key}` })
    assert.strictEqual(await live.opened, 101)
    assert.strictEqual((await live.next()).type, "CONNECTION_ACK")
    live.say({ type: "SUBSCRIBE", id: "1", locationIds: ["house"] })
    await live.until("SUBSCRIBED")

    const body = reading(420)
    const first = await server.call("POST", path, { key: credential, body })
    const storedAt = performance.now()
    assert.deepStrictEqual(first.data, { accepted: 1, duplicates: 0, rejected: [] })
    const update = await live.until("ENERGY_UPDATE")
    assert.isBelow(performance.now() - storedAt, 1_000)
    assert.deepStrictEqual(update["readings"], [{ ...body, deviceId: "meter", channel: "main" }])

    const second = await server.call("POST", path, { key: credential, body })
    assert.deepStrictEqual(second.data, { accepted: 0, duplicates: 1, rejected: [] })
    const other = await server.call<{ rejected: unknown }>("POST", path, {
      key: credential,
      body: { ...body, powerW: 1 }
    })
    assert.strictEqual(other.status, 200)
    assert.deepInclude((other.data.rejected as Array<object>)[0], {
      index: 0,
      field: "at",
      reason: "conflict"
    })
    const latest = await server.call("GET", `${path}/latest`)
    assert.deepStrictEqual(latest.data, [{ ...body, channel: "main" }] as never)
    live.close()
    assert.strictEqual(await live.closed, 1005)
  })

  it("judges each reading of a list alone, and takes an empty list", async () => {
    const old = { at: "2026-01-01T00:00:00Z", powerW: 1 }
    const body = [
      old,
      { ...old, powerW: "1" },
      { at: "2099-01-01T00:00:00Z", powerW: 1 },
      { at: "1970-01-01T00:00:00Z", powerW: 1 }
    ]
    const mixed = await server.call<{ accepted: number; rejected: Array<Record<string, unknown>> }>(
      "POST",
      path,
      { body }
    )
    assert.strictEqual(mixed.status, 200)
    assert.strictEqual(mixed.data.accepted, 1)
    assert.deepStrictEqual(
      mixed.data.rejected.map(({ field, index, reason }) => [index, field, reason]),
      [
        [1, "powerW", "malformed"],
        [2, "at", "future"],
        [3, "at", "too_old"]
      ]
    )
    const empty = await server.call("POST", path, { body: [] })
    assert.deepStrictEqual(empty.data, { accepted: 0, duplicates: 0, rejected: [] })
  })

  it("pages through lists with opaque cursors and refuses made-up ones", async () => {
    await server.call("POST", path, {
      body: Array.from({ length: 7 }, (_, i) => ({
        at: `2026-02-01T00:00:0${i}Z`,
        channel: "paged",
        powerW: i
      }))
    })
    const seen: Array<number> = []
    let cursor: string | undefined
    do {
      const query = `?channel=paged&limit=3${cursor === undefined ? "" : `&cursor=${cursor}`}`
      const page = await server.call<Array<{ powerW: number }>>("GET", path + query)
      assert.isAtMost(page.data.length, 3)
      seen.push(...page.data.map(({ powerW }) => powerW))
      cursor = page.meta.nextCursor
    } while (cursor !== undefined)
    assert.deepStrictEqual(seen, [0, 1, 2, 3, 4, 5, 6])
    const part = await server.call<Array<unknown>>(
      "GET",
      `${path}?channel=paged&from=2026-02-01T00:00:02Z&to=2026-02-01T01:00:04%2B01:00`
    )
    assert.strictEqual(part.data.length, 2)
    for (const [query, field] of [
      ["cursor=xyz!", "cursor"],
      ["limit=0", "limit"],
      ["limit=501", "limit"],
      ["from=yesterday", "from"],
      ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"]
    ]) {
      const answer = await server.call("GET", `${path}?${query}`)
      assert.deepStrictEqual([answer.status, answer.code], [400, "VALIDATION_ERROR"], query)
      assert.strictEqual(answer.details[0]?.field, field)
      assert.isNotEmpty(answer.details[0]?.reason)
    }
    const locations = await server.call<Array<unknown>>("GET", "/v1/locations?limit=1")
    assert.strictEqual(locations.data.length, 1)
    assert.isUndefined(locations.meta.nextCursor)
  })

  it("knows who asks, and tells strangers nothing", async () => {
    const secrets: Array<string | null> = [
      null,
      "",
      "wk_live_nonsense",
      `${server.key}x`,
      server.key.slice(0, -1),
      "a".repeat(5_000)
    ]
    for (const key of secrets) {
      const answer = await server.call("GET", "/v1/locations", { key })
      assert.deepStrictEqual([answer.status, answer.code], [401, "UNAUTHORIZED"], String(key).slice(0, 20))
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer/)
    }
    const inQuery = await server.call("GET", `/v1/locations?apikey=${server.key}&token=${server.key}`, {
      key: null
    })
    // It stands in logs by now, so it is no secret any more.
    assert.strictEqual(inQuery.status, 400)
    const asDevice = await server.call("POST", "/v1/locations", {
      key: credential,
      body: { name: "X", kind: "house", zone: "Europe/Berlin", currency: "EUR" }
    })
    assert.deepStrictEqual([asDevice.status, asDevice.code], [403, "FORBIDDEN"])
    await makeHouse(server.call, "other-house", "other-meter")
    const foreign = await server.call("POST", "/v1/devices/other-meter/energy/readings", {
      key: credential,
      body: reading(1)
    })
    assert.deepStrictEqual([foreign.status, foreign.code], [404, "NOT_FOUND"])
  })

  it("puts 404, 405, 409, 413 and 415 into the envelope", async () => {
    const cases = [
      [await server.call("GET", "/v1/nothing"), 404, "NOT_FOUND"],
      [await server.call("GET", "/v1/devices/none"), 404, "NOT_FOUND"],
      [await server.call("PATCH", path), 405, "METHOD_NOT_ALLOWED"],
      [await server.call("POST", "/health"), 405, "METHOD_NOT_ALLOWED"],
      [
        await server.call("POST", "/v1/locations", {
          body: { id: "house", name: "H", kind: "house", zone: "UTC", currency: "EUR" }
        }),
        409,
        "CONFLICT"
      ],
      [
        await server.call("POST", "/v1/locations", { body: `{"name":"${"x".repeat(1_100_000)}"}` }),
        413,
        "PAYLOAD_TOO_LARGE"
      ],
      [
        await server.call("POST", "/v1/locations", {
          body: "name=x",
          headers: { "content-type": "text/plain" }
        }),
        415,
        "UNSUPPORTED_MEDIA_TYPE"
      ]
    ] as const
    for (const [answer, status, code] of cases) {
      assert.deepStrictEqual([answer.status, answer.code], [status, code])
      assert.strictEqual(answer.meta.requestId, answer.headers.get("x-request-id"))
      assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff")
    }
    assert.strictEqual(cases[2][0].headers.get("allow"), "DELETE, GET, HEAD, POST, PUT")
  })

  it("takes a request id from the caller unless it could break a log", async () => {
    const chosen = await server.call("GET", "/health/live", { headers: { "x-request-id": "abc-123" } })
    assert.strictEqual(chosen.headers.get("x-request-id"), "abc-123")
    const evil = await server.call("GET", "/health/live", { headers: { "x-request-id": "a b\u00e9{" } })
    assert.match(evil.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/)
  })

  it("opens one WebSocket for one ticket, and none for strangers", async () => {
    const issued = await server.call<{ ticket: string; expiresAt: string }>("POST", "/v1/ws/tickets")
    assert.strictEqual(issued.status, 201)
    assert.isAtMost(Date.parse(issued.data.expiresAt) - Date.now(), 30_000)
    const protocols = ["wattkit.v1", `ticket.${issued.data.ticket}`]
    const first = open(server.url, protocols)
    assert.strictEqual(await first.opened, 101)
    assert.strictEqual((await first.next()).type, "CONNECTION_ACK")
    assert.strictEqual(await open(server.url, protocols).opened, 401)
    assert.strictEqual(await open(server.url, ["wattkit.v1"]).opened, 401)
    assert.strictEqual(await open(server.url, ["wattkit.v1", "ticket.made-up"]).opened, 401)
    assert.strictEqual(
      await open(server.url, ["other"], { authorization: `Bearer ${server.key}` }).opened,
      400
    )
    first.say("not a frame")
    assert.strictEqual((await first.until("ERROR"))["code"], "VALIDATION_ERROR")
    first.say({ type: "PING", id: "9" })
    assert.deepStrictEqual(await first.next(), { type: "PONG", id: "9" })
    first.close()
    const plain = await server.call("GET", "/v1/ws")
    assert.deepStrictEqual([plain.status, plain.code], [400, "VALIDATION_ERROR"])
  })

  it("serves the contract, the reference and a page, under a policy without inline scripts", async () => {
    const contract = await server.call("GET", "/openapi.json", { key: null })
    assert.match(contract.text, /"openapi":"3\.1/)
    for (const page of ["/", "/docs"]) {
      const answer = await server.call("GET", page, { key: null })
      assert.strictEqual(answer.status, 200)
      assert.notMatch(answer.text, /<script(?![^>]* src=)/)
      assert.match(answer.headers.get("content-security-policy") ?? "", /script-src 'self';/)
      const again = await fetch(server.url + page, {
        headers: { "if-none-match": answer.headers.get("etag") ?? "" }
      })
      if (answer.headers.has("etag")) {
        assert.strictEqual(again.status, 304)
        // A browser would put this header in the place of the page's own.
        assert.isNull(again.headers.get("content-security-policy"))
      }
    }
    assert.strictEqual((await server.call("GET", "/docs/1.js", { key: null })).status, 200)
    for (const outside of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/assets/..%5c..%5cpackage.json"
    ]) {
      assert.strictEqual((await server.call("GET", outside)).status, 404)
    }
  })

  it("tells when a device was heard and when it fell silent", async () => {
    await server.run(
      Effect.gen(function* () {
        const statuses = yield* DeviceStatusStore
        yield* statuses.observe(yield* Instant.now, 15 * 60_000)
        yield* statuses.observe(Instant.plus(yield* Instant.now, 3_600_000), 15 * 60_000)
      })
    )
    const to = new Date(Date.now() + 3_600_000).toISOString()
    const history = await server.call<ReadonlyArray<{ status: string }>>(
      "GET",
      `/v1/devices/meter/status-history?to=${to}`
    )
    assert.deepStrictEqual(
      history.data.map(({ status }) => status),
      ["online", "offline"]
    )
  })

  it("is healthy", async () => {
    const ready = await server.call("GET", "/health/ready", { key: null })
    assert.strictEqual(ready.status, 200)
    const health = JSON.parse(ready.text) as {
      components: Record<string, { status: string; lagMs?: number }>
    }
    assert.deepInclude(health as object, { status: "ok", durability: "power" })
    assert.strictEqual(health.components["postgres"]?.status, "up")
    assert.strictEqual(health.components["usage"]?.status, "up")
    assert.isAtLeast(health.components["usage"]?.lagMs ?? -1, 0)
  })
})

describe("the API over a storage that fails", () => {
  const failing = (failure: Effect.Effect<never, StorageError>) =>
    Layer.effect(
      ReadingStore,
      Effect.map(ReadingStore, (store): ReadingStore => ({ ...store, append: () => failure }))
    ).pipe(Layer.provideMerge(layerMemory))
  const down = new StorageError({ reason: "unavailable", message: "password=secret refused" })
  const at = "2026-06-01T10:00:00Z"

  it("answers 503 and when to come back, and is not ready", async () => {
    const health = Layer.succeed(StorageHealth, { name: "memory", check: Effect.fail(down) })
    const server = await startServer(Layer.provideMerge(health, failing(Effect.fail(down))))
    try {
      await makeHouse(server.call)
      const answer = await server.call("POST", "/v1/devices/meter/energy/readings", {
        body: { at, powerW: 1 }
      })
      assert.deepStrictEqual([answer.status, answer.code], [503, "UNAVAILABLE"])
      assert.isTrue(Number(answer.headers.get("retry-after")) > 0)
      assert.notMatch(answer.text, /secret/)
      const ready = await server.call("GET", "/health/ready")
      assert.strictEqual(ready.status, 503)
      assert.strictEqual((await server.call("GET", "/health/live")).status, 200)
    } finally {
      await server.close()
    }
  })

  it("goes on storing while usage cannot be brought up to date, and says so", async () => {
    const lagging = Layer.effect(
      StorageUpkeep,
      Effect.map(StorageUpkeep, (upkeep): StorageUpkeep => ({
        ...upkeep,
        lag: Effect.succeed(4_321),
        refreshUsage: Effect.fail(down)
      }))
    ).pipe(Layer.provideMerge(layerMemory))
    const server = await startServer(lagging)
    try {
      await makeHouse(server.call)
      const usage = async () => {
        const { text } = await server.call("GET", "/health/ready")
        return (JSON.parse(text) as { components: { usage: object } }).components.usage
      }
      while (!("message" in (await usage()))) await new Promise((resolve) => setImmediate(resolve))
      assert.deepStrictEqual(await usage(), {
        status: "down",
        message: "is not brought up to date",
        lagMs: 4_321
      })
      const path = "/v1/devices/meter/energy"
      const stored = await server.call("POST", `${path}/readings`, { body: { at, powerW: 1 } })
      assert.strictEqual(stored.status, 200)
      const asked = await server.call("GET", `${path}/usage`)
      assert.strictEqual((asked.meta as { lagMs?: number }).lagMs, 4_321)
      const exact = await server.call("GET", `${path}/usage?exact=true`)
      assert.deepStrictEqual([exact.status, exact.code], [503, "UNAVAILABLE"])
      assert.strictEqual((await server.call("GET", "/health/ready")).status, 200)
    } finally {
      await server.close()
    }
  })

  it("acknowledges nothing that is neither stored nor kept", async () => {
    const full = Layer.effect(
      QuarantineStore,
      Effect.map(QuarantineStore, (store): QuarantineStore => ({ ...store, add: () => Effect.fail(down) }))
    ).pipe(Layer.provideMerge(layerMemory))
    const server = await startServer(full)
    try {
      await makeHouse(server.call)
      const path = "/v1/devices/meter/energy/readings"
      const future = { at: "2099-01-01T00:00:00Z", powerW: 1 }
      const refused = await server.call("POST", path, { body: [{ at, powerW: 1 }, future] })
      assert.deepStrictEqual([refused.status, refused.code], [503, "UNAVAILABLE"])
      const again = await server.call("POST", path, { body: { at, powerW: 1 } })
      assert.deepInclude(again.data, { accepted: 0, duplicates: 1 })
    } finally {
      await server.close()
    }
  })

  it("answers 500 with a request id and nothing of what went wrong", async () => {
    const server = await startServer(failing(Effect.die(new Error("secret at /srv/x.ts:1"))))
    try {
      await makeHouse(server.call)
      const answer = await server.call("POST", "/v1/devices/meter/energy/readings", {
        body: { at, powerW: 1 }
      })
      assert.deepStrictEqual([answer.status, answer.code], [500, "INTERNAL"])
      assert.notMatch(answer.text, /secret|\.ts/)
      assert.strictEqual(answer.meta.requestId, answer.headers.get("x-request-id"))
    } finally {
      await server.close()
    }
  })

  it("lets the pages of allowed origins in, and no others", async () => {
    const origin = "https://app.example.com"
    const server = await startServer(layerMemory, { corsOrigins: [origin] })
    const closed = await startServer(layerMemory)
    try {
      const asked = (from: string, of: TestServer) =>
        of.call("GET", "/v1/locations", { headers: { origin: from } })
      assert.strictEqual((await asked(origin, server)).headers.get("access-control-allow-origin"), origin)
      assert.isNull(
        (await asked("https://evil.example.com", server)).headers.get("access-control-allow-origin")
      )
      assert.isNull((await asked(origin, closed)).headers.get("access-control-allow-origin"))
      const preflight = await fetch(`${server.url}/v1/locations`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization"
        }
      })
      assert.strictEqual(preflight.status, 204)
    } finally {
      await Promise.all([server.close(), closed.close()])
    }
  })
})
