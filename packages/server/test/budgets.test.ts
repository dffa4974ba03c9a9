import { Context, Option } from "effect"
import { connectAsync } from "mqtt"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { MqttBroker } from "../src/mqtt/MqttBroker.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { configOf, startServer, type TestServer } from "./fixtures/inProcess.ts"
import { overWebSocket } from "./fixtures/senders.ts"

describe("budgets", () => {
  let server: TestServer
  let credential: string

  beforeAll(async () => {
    const { mqtt } = configOf({ dataDir: "" })
    server = await startServer(layerMemory, {
      mqtt: { ...mqtt, port: 0, isPortChosen: true },
      ingestBudget: { devicePerMinute: 3, tenantPerMinute: 100 }
    })
    credential = await makeHouse(server.call)
    await makeHouse(server.call, "other-house", "other")
  })

  afterAll(() => server.close())

  const reading = (second: number) => ({
    at: new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString(),
    powerW: second,
    importWh: second
  })
  const path = (id: string) => `/v1/devices/${id}/energy/readings`
  const stored = async (id: string) =>
    (await server.call<ReadonlyArray<unknown>>("GET", path(id))).data.length

  it("are told honestly in every way in, and what is refused is not stored", async () => {
    const all = [reading(1), reading(2), reading(3)]
    assert.strictEqual((await server.call("POST", path("meter"), { body: all })).status, 200)

    const plain = await server.call("POST", path("meter"), { body: reading(4) })
    const listed = await server.call("POST", path("meter"), { body: { readings: [reading(4)] } })
    for (const { code, headers, status } of [plain, listed]) {
      assert.strictEqual(status, 429)
      assert.strictEqual(code, "RATE_LIMITED")
      assert.isAbove(Number(headers.get("retry-after")), 0)
      assert.isAtMost(Number(headers.get("retry-after")), 20)
    }

    const broker = Option.getOrThrow(Context.getOption(server.services, MqttBroker))
    const device = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      username: "meter",
      password: credential,
      protocolVersion: 5,
      reconnectPeriod: 0
    })
    const code = await device
      .publishAsync("devices/meter/readings", JSON.stringify(reading(4)), { qos: 1 })
      .then(
        () => 0,
        (error: { readonly code: number }) => error.code
      )
    assert.strictEqual(code, 0x97)
    await device.endAsync()

    const { call, key, url } = server
    const sender = await overWebSocket({ call, key, url, mqttPort: 0 }, "meter")
    const words = await sender.send([reading(4)]).then(
      () => "",
      (error: unknown) => String(error)
    )
    assert.include(words, "RATE_LIMITED")
    assert.match(words, /"retryAfterMs":\d+/)
    sender.close()

    assert.strictEqual(await stored("meter"), 3)
  })

  it("are of each device", async () => {
    assert.strictEqual((await server.call("POST", path("other"), { body: reading(1) })).status, 200)
    assert.strictEqual(await stored("other"), 1)
  })
})
