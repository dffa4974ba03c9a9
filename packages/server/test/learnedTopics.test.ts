import { Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeHouse } from "./fixtures/call.ts"
import { hear, type Hearing, untilSo } from "./fixtures/hearing.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import { makeKeptStores } from "./fixtures/keptStores.ts"
import { type Mosquitto, startMosquitto } from "./fixtures/ordeal/Mosquitto.ts"

const discovery = JSON.stringify({
  device: { identifiers: ["plug-1"], name: "Washer" },
  origin: { name: "example" },
  state_topic: "my/own/words",
  availability_topic: "my/own/presence",
  components: {
    power: {
      p: "sensor",
      unique_id: "plug-1_power",
      device_class: "power",
      state_class: "measurement",
      unit_of_measurement: "W",
      value_template: "{{ value_json.p }}"
    }
  }
})
const config = "homeassistant/device/plug-1/config"

interface HealthAnswer {
  readonly components: {
    readonly [name: string]: {
      readonly status: string
      readonly since?: string
      readonly reconnects?: number
    }
  }
}

let mosquitto: Mosquitto
let stores: Awaited<ReturnType<typeof makeKeptStores>>
let plug: Hearing
let key: string

beforeAll(async () => {
  mosquitto = await startMosquitto()
  stores = await makeKeptStores()
  plug = await hear(`mqtt://127.0.0.1:${mosquitto.port}`, [])
  const first = await startServer(stores.layer)
  key = first.key
  await makeHouse(first.call)
  await first.close()
})
afterAll(async () => {
  await plug.close()
  await mosquitto.close()
  await stores.close()
})

/** A server that was told of no topics. */
const serve = async (learnMs = 60_000) => {
  const url = Redacted.make(`mqtt://127.0.0.1:${mosquitto.port}`)
  const external = { url, key: Redacted.make(key), topics: [], clientId: "learning", learnMs }
  const mqtt = { port: undefined, isPortChosen: false, external, homeAssistant: undefined, auth: undefined }
  const server = await startServer(stores.layer, { mqtt })
  const call: TestServer["call"] = (method, path, options) => server.call(method, path, { key, ...options })
  return { call, url: server.url, close: server.close }
}

const powers = async (call: TestServer["call"]): Promise<ReadonlyArray<number>> => {
  const query = `limit=500&from=2026-01-01T00:00:00Z&to=${new Date(Date.now() + 60_000).toISOString()}`
  const found = await call<ReadonlyArray<{ powerW: number }>>(
    "GET",
    `/v1/devices/meter/energy/readings?${query}`
  )
  assert.strictEqual(found.status, 200, found.text)
  return found.data.map(({ powerW }) => powerW)
}

const lettersOf = async (call: TestServer["call"]) =>
  (await call<ReadonlyArray<{ topic: string }>>("GET", "/v1/dead-letters?limit=500")).data

describe("topics that are announced to Home Assistant", () => {
  it("are listened to, also by the next run, as long as they are announced", async () => {
    await plug.say(config, discovery, true)
    const first = await serve()
    const bound = await first.call("PUT", "/v1/bindings", {
      body: { format: "homeassistant", subject: "plug-1", deviceId: "meter" }
    })
    assert.strictEqual(bound.status, 200, bound.text)
    await untilSo("the values are read", async () => {
      await plug.say("my/own/words", '{"p":11}')
      return (await powers(first.call)).includes(11)
    })
    const health = (await (await fetch(`${first.url}/health`)).json()) as HealthAnswer
    assert.deepInclude(health.components["mqttSubscriber"], { status: "up", reconnects: 0 })
    assert.match(health.components["mqttSubscriber"]?.since ?? "", /^\d{4}-.*Z$/)
    await first.close()

    // The broker knows the session, and what it keeps it has sent to it already.
    const second = await serve(500)
    await untilSo("the values are read by the next run", async () => {
      await plug.say("my/own/words", '{"p":22}')
      return (await powers(second.call)).includes(22)
    })
    await plug.say(config, "", true)
    const lettersFrom = async (topic: string) =>
      (await lettersOf(second.call)).filter((one) => one.topic === topic).length

    await untilSo("nobody listens any more", async () => {
      const [strays, marks] = [await lettersFrom("my/own/words"), await lettersFrom("devices/meter/readings")]
      await plug.say("my/own/words", `{"p":33,"n":${marks}}`)
      await plug.say("devices/meter/readings", `no reading ${marks}`)
      const isMarked = async () => (await lettersFrom("devices/meter/readings")) > marks
      await untilSo("what comes behind it has come", isMarked)
      return (await lettersFrom("my/own/words")) === strays
    })
    assert.notInclude(await powers(second.call), 33)
    await second.close()
  })
})
