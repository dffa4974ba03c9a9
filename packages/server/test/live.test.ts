import { DeviceId, Instant, LocationId, ReadingBus } from "@wattkit/core"
import { Credentials, Live } from "@wattkit/engine"
import { Option, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import { openEvents, openLive, openRaw, rawFrame } from "./fixtures/liveClient.ts"

describe("live over real connections", () => {
  let server: TestServer
  let credential: string
  let minute = 0

  beforeAll(async () => {
    server = await startServer(layerMemory)
    credential = await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const at = () => Instant.format(Instant.Instant.make(Date.UTC(2026, 0, 1) + minute++ * 60_000))
  const send = async (powerW: number): Promise<void> => {
    const body = { at: at(), powerW }
    const { status } = await server.call("POST", "/v1/devices/meter/energy/readings", { body })
    assert.strictEqual(status, 200)
  }
  const powerOf = (frame: object): number | undefined =>
    (frame as { readings: ReadonlyArray<{ powerW: number }> }).readings[0]?.powerW
  const tenantId = async () => {
    const found = await server.run(Credentials.use(({ verify }) => verify(Redacted.make(server.key))))
    return Option.getOrThrow(found).tenantId
  }

  it("goes on after a reconnect with what was missed, and without it otherwise", async () => {
    await send(1)
    const first = await openLive(server.url, server.key)
    first.say({ type: "SUBSCRIBE", id: "1", locationIds: ["house"], events: ["ENERGY_UPDATE"] })
    const { sequence } = await first.until("ENERGY_UPDATE")
    first.close()
    await first.closed
    for (const powerW of [2, 3]) await send(powerW)
    const second = await openLive(server.url, server.key)
    assert.strictEqual(second.stream, first.stream)
    const since = { stream: first.stream, sequence }
    second.say({ type: "SUBSCRIBE", id: "1", events: ["ENERGY_UPDATE"], since })
    assert.deepStrictEqual(await second.next(), { type: "SUBSCRIBED", id: "1", resumed: true })
    let news = await second.next()
    while (powerOf(news) !== 3) news = await second.next()
    assert.isAbove(news["sequence"] as number, sequence as number)
    second.say({
      type: "SUBSCRIBE",
      id: "2",
      events: ["ENERGY_UPDATE"],
      since: { stream: "other", sequence: 4 }
    })
    assert.deepStrictEqual(await second.next(), { type: "SUBSCRIBED", id: "2", resumed: false })
    assert.deepStrictEqual(await second.next(), { type: "RESYNC", id: "2" })
    assert.strictEqual(powerOf(await second.next()), 3)
    second.close()
  })

  it("takes readings, answers when they are stored, and judges them one by one", async () => {
    const device = await openLive(server.url, credential)
    const good = { at: at(), powerW: 9 }
    device.say({ type: "RECORD", id: "r1", readings: [good, { ...good, powerW: "much" }] })
    const recorded = await device.next()
    assert.deepInclude(recorded, { type: "RECORDED", id: "r1", accepted: 1, duplicates: 0 })
    assert.strictEqual((recorded["rejected"] as ReadonlyArray<{ field: string }>)[0]?.field, "powerW")
    device.say({ type: "RECORD", id: "r2", readings: good })
    assert.deepInclude(await device.next(), { type: "RECORDED", accepted: 0, duplicates: 1 })
    const latest = await server.call("GET", "/v1/devices/meter/energy/readings/latest")
    assert.deepStrictEqual(latest.data, [{ ...good, channel: "main" }] as never)
    device.say({ type: "RECORD", id: "r3", deviceId: "other", readings: good })
    assert.deepInclude(await device.next(), { type: "ERROR", id: "r3", code: "NOT_FOUND" })
    device.close()
    const owner = await openLive(server.url, server.key)
    owner.say({ type: "RECORD", id: "r4", readings: good })
    assert.deepInclude(await owner.next(), { type: "ERROR", id: "r4", code: "VALIDATION_ERROR" })
    owner.close()
  })

  it("shows statuses, and whatever else is told, to those who ask for it", async () => {
    const live = await openLive(server.url, server.key)
    live.say({ type: "SUBSCRIBE", id: "s", events: ["DEVICE_STATUS", "JOB_PROGRESS"] })
    await live.until("SUBSCRIBED")
    const tenant = await tenantId()
    const status = {
      deviceId: DeviceId.make("meter"),
      at: Instant.fromStringOrThrow(at()),
      status: "offline"
    } as const
    const news = { tenantId: tenant, locationId: LocationId.make("house"), readings: [], statuses: [status] }
    await server.run(ReadingBus.use((bus) => bus.publish(news)))
    assert.deepInclude(await live.next(), { type: "DEVICE_STATUS", deviceId: "meter", status: "offline" })
    const told = { type: "JOB_PROGRESS", locationId: null, key: "j1", data: { done: 3 } } as const
    await server.run(Live.use(({ tell }) => tell(tenant, told)))
    assert.deepInclude(await live.next(), { type: "JOB_PROGRESS", key: "j1", data: { done: 3 } })
    live.close()
  })

  it("shows the same as server-sent events, which go on by themselves", async () => {
    await send(20)
    const first = await openEvents(server.url, server.key, "?locationIds=house&events=ENERGY_UPDATE")
    assert.strictEqual(first.response.headers.get("content-type"), "text/event-stream")
    const state = await first.until("ENERGY_UPDATE")
    assert.deepInclude(state, { event: "ENERGY_UPDATE" })
    assert.strictEqual(powerOf(state), 20)
    await send(21)
    assert.strictEqual(powerOf(await first.until("ENERGY_UPDATE")), 21)
    first.close()
    await first.ended
    await send(22)
    const position = { "last-event-id": String(state["eventId"]) }
    const second = await openEvents(server.url, server.key, "?events=ENERGY_UPDATE", position)
    assert.deepInclude(await second.until("SUBSCRIBED"), { resumed: true })
    let news = await second.next()
    while (powerOf(news) !== 22) news = await second.next()
    second.close()
    const lost = await openEvents(server.url, server.key, "", { "last-event-id": "gone:7" })
    await lost.until("RESYNC")
    lost.close()
  })

  it("refuses events to strangers and to filters that make no sense", async () => {
    assert.strictEqual((await openEvents(server.url, "wk_live_nobody")).response.status, 401)
    const wrong = await openEvents(server.url, server.key, "?events=EVERYTHING")
    assert.strictEqual(wrong.response.status, 400)
    const unknown = await openEvents(server.url, server.key, "?locationIds=nowhere")
    assert.deepInclude(await unknown.until("ERROR"), { code: "NOT_FOUND" })
    await unknown.ended
  })

  it("closes what is no WebSocket frame with the right code, and goes on for everybody else", async () => {
    const bystander = await openLive(server.url, server.key)
    bystander.say({ type: "SUBSCRIBE", id: "b", events: ["ENERGY_UPDATE"] })
    await bystander.until("ENERGY_UPDATE")
    const ping = Buffer.from('{"type":"PING"}')
    const length = (size: bigint) => {
      const bytes = Buffer.alloc(14)
      bytes[0] = 0x81
      bytes[1] = 0xff
      bytes.writeBigUInt64BE(size, 2)
      return bytes
    }
    const broken: ReadonlyArray<readonly [string, Buffer, number]> = [
      ["bad UTF-8", rawFrame(0x81, Buffer.from([0xc3, 0x28])), 1007],
      ["no mask", Buffer.concat([Buffer.from([0x81, ping.length]), ping]), 1002],
      ["a reserved bit", rawFrame(0xc1, ping), 1002],
      ["a reserved opcode", rawFrame(0x83, ping), 1002],
      ["a ping in fragments", rawFrame(0x09, ping), 1002],
      ["a continuation of nothing", rawFrame(0x80, ping), 1002],
      ["a large frame", length(300n * 1024n), 1009],
      ["a frame larger than numbers", length(1n << 60n), 1009],
      [
        "more fragments than a frame may have",
        Buffer.concat([
          rawFrame(0x01, ping),
          ...Array.from({ length: 1100 }, () => rawFrame(0x00, Buffer.from("a")))
        ]),
        1008
      ]
    ]
    for (const [what, bytes, code] of broken) {
      const raw = openRaw(server.url, server.key)
      await raw.upgraded
      raw.connection.write(bytes)
      assert.strictEqual(await raw.closed, code, what)
    }
    await send(30)
    assert.strictEqual(powerOf(await bystander.until("ENERGY_UPDATE")), 30)
    bystander.close()
  })

  it("survives noise of every kind", async () => {
    const runs = Number(process.env["WATTKIT_TEST_NOISE"] ?? 40)
    let seed = 7
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff
    const ended: Array<Promise<unknown>> = []
    for (let run = 0; run < runs; run++) {
      const raw = openRaw(server.url, server.key)
      ended.push(raw.closed)
      await raw.upgraded
      const noise = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)))
      raw.connection.end(run % 2 === 0 ? noise : rawFrame(0x81, noise.subarray(0, 100)))
    }
    await Promise.all(ended)
    const live = await openLive(server.url, server.key)
    live.say({ type: "PING", id: "still here" })
    assert.deepStrictEqual(await live.next(), { type: "PONG", id: "still here" })
    live.close()
  })
})

describe("a server that goes away", () => {
  it("says so to everybody, and does not wait for those who do not listen", async () => {
    const server = await startServer(layerMemory)
    await makeHouse(server.call)
    const live = await openLive(server.url, server.key)
    const deaf = await openLive(server.url, server.key)
    deaf.socket.pause()
    const events = await openEvents(server.url, server.key)
    const startedAt = performance.now()
    const closing = server.close()
    assert.strictEqual(await live.closed, 1001)
    await events.ended
    await closing
    assert.isBelow(performance.now() - startedAt, 5_000)
    deaf.socket.terminate()
  })
})
