import { LocationId, type Scope, TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Redacted } from "effect"
import { connect as connectLater, connectAsync, type IClientOptions, type MqttClient } from "mqtt"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeHouse } from "../fixtures/call.ts"
import { hear } from "../fixtures/hearing.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { startMqtt, type TestMqtt } from "../fixtures/mqttServer.ts"

let server: TestServer
let mqtt: TestMqtt
let meter: string
let heater: string

beforeAll(async () => {
  server = await startServer(layerMemory)
  meter = await makeHouse(server.call, "house", "meter")
  heater = await makeHouse(server.call, "barn", "heater")
  mqtt = await startMqtt(server)
})

afterAll(async () => {
  await mqtt.close()
  await server.close()
})

const url = () => `mqtt://127.0.0.1:${mqtt.port}`

const connect = (password: string, given: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(url(), { username: "anything", password, protocolVersion: 5, reconnectPeriod: 0, ...given })

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : error

/** The reason code of a subscription; the quality of service when it is granted. */
const granted = (client: MqttClient, filter: string): Promise<unknown> =>
  client.subscribeAsync(filter, { qos: 1 }).then(
    ([one]) => one?.qos,
    (error: { readonly packet?: { readonly granted?: ReadonlyArray<number> } }) => error.packet?.granted?.[0]
  )

/** The reason code of a publication. */
const published = (client: MqttClient, topic: string, retain = false): Promise<unknown> =>
  client.publishAsync(topic, reading(), { qos: 1, retain }).then(() => 0, codeOf)

let second = 0
const reading = (): string =>
  JSON.stringify({ at: new Date(Date.UTC(2026, 5, 1) + second++ * 1000).toISOString(), powerW: 1 })

const latest = async (device: string): Promise<ReadonlyArray<unknown>> => {
  const answer = await server.call<ReadonlyArray<unknown>>(
    "GET",
    `/v1/devices/${device}/energy/readings/latest`
  )
  return answer.data
}

/** Everything that is published while something is done, and what is kept for those who come later. */
const overheard = async (act: () => Promise<void>): Promise<ReadonlyArray<string>> => {
  const listener = await hear(url(), ["#"], { username: "program", password: server.key })
  await act()
  // Who hears this has heard everything before it.
  await listener.say("devices/meter/status", "online")
  while (listener.on("devices/meter/status").length === 0) await new Promise((done) => setTimeout(done, 5))
  await listener.close()
  const later = await hear(url(), ["#"], { username: "program", password: server.key })
  await later.say("devices/meter/status", "online")
  while (later.on("devices/meter/status").length === 0) await new Promise((done) => setTimeout(done, 5))
  await later.close()
  return [...listener.messages, ...later.messages].map(({ topic }) => topic)
}

/** What waited for somebody in a session of theirs. */
const waitingFor = async (password: string, given: IClientOptions): Promise<ReadonlyArray<string>> => {
  const heard: Array<string> = []
  const client = connectLater(url(), {
    username: "anything",
    password,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...given
  })
  client.on("message", (topic) => void heard.push(topic))
  await new Promise((resolve) => client.once("connect", resolve))
  // What waited is sent before the next packet is answered.
  await granted(client, "#")
  await client.endAsync()
  return heard
}

describe("the borders of MQTT", () => {
  it("do not move with the user name somebody gives", async () => {
    for (const username of ["#", "+", "%u", "heater", "devices/#", "../heater"]) {
      const client = await connect(meter, { username, clientId: username })
      assert.strictEqual(await granted(client, "#"), 0x87, username)
      assert.strictEqual(await granted(client, "devices/+/commands"), 0x87, username)
      assert.strictEqual(await granted(client, "devices/heater/commands"), 0x87, username)
      assert.strictEqual(await granted(client, "devices/meter/commands"), 1, username)
      assert.strictEqual(await published(client, "devices/heater/readings"), 0x87, username)
      await client.endAsync()
    }
    assert.deepStrictEqual(await latest("heater"), [])
  }, 10_000)

  it("keep two credentials apart that call themselves the same", async () => {
    const given = { clientId: "same", clean: false, properties: { sessionExpiryInterval: 60 } }
    const first = await connect(meter, given)
    let isTakenOver = false
    first.on("disconnect", () => (isTakenOver = true))
    await first.subscribeAsync("devices/meter/commands", { qos: 1 })
    // The other one neither takes over the connection, nor finds the session when its client is away.
    const other = await connect(heater, given)
    assert.strictEqual(await published(first, "devices/meter/readings"), 0)
    assert.isFalse(isTakenOver)
    await other.endAsync()
    await first.endAsync()
    for (const device of ["meter", "heater"]) {
      const message = { topic: `devices/${device}/commands`, payload: device, qos: 1 } as const
      mqtt.broker.publish(TenantId.make("default"), message)
    }
    assert.deepStrictEqual(await waitingFor(heater, given), [])
    assert.deepStrictEqual(await waitingFor(meter, given), ["devices/meter/commands"])
  })

  it("hold for last words and for what is kept", async () => {
    const heard = await overheard(async () => {
      const will = {
        topic: "devices/heater/readings",
        payload: Buffer.from(reading()),
        qos: 1,
        retain: true
      } as const
      const client = await connect(meter, { will })
      assert.strictEqual(await published(client, "devices/heater/status", true), 0x87)
      const gone = new Promise<void>((resolve) => client.once("close", () => resolve()))
      client.stream.destroy()
      await gone
    })
    assert.deepStrictEqual([...new Set(heard)], ["devices/meter/status"])
    assert.deepStrictEqual(await latest("heater"), [])
  })

  it("hold a program to its locations", async () => {
    const scopes: readonly [Scope, ...ReadonlyArray<Scope>] = ["read", "ingest", "manage"]
    const draft = { tenantId: TenantId.make("default"), name: "held", scopes, deviceId: null }
    const locations = [LocationId.make("house")]
    const key = await server.run(Credentials.use((one) => one.issue({ ...draft, locations })))
    const heard = await overheard(async () => {
      const client = await connect(Redacted.value(key))
      for (const filter of ["#", "devices/meter/readings", "devices/heater/readings"]) {
        assert.strictEqual(await granted(client, filter), 0x87, filter)
      }
      for (const topic of ["devices/heater/commands", "devices/meter/commands", "devices/heater/responses"]) {
        assert.strictEqual(await published(client, topic), 0x87, topic)
      }
      assert.strictEqual(await published(client, "devices/heater/readings", true), 0x90)
      assert.strictEqual(await published(client, "devices/nobody/readings"), 0x90)
      assert.strictEqual(await published(client, "devices/meter/readings"), 0)
      await client.endAsync()
    })
    assert.deepStrictEqual([...new Set(heard)].sort(), ["devices/meter/readings", "devices/meter/status"])
    assert.deepStrictEqual(await latest("heater"), [])
  })
})
