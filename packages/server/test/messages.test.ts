import { ApiKeyId, Instant, TenantId } from "@wattkit/core"
import { Messages } from "@wattkit/engine"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { defaultTenant } from "../src/FirstStart.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Letter {
  readonly id: string
  readonly topic: string
  readonly payload: string
  readonly encoding: string
  readonly bytes: number
  readonly isTruncated: boolean
  readonly reason: string
  readonly subject: string | null
  readonly settled: { readonly as: string } | null
}

interface Replayed {
  readonly replayed: number
  readonly accepted: number
  readonly waiting: ReadonlyArray<{ readonly id: string; readonly reason: string }>
  readonly next: string | null
}

interface Heard {
  readonly format: string
  readonly subject: string
  readonly count: number
  readonly channels: ReadonlyArray<{ readonly quantities: { readonly powerW?: number } }>
  readonly binding: { readonly deviceId: string; readonly channel: string } | null
}

const topic = "tele/kitchen/SENSOR"
const sensor = (power: number) => JSON.stringify({ ENERGY: { Power: power, Total: 12.5 } })

describe.each([
  ["memory", () => startServer(layerMemory)],
  ["PostgreSQL", () => startServer()]
] as const)("messages over %s", (_, start) => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    server = await start()
    credential = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  /** What a broker would hand over in the name of a program. */
  const send = (to: string, payload: string | Uint8Array) =>
    server.run(
      Effect.gen(function* () {
        const principal = {
          tenantId: TenantId.make(defaultTenant),
          by: { kind: "key", id: ApiKeyId.make("broker"), userId: null },
          scopes: ["ingest"],
          deviceId: null,
          locations: null
        } as const
        const message = {
          carrier: "mqtt",
          topic: to,
          payload: typeof payload === "string" ? new TextEncoder().encode(payload) : payload,
          receivedAt: yield* Instant.now,
          isRetained: false
        } as const
        return yield* Messages.use((messages) => messages.receive(principal, message))
      })
    )

  const list = async (query = "") =>
    (await server.call<ReadonlyArray<Letter>>("GET", `/v1/dead-letters?${query}`)).data

  it("shows every format with what to set up", async () => {
    const { data, status } = await server.call<ReadonlyArray<{ id: string; setUp: ReadonlyArray<string> }>>(
      "GET",
      "/v1/formats"
    )
    assert.strictEqual(status, 200)
    const tasmota = data.find(({ id }) => id === "tasmota")
    assert.isAbove(tasmota?.setUp.length ?? 0, 0)
    assert.strictEqual((await server.call("GET", "/v1/formats", { key: null })).status, 401)
  })

  it("goes from a stranger on the wire to readings of a device", async () => {
    await send(topic, sensor(41))
    await send(topic, sensor(42))
    const heard = await server.call<ReadonlyArray<Heard>>("GET", "/v1/heard")
    assert.strictEqual(heard.status, 200, heard.text)
    const [stranger] = heard.data
    assert.deepInclude(stranger ?? {}, { format: "tasmota", subject: "kitchen", count: 2, binding: null })
    assert.strictEqual(stranger?.channels[0]?.quantities.powerW, 42)
    const letters = await list("format=tasmota&subject=kitchen")
    assert.deepStrictEqual(
      letters.map(({ encoding, isTruncated, payload, reason }) => [reason, encoding, isTruncated, payload]),
      [41, 42].map((power) => ["unbound", "text", false, sensor(power)])
    )

    const body = { format: "tasmota", subject: "kitchen", deviceId: "meter" }
    const bound = await server.call("PUT", "/v1/bindings", { body })
    assert.strictEqual(bound.status, 200, bound.text)
    assert.deepInclude(bound.data, { ...body, channel: "main", fields: {} })
    const kind = { format: "tasmota", subject: "kitchen" }
    const replayed = await server.call<Replayed>("POST", "/v1/dead-letters/replay", { body: kind })
    assert.deepInclude(replayed.data, { replayed: 2, accepted: 2, waiting: [], next: null }, replayed.text)
    const rows = await server.call<ReadonlyArray<{ powerW: number }>>(
      "GET",
      "/v1/devices/meter/energy/readings"
    )
    assert.deepStrictEqual(
      rows.data.map(({ powerW }) => powerW),
      [41, 42]
    )
    assert.deepStrictEqual(await list(), [])
    assert.deepStrictEqual(
      (await list("show=all")).map(({ settled }) => settled?.as),
      ["replayed", "replayed"]
    )
    assert.deepInclude(await send(topic, sensor(43)), { accepted: 1, kept: 0 })
    const again = await server.call<ReadonlyArray<Heard>>("GET", "/v1/heard")
    assert.deepInclude(again.data[0]?.binding ?? {}, { deviceId: "meter", channel: "main" })
  })

  it("lists bindings page by page, and takes them away", async () => {
    for (const subject of ["a b", "c"]) {
      const body = { format: "tasmota", subject, deviceId: "meter", channel: "two" }
      assert.strictEqual((await server.call("PUT", "/v1/bindings", { body })).status, 200)
    }
    const seen: Array<string> = []
    let cursor: string | undefined
    do {
      const after = cursor === undefined ? "" : `&cursor=${cursor}`
      const page = await server.call<ReadonlyArray<{ subject: string }>>(
        "GET",
        `/v1/bindings?limit=1${after}`
      )
      seen.push(...page.data.map(({ subject }) => subject))
      cursor = page.meta.nextCursor
    } while (cursor !== undefined)
    assert.deepStrictEqual(seen, ["a b", "c", "kitchen"])
    const own = await server.call<ReadonlyArray<unknown>>("GET", "/v1/bindings", { key: credential })
    assert.strictEqual(own.data.length, 3)
    const path = "/v1/bindings?format=tasmota&subject=a%20b"
    assert.deepStrictEqual((await server.call("DELETE", path)).data, { removed: true })
    assert.deepStrictEqual((await server.call("DELETE", path)).data, { removed: false })
  })

  it("shows what cannot be read, and gives it up", async () => {
    await send(topic, Uint8Array.of(0xff, 0xfe, 0x00))
    await send("nobody/reads/this", `${"x".repeat(4095)}é`)
    const [first, second] = (await list()).toSorted((a, b) => (a.reason < b.reason ? -1 : 1))
    assert.deepInclude(first ?? {}, { reason: "malformed", encoding: "base64", payload: "//4A", bytes: 3 })
    assert.deepInclude(second ?? {}, {
      reason: "unknown_topic",
      encoding: "text",
      payload: "x".repeat(4095),
      bytes: 4097,
      isTruncated: true
    })
    const body = { ids: [first?.id, second?.id] }
    const replayed = await server.call<Replayed>("POST", "/v1/dead-letters/replay", { body })
    assert.deepStrictEqual([replayed.data.replayed, replayed.data.waiting.length], [0, 2])
    const dropped = await server.call("POST", "/v1/dead-letters/drop", { body: { reason: "malformed" } })
    assert.deepStrictEqual(dropped.data, { dropped: 1, next: null })
    assert.deepStrictEqual(
      (await list()).map(({ id }) => id),
      [second?.id]
    )
  })

  it("says what is wrong with a request, and keeps devices away from what is not theirs", async () => {
    const draft = { format: "tasmota", subject: "x", deviceId: "meter" }
    const answers: ReadonlyArray<readonly [string, string, unknown, number, string | null]> = [
      ["PUT", "/v1/bindings", { ...draft, format: "klingon" }, 400, null],
      ["PUT", "/v1/bindings", { ...draft, format: "wattkit" }, 400, null],
      ["PUT", "/v1/bindings", { ...draft, deviceId: "nobody" }, 404, null],
      ["PUT", "/v1/bindings", { ...draft, more: 1 }, 400, null],
      ["PUT", "/v1/bindings", draft, 403, "device"],
      ["DELETE", "/v1/bindings?format=tasmota", undefined, 400, null],
      ["GET", "/v1/bindings?cursor=abc", undefined, 400, null],
      ["GET", "/v1/bindings?deviceId=nobody", undefined, 404, "device"],
      ["GET", "/v1/dead-letters", undefined, 403, "device"],
      ["GET", "/v1/dead-letters?reason=boredom", undefined, 400, null],
      ["POST", "/v1/dead-letters/replay", { ids: ["dl_1"], reason: "unbound" }, 400, null],
      ["POST", "/v1/dead-letters/replay", { ids: ["../"] }, 400, null],
      ["POST", "/v1/dead-letters/replay", {}, 403, "device"],
      ["POST", "/v1/dead-letters/drop", {}, 403, "device"]
    ]
    for (const [method, path, body, status, as] of answers) {
      const key = as === null ? {} : { key: credential }
      const found = await server.call(method, path, { ...(body === undefined ? {} : { body }), ...key })
      assert.strictEqual(found.status, status, `${method} ${path} ${JSON.stringify(body)}: ${found.text}`)
    }
  })
})
