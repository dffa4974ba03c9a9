import { connectAsync, type IClientPublishOptions } from "mqtt"
import { afterAll, assert, beforeAll, describe, it, onTestFinished } from "vitest"
import type { Incoming, Taken } from "../src/broker/BrokerOptions.ts"
import type { SubscriberOptions } from "../src/subscriber/SubscriberOptions.ts"
import { type Mosquitto, startMosquitto } from "./Mosquitto.ts"
import { startOpenMosquitto } from "./subscriberMosquitto.ts"
import { quick, start } from "./subscriberSubject.ts"
import { until } from "./until.ts"

const user = { username: "wattkit", password: "secret" }
let mosquitto: Mosquitto

beforeAll(async () => {
  mosquitto = await startMosquitto([{ ...user, acl: ["topic readwrite #"] }])
})
afterAll(() => mosquitto.close())

const begin = (clientId: string, over: Partial<SubscriberOptions> = {}) => {
  const taken: Array<Incoming> = []
  const client = start({
    ...quick,
    ...user,
    url: `mqtt://127.0.0.1:${mosquitto.port}`,
    clientId,
    filters: [`${clientId}/#`],
    take: async (incoming): Promise<Taken> => {
      taken.push({ ...incoming, payload: Buffer.from(incoming.payload) })
      return "stored"
    },
    ...over
  })
  onTestFinished(() => client.close())
  const texts = () => taken.map(({ payload }) => String(payload)).sort()
  return { client, taken, texts, isUp: () => until("it is up", () => client.status.state === "connected") }
}

const publish = async (topic: string, text: string, options: IClientPublishOptions = { qos: 1 }) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, user)
  await client.publishAsync(topic, text, options)
  await client.endAsync()
}

describe("a subscriber at mosquitto", () => {
  it.each([
    ["5", "tcp"],
    ["3.1.1", "tcp"],
    ["5", "websocket"],
    ["3.1.1", "websocket"]
  ] as const)("takes QoS 0, 1 and 2 and what was kept, under %s over %s", async (protocol, carrier) => {
    const id = `qos-${protocol}-${carrier}`
    const { port, webSocketPort } = mosquitto
    const url = carrier === "tcp" ? `mqtt://127.0.0.1:${port}` : `ws://127.0.0.1:${webSocketPort}/mqtt`
    await publish(`${id}/kept`, "kept", { qos: 1, retain: true })
    const { client, isUp, taken, texts } = begin(id, { protocol, url, qos: 2 })
    await isUp()
    await until("what was kept has come", () => taken.length === 1)
    assert.isTrue(taken[0]!.isRetained)
    for (const qos of [0, 1, 2] as const) await publish(`${id}/live`, `live ${qos}`, { qos, retain: true })
    await until("all have come", () => taken.length === 4)
    assert.deepStrictEqual(texts(), ["kept", "live 0", "live 1", "live 2"])
    assert.deepStrictEqual(
      taken.slice(1).map(({ isRetained, qos }) => [qos, isRetained]),
      [
        [0, false],
        [1, false],
        [2, false]
      ]
    )
    await until("three are acknowledged", () => client.status.counts.acknowledged === 3)
    assert.strictEqual(client.status.protocol, protocol)
  })

  it("gets what was published while it was away", async () => {
    const first = begin("away")
    await first.isUp()
    await first.client.close()
    for (let i = 0; i < 5; i++) await publish("away/t", `while away ${i}`)
    const second = begin("away")
    await until("all have come", () => second.taken.length === 5)
    assert.strictEqual(first.taken.length, 0)
  })

  it("shares what comes with its group", async () => {
    const [one, other] = [
      begin("one", { filters: ["shared/#"], group: "ingest" }),
      begin("other", { filters: ["shared/#"], group: "ingest" })
    ]
    await Promise.all([one.isUp(), other.isUp()])
    const client = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, user)
    for (let i = 0; i < 20; i++) await client.publishAsync("shared/t", String(i), { qos: 1 })
    await client.endAsync()
    await until("all have come", () => one.taken.length + other.taken.length >= 20)
    const all = [...one.texts(), ...other.texts()]
    assert.strictEqual(new Set(all).size, 20)
    assert.strictEqual(all.length, 20)
    assert.isAbove(one.taken.length, 0)
    assert.isAbove(other.taken.length, 0)
  })

  it("is told when it may not come in, and waits", async () => {
    const { client } = begin("stranger", { password: "wrong" })
    await until("it is refused", () => client.status.lastError !== undefined)
    assert.include(client.status.lastError!, "refused")
    assert.strictEqual(client.status.counts.connects, 0)
  })

  it("publishes, and does not hear itself", async () => {
    const { client, isUp, taken } = begin("own")
    await isUp()
    const sent = await new Promise((resolve) => {
      client.publish("own/t", Buffer.from("mine"), { qos: 1 }, resolve)
    })
    assert.isUndefined(sent)
    await publish("own/t", "another's")
    await until("the other has come", () => taken.length > 0)
    assert.deepStrictEqual(
      taken.map(({ payload }) => String(payload)),
      ["another's"]
    )
  })
})

describe("a mosquitto that is killed", () => {
  it("is come back to, its loss is told, and the subscription stands again", async () => {
    const own = await startOpenMosquitto()
    onTestFinished(() => own.close())
    let lost = 0
    const url = `mqtt://127.0.0.1:${own.port}`
    const { client, isUp, taken } = begin("killed", { url, onSessionLost: () => lost++ })
    await isUp()
    await own.replace()
    await until(
      "it is back",
      () => client.status.counts.connects === 2 && client.status.state === "connected"
    )
    assert.strictEqual(lost, 1)
    const other = await connectAsync(url)
    await other.publishAsync("killed/t", "after", { qos: 1 })
    await other.endAsync()
    await until("a message has come", () => taken.length === 1)
  })
})

describe("what a subscriber learns at mosquitto", () => {
  it.each(["5", "3.1.1"] as const)("is listened to as long as it is wanted, under %s", async (protocol) => {
    const id = `later-${protocol}`
    const { client, isUp, texts } = begin(id, { protocol })
    client.listenTo([`else/${id}/a`, `else/${id}/b`])
    await isUp()
    await publish(`else/${id}/a`, "a")
    await publish(`else/${id}/b`, "b")
    await until("both have come", () => texts().length === 2)
    client.listenTo([`else/${id}/b`])
    // The broker answers in order, so what is asked for here stands after what was given back.
    client.listenTo([`else/${id}/b`, `else/${id}/c`])
    while (!texts().includes("c")) await publish(`else/${id}/c`, "c")
    await publish(`else/${id}/a`, "too late")
    await publish(`else/${id}/b`, "in time")
    await until("it has come", () => texts().includes("in time"))
    assert.notInclude(texts(), "too late")
  })

  it("is said in its name when it is lost, and not when it leaves", async () => {
    const will = { topic: "will/lost", payload: "gone", retain: true }
    const { client, isUp } = begin("will", { will })
    await isUp()
    await client.close()
    const watch = begin("watch-will", { filters: ["will/#"] })
    await watch.isUp()
    const second = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      ...user,
      clientId: "marker"
    })
    await second.publishAsync("will/marker", "left", { qos: 1 })
    await until("the marker has come", () => watch.texts().includes("left"))
    assert.notInclude(watch.texts(), "gone")
    const lost = begin("will-lost", { will })
    await lost.isUp()
    // Somebody with the same name: the broker throws the first one out.
    const usurper = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      ...user,
      clientId: "will-lost"
    })
    await until("the will has come", () => watch.texts().includes("gone"))
    await Promise.all([usurper.endAsync(true), second.endAsync()])
  })
})
