import { createClient } from "@wattkit/client"
import { ApiKeyId, Instant, TenantId } from "@wattkit/core"
import { Messages } from "@wattkit/engine"
import { makeBroker } from "@wattkit/transport-mqtt"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Adoption, adopt } from "../src/cli/devices/adopt.ts"
import { adoptedText } from "../src/cli/devices/adoptCommand.ts"
import { fieldsOf } from "../src/cli/devices/fieldsOf.ts"
import { listen } from "../src/cli/devices/listen.ts"
import { defaultTenant } from "../src/FirstStart.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

const sensor = (power: number) => JSON.stringify({ ENERGY: { Power: power, Total: 12.5 } })

describe("wattkit devices adopt", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  const send = (topic: string, payload: string) =>
    server.run(
      Effect.gen(function* () {
        const receivedAt = yield* Instant.now
        return yield* Messages.use((messages) =>
          messages.receive(
            {
              tenantId: TenantId.make(defaultTenant),
              by: { kind: "key", id: ApiKeyId.make("broker"), userId: null },
              scopes: ["ingest"],
              deviceId: null,
              locations: null
            },
            {
              carrier: "mqtt",
              topic,
              payload: new TextEncoder().encode(payload),
              receivedAt,
              isRetained: false
            }
          )
        )
      })
    )

  const usual: Adoption = {
    format: "tasmota",
    subject: "kitchen",
    name: "Kitchen",
    location: undefined,
    channel: undefined,
    fields: {},
    device: undefined,
    role: "load",
    kind: "plug"
  }

  const run = (over: Partial<Adoption>) => {
    const client = createClient({ baseUrl: server.url, auth: server.key })
    return Effect.runPromise(adopt({ url: server.url, key: server.key }, client, { ...usual, ...over }))
  }

  const refusal = (over: Partial<Adoption>): Promise<string> =>
    run(over).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : "")
    )

  it("registers, binds, replays, and says so", async () => {
    for (const power of [1, 2, 3]) await send("tele/kitchen/SENSOR", sensor(power))
    const adopted = await run({})
    const text = adoptedText(adopted)
    assert.match(text, /^registered {2}dev_\w+ "Kitchen" at House$/m)
    assert.match(text, /^bound {7}tasmota kitchen → dev_\w+\/main$/m)
    assert.match(text, /^replayed {4}3 messages: 3 readings stored, 0 duplicates$/m)
    assert.match(text, /^credential {2}wk_/m)
    assert.notInclude(text, "waiting")
    const { data } = await server.call<ReadonlyArray<{ powerW: number }>>(
      "GET",
      `/v1/devices/${adopted.device.id}/energy/readings`
    )
    assert.deepStrictEqual(
      data.map(({ powerW }) => powerW),
      [1, 2, 3]
    )
    assert.deepInclude(await send("tele/kitchen/SENSOR", sensor(4)), { accepted: 1 })
    assert.match(await refusal({}), /kitchen is bound to the device dev_\w+ already; say --device dev_/)
    const again = await run({ device: adopted.device.id })
    assert.include(adoptedText(again), "replayed    nothing")
    assert.notInclude(adoptedText(again), "credential")
  })

  it("binds to a device that is there, on a channel", async () => {
    await send("tele/attic/SENSOR", sensor(9))
    const adopted = await run({ subject: "attic", device: "meter", channel: "attic" })
    assert.include(adoptedText(adopted), "bound       tasmota attic → meter/attic")
    assert.strictEqual(adopted.accepted, 1)
  })

  it("registers a device that names itself under that name", async () => {
    await send("devices/dev-x/readings", JSON.stringify({ at: new Date().toISOString(), powerW: 3 }))
    await send("tele/cellar/SENSOR", sensor(1))
    const adopted = await run({ format: "wattkit", subject: "dev-x" })
    assert.strictEqual(adopted.device.id, "dev-x")
    assert.deepInclude(adopted, { binding: undefined, replayed: 1, accepted: 1, waiting: [] })
    assert.notInclude(adoptedText(adopted), "bound")
  })

  it("takes a person's word for what a number means", async () => {
    const fields = await Effect.runPromise(fieldsOf(["Flow Rate=powerW*1000", "Noise=ignored"]))
    assert.deepStrictEqual(fields, {
      "Flow Rate": { quantity: "powerW", scale: 1000 },
      Noise: { quantity: "ignored", scale: 1 }
    })
    for (const wrong of [
      "Flow",
      "=powerW",
      "Flow=watts",
      "Flow=powerW*0",
      "Flow=powerW*",
      "Flow=powerW*2*2"
    ]) {
      const error = await Effect.runPromise(Effect.flip(fieldsOf([wrong])))
      assert.match(error.message, /^--field is .* but must be as Total=importWh\*1000/, wrong)
    }
    await send("tele/pump/SENSOR", JSON.stringify({ ENERGY: { Power: 1, Stroem: 2 } }))
    const pump = await run({
      subject: "pump",
      device: "meter",
      channel: "pump",
      fields: { Stroem: { quantity: "currentA", scale: 0.5 } }
    })
    assert.deepStrictEqual(pump.binding?.fields, { Stroem: { quantity: "currentA", scale: 0.5 } })
  })

  it("says what is wrong before anything is made", async () => {
    assert.match(await refusal({ format: "klingon", subject: "x" }), /no format "klingon"; .*tasmota/)
    assert.match(await refusal({ subject: "x", location: "moon" }), /no location moon; .*house \(House\)/)
    assert.match(await refusal({ subject: "x", device: "nobody" }), /nobody/)
    const { data } = await server.call<ReadonlyArray<unknown>>("GET", "/v1/locations/house/devices")
    assert.strictEqual(data.length, 3)
  })
})

describe("wattkit devices sniff at a broker", () => {
  it("shows who speaks there, and which topics nothing reads", async () => {
    const broker = makeBroker<string>({
      authenticate: () => Promise.resolve("own"),
      spaceOf: (peer) => peer,
      mayPublish: () => true,
      maySubscribe: () => true,
      take: () => Promise.resolve("stored")
    })
    const port = await broker.listen({ host: "127.0.0.1", port: 0 })
    const publish = () => {
      broker.publish("own", { topic: "tele/kitchen/SENSOR", payload: sensor(5) })
      broker.publish("own", { topic: "nobody/reads/this", payload: "\u0000" })
    }
    const speaking = setInterval(publish, 20)
    try {
      const { heard, unread } = await Effect.runPromise(listen(`mqtt://127.0.0.1:${port}`, 300))
      assert.deepStrictEqual(
        heard.map(({ channels, format, subject }) => [format, subject, channels[0]?.quantities["powerW"]]),
        [["tasmota", "kitchen", 5]]
      )
      assert.deepStrictEqual(unread, ["nobody/reads/this"])
    } finally {
      clearInterval(speaking)
      await broker.close()
    }
  })

  it("says what is wrong with an address", async () => {
    const error = await Effect.runPromise(Effect.flip(listen("http://localhost", 10)))
    assert.match(error.message, /^--mqtt: the address of the broker must begin with mqtt:/)
  })
})
