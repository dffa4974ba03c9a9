import { TenantId } from "@wattkit/core"
import { Redacted } from "effect"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import type { StorageLayer } from "../src/App.ts"
import type { MqttConfig } from "../src/mqtt/settings.ts"
import { version } from "../src/packageRoot.ts"
import { makeHouse } from "./fixtures/call.ts"
import { hear, type Hearing, untilSo } from "./fixtures/hearing.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import { makeKeptStores } from "./fixtures/keptStores.ts"
import { type Mosquitto, startMosquitto } from "./fixtures/ordeal/Mosquitto.ts"
import { freePort } from "./fixtures/serverProcess.ts"

const homeAssistant = { prefix: "homeassistant", tenantId: TenantId.make("default"), flushMs: 300 }
const config = "homeassistant/device/wattkit_meter/config"
const state = "wattkit/meter/state"
const everything = ["homeassistant/#", "wattkit/#"]

interface Payload {
  readonly components: { readonly [key: string]: { readonly unit_of_measurement: string } }
  readonly [name: string]: unknown
}

const ends: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

let mosquitto: Mosquitto
beforeAll(async () => {
  mosquitto = await startMosquitto()
})
afterAll(() => mosquitto.close())

const keptStores = async (): Promise<StorageLayer> => {
  const stores = await makeKeptStores()
  ends.push(stores.close)
  return stores.layer
}

const serve = async (stores: StorageLayer, mqtt: Partial<MqttConfig>): Promise<TestServer> => {
  const server = await startServer(stores, {
    mqtt: {
      port: undefined,
      isPortChosen: true,
      external: undefined,
      homeAssistant,
      auth: undefined,
      ...mqtt
    }
  })
  ends.push(server.close)
  return server
}

const listen = async (...given: Parameters<typeof hear>): Promise<Hearing> => {
  const hearing = await hear(...given)
  ends.push(hearing.close)
  return hearing
}

/** A server with a broker of its own, and Home Assistant at it. */
const embedded = async () => {
  const port = await freePort()
  const server = await serve(await keptStores(), { port })
  await makeHouse(server.call)
  const url = `mqtt://127.0.0.1:${port}`
  const login = { username: "ha", password: server.key }
  return { server, url, login, home: await listen(url, everything, login) }
}

/** A server at mosquitto, and Home Assistant there. */
const atMosquitto = async (over: Partial<NonNullable<MqttConfig["external"]>> = {}) => {
  const stores = await keptStores()
  const first = await startServer(stores)
  await makeHouse(first.call)
  await first.close()
  const url = `mqtt://127.0.0.1:${mosquitto.port}`
  const home = await listen(url, everything)
  const clientId = `wattkit-${Math.random()}`
  const key = Redacted.make(first.key)
  const external = { url: Redacted.make(url), key, topics: [], clientId, ...over }
  const start = async () => ({ ...(await serve(stores, { external })), key: first.key })
  const server = await start()
  ends.push(async () => {
    for (const topic of new Set(home.messages.map((one) => one.topic))) await home.say(topic, "", true)
  })
  return { server, url, home, login: {}, start, call: callOf(server, first.key) }
}

const callOf =
  ({ call }: TestServer, key: string): TestServer["call"] =>
  (method, path, options) =>
    call(method, path, { key, ...options })

const send = async (call: TestServer["call"], ...readings: ReadonlyArray<object>) => {
  const answer = await call("POST", "/v1/devices/meter/energy/readings", { body: readings })
  assert.strictEqual(answer.status, 200, answer.text)
}

const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString()
const last = (texts: ReadonlyArray<string>) => texts.at(-1) ?? ""
const isSaid = (home: Hearing, expected: object) => () => last(home.on(state)) === JSON.stringify(expected)
const both = [
  ["the embedded broker", async () => embedded().then((all) => ({ ...all, call: all.server.call }))],
  ["mosquitto", () => atMosquitto()]
] as const

describe.each(both)("devices in Home Assistant, at %s", (_, start) => {
  it("are announced when they speak, say what they said, and are there for who comes later", async () => {
    const { call, home, login, url } = await start()
    await send(call, { at: at(1), powerW: 100, importWh: 1500 })
    await send(call, { at: at(2), powerW: 90 }, { at: at(2), powerW: 5, channel: "l-1" })
    await untilSo("all is said", isSaid(home, { powerW_l_2d1: 5, powerW: 90, importWh: 1.5 }))
    const payload = JSON.parse(last(home.on(config))) as Payload
    assert.deepInclude(payload, {
      state_topic: state,
      origin: { name: "wattkit", sw_version: version },
      availability: [{ topic: "wattkit/status" }, { topic: "wattkit/meter/availability" }]
    })
    assert.strictEqual(payload.components["importWh"]?.unit_of_measurement, "kWh")
    assert.sameMembers(Object.keys(payload.components), ["powerW", "importWh", "powerW_l_2d1"])
    const late = await listen(url, everything, login)
    await untilSo("it was kept", () => late.messages.length >= 4)
    assert.deepStrictEqual([late.on(config).length, late.on("wattkit/status")], [1, ["online"]])
    assert.isTrue(late.messages.every(({ isRetained }) => isRetained))
  })

  it("say what changed seldom, and what came late not at all", async () => {
    const { call, home } = await start()
    await send(call, { at: at(0), powerW: 1 })
    await untilSo("it is announced", isSaid(home, { powerW: 1 }))
    for (let i = 1; i <= 40; i++) await send(call, { at: at(i), powerW: i + 1 })
    await send(call, { at: at(39.5), powerW: 7777 })
    await untilSo("the last is said", isSaid(home, { powerW: 41 }))
    assert.isBelow(home.on(state).length, 10)
    assert.strictEqual(home.on(config).length, 1)
    assert.notInclude(home.on(state).join(), "7777")
  })

  it("are there or not as their status says, and are said again when Home Assistant starts", async () => {
    const { call, home } = await start()
    await send(call, { at: at(0), powerW: 1 })
    await untilSo("it is announced", isSaid(home, { powerW: 1 }))
    assert.strictEqual(last(home.on("wattkit/meter/availability")), "online")
    await home.say("devices/meter/status", "offline")
    await untilSo("it is offline", () => last(home.on("wattkit/meter/availability")) === "offline")
    const before = home.on(config).length
    await home.say("homeassistant/status", "online")
    await untilSo("it is announced again", () => home.on(config).length === before + 1)
  })

  it("are not what is read when all of it comes back", async () => {
    const { call, home } = await start()
    await send(call, { at: at(0), powerW: 1, importWh: 5 })
    await untilSo("it is announced", isSaid(home, { powerW: 1, importWh: 0.005 }))
    for (const { payload, topic } of home.messages.slice()) await home.say(topic, payload)
    await home.say(
      "homeassistant/sensor/forged/config",
      `{"state_topic":"${state}","unique_id":"f",
      "device_class":"power","unit_of_measurement":"W","value_template":"{{ value_json.powerW }}"}`
    )
    await home.say(state, '{"powerW":4711}')
    await home.say("devices/meter/readings", JSON.stringify({ at: at(9), powerW: 9 }))
    await untilSo("what is no echo is read", isSaid(home, { powerW: 9, importWh: 0.005 }))
    const heard = await call<ReadonlyArray<{ format: string }>>("GET", "/v1/heard")
    assert.deepStrictEqual(heard.data, [])
    const letters = await call<ReadonlyArray<unknown>>("GET", "/v1/dead-letters")
    assert.deepStrictEqual(letters.data, [])
    const query = "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z"
    const stored = await call<ReadonlyArray<{ powerW: number }>>(
      "GET",
      `/v1/devices/meter/energy/readings?${query}`
    )
    assert.deepStrictEqual(
      stored.data.map(({ powerW }) => powerW),
      [1, 9]
    )
  })
})

describe("devices in Home Assistant, at mosquitto", () => {
  it("do not echo where the broker sends everything back, under the old protocol", async () => {
    const { call, home } = await atMosquitto({ topics: ["#"], protocol: "3.1.1" })
    await send(call, { at: at(0), powerW: 1 })
    await untilSo("it is announced", isSaid(home, { powerW: 1 }))
    await send(call, { at: at(1), powerW: 2 })
    await untilSo("it is said", isSaid(home, { powerW: 2 }))
    const letters = await call<ReadonlyArray<unknown>>("GET", "/v1/dead-letters")
    assert.deepStrictEqual([(await call("GET", "/v1/heard")).data, letters.data], [[], []])
  })

  it("are gone with the server, and there again with the next", async () => {
    const { call, home, server, start } = await atMosquitto()
    await send(call, { at: at(0), powerW: 1, importWh: 5 })
    await send(call, { at: at(60), powerW: 2 })
    await untilSo("it is said", isSaid(home, { powerW: 2, importWh: 0.005 }))
    await server.close()
    ends.splice(ends.indexOf(server.close), 1)
    await untilSo("it is gone", () => last(home.on("wattkit/status")) === "offline")
    const before = home.on(state).length
    await start()
    await untilSo("it is said again", () => home.on(state).length > before)
    assert.isTrue(isSaid(home, { powerW: 2, importWh: 0.005 })())
    assert.strictEqual(last(home.on("wattkit/status")), "online")
  })
})
