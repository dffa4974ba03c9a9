import { Context, Option } from "effect"
import { connectAsync, type MqttClient } from "mqtt"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { MqttBroker } from "../src/mqtt/MqttBroker.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { configOf, startServer, type TestServer } from "./fixtures/inProcess.ts"

interface Sent {
  readonly id: string
  readonly delivered: boolean
}

interface Heard {
  readonly topic: string
  readonly retained: boolean
  readonly payload: { readonly [name: string]: unknown }
}

describe("commands", () => {
  const heard: Array<Heard> = []
  let arrived = Promise.withResolvers<void>()
  let server: TestServer
  let credential: string
  let device: MqttClient

  beforeAll(async () => {
    const { mqtt } = configOf({ dataDir: "" })
    server = await startServer(layerMemory, { mqtt: { ...mqtt, port: 0, isPortChosen: true } })
    credential = await makeHouse(server.call)
    const broker = Option.getOrThrow(Context.getOption(server.services, MqttBroker))
    device = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      password: credential,
      username: "meter",
      protocolVersion: 5,
      reconnectPeriod: 0
    })
    device.on("message", (topic, payload, { retain }) => {
      heard.push({ topic, retained: retain, payload: JSON.parse(payload.toString()) })
      arrived.resolve()
    })
    await device.subscribeAsync("devices/meter/commands", { qos: 1 })
  })

  afterAll(async () => {
    await device.endAsync(true)
    await server.close()
  })

  const command = (body: unknown, device = "meter", key?: string) =>
    server.call<Sent>("POST", `/v1/devices/${device}/commands`, key === undefined ? { body } : { body, key })

  it("go to the device that listens, once, and are not kept for later", async () => {
    const on = await command({ command: "toggle", state: "on" })
    assert.strictEqual(on.status, 200, on.text)
    assert.isTrue(on.data.delivered)
    await arrived.promise
    const { payload, retained, topic } = heard[0]!
    assert.deepStrictEqual([topic, retained], ["devices/meter/commands", false])
    const { at, ...rest } = payload
    assert.isBelow(Math.abs(Date.parse(String(at)) - Date.now()), 60_000)
    assert.deepStrictEqual(rest, { id: on.data.id, command: "toggle", channel: "main", state: "on" })

    await device.unsubscribeAsync("devices/meter/commands")
    const slower = await command({ command: "set_interval", seconds: 30 })
    assert.isFalse(slower.data.delivered)
    arrived = Promise.withResolvers<void>()
    await device.subscribeAsync("devices/meter/commands", { qos: 1 })
    const again = await command({ command: "set_interval", seconds: 60 })
    await arrived.promise
    assert.deepStrictEqual(
      heard.map((one) => one.payload["id"]),
      [on.data.id, again.data.id]
    )
  })

  it("are turned away when they make no sense, or are not allowed", async () => {
    const before = heard.length
    assert.strictEqual((await command({ command: "explode" })).status, 400)
    assert.strictEqual((await command({ command: "set_interval", seconds: 0 })).status, 400)
    assert.strictEqual((await command({ command: "set_interval", seconds: 1, more: 1 })).status, 400)
    assert.strictEqual((await command({ command: "toggle" }, "nobody")).status, 404)
    assert.strictEqual((await command({ command: "toggle" }, "meter", credential)).status, 403)
    assert.strictEqual(heard.length, before)
  })
})
