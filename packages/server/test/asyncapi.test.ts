import { Parser } from "@asyncapi/parser"
import { clientFrames, serverFrames } from "@wattkit/api"
import { DeviceId, type Instant, LocationId, ReadingBus, TenantId } from "@wattkit/core"
import { decode } from "@wattkit/transport-websocket"
import { Result, Schema } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { WebSocket } from "ws"
import { defaultTenant } from "../src/FirstStart.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

type Frame = { readonly type: string }

const examples: { readonly [Type in keyof typeof clientFrames]: (typeof clientFrames)[Type]["Encoded"] } = {
  SUBSCRIBE: {
    type: "SUBSCRIBE",
    id: "a",
    locationIds: ["house"],
    deviceIds: ["meter"],
    events: ["ENERGY_UPDATE", "DEVICE_STATUS"]
  },
  UNSUBSCRIBE: { type: "UNSUBSCRIBE", id: "a" },
  RECORD: {
    type: "RECORD",
    id: "b",
    deviceId: "meter",
    readings: [{ at: new Date().toISOString(), powerW: 5 }]
  },
  PING: { type: "PING" },
  PONG: { type: "PONG" }
}

describe("the AsyncAPI document", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  it("is served, and a parser of its makers finds nothing wrong with it", async () => {
    const response = await fetch(`${server.url}/asyncapi.json`)
    assert.strictEqual(response.status, 200)
    assert.match(response.headers.get("content-type") ?? "", /^application\/json/)
    const text = await response.text()
    const { diagnostics, document } = await new Parser().parse(text)
    const faults = diagnostics.filter(({ severity }) => severity <= 1)
    assert.deepStrictEqual(
      faults.map(({ message, path }) => `${path.join("/")}: ${message}`),
      []
    )
    assert.deepStrictEqual(
      document
        ?.channels()
        .all()
        .map((channel) => channel.address()),
      ["devices/{deviceId}/readings", "devices/{deviceId}/status", "devices/{deviceId}/commands", "/v1/ws"]
    )
    const broken = text.replace("#/components/messages/readings", "#/components/messages/nothing")
    const { diagnostics: found } = await new Parser().parse(broken)
    assert.isAbove(found.filter(({ severity }) => severity === 0).length, 0)
  })

  it.each(Object.keys(clientFrames))("tells of %s what the server understands", (type) => {
    const frame = examples[type as keyof typeof examples]
    assert.isTrue(Schema.is(Schema.toEncoded(clientFrames[type as keyof typeof clientFrames]))(frame))
    const understood = decode(JSON.stringify(frame))
    assert.isTrue(Result.isSuccess(understood), type)
  })

  it("tells of every frame the server really sends", async () => {
    const heard: Array<Frame> = []
    const seen = new Set<string>()
    const wanted = ["CONNECTION_ACK", "SUBSCRIBED", "RECORDED", "ENERGY_UPDATE", "DEVICE_STATUS"]
    const answered = ["UNSUBSCRIBED", "PONG", "ERROR"]
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "wattkit.v1", {
      headers: { authorization: `Bearer ${server.key}` }
    })
    const until = (types: ReadonlyArray<string>) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (types.every((type) => seen.has(type))) resolve()
        }
        socket.on("message", look)
        socket.once("close", () => reject(new Error("the socket closed")))
        socket.once("error", reject)
        look()
      })
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as Frame
      heard.push(frame)
      seen.add(frame.type)
    })
    const say = (frame: object) => socket.send(JSON.stringify(frame))
    await until(["CONNECTION_ACK"])
    say(examples.SUBSCRIBE)
    await until(["SUBSCRIBED"])
    say(examples.RECORD)
    const status = { deviceId: DeviceId.make("meter"), at: Date.now() as Instant.Instant } as const
    const news = { tenantId: TenantId.make(defaultTenant), locationId: LocationId.make("house") }
    await server.run(
      ReadingBus.use((bus) =>
        bus.publish({ ...news, readings: [], statuses: [{ ...status, status: "offline" }] })
      )
    )
    await until(wanted)
    say(examples.UNSUBSCRIBE)
    say(examples.PING)
    say({ type: "NONSENSE" })
    await until(answered)
    socket.close()
    for (const frame of heard) {
      const schema = serverFrames[frame.type as keyof typeof serverFrames]
      assert.isDefined(schema, frame.type)
      const options = { onExcessProperty: "error" } as const
      const told = Schema.decodeUnknownResult(schema as Schema.Codec<unknown, unknown>, options)(frame)
      assert.isTrue(Result.isSuccess(told), `${JSON.stringify(frame)}: ${JSON.stringify(told)}`)
    }
  })
})
