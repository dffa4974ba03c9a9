import { TenantId, TenantStore, Instant } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import { startMqtt, type TestMqtt } from "./fixtures/mqttServer.ts"

const secret = "a secret of the broker"

let server: TestServer
let mqtt: TestMqtt
let meter: string
let stranger: string

/** Another tenant with a key of its own. */
const makeStranger = Effect.gen(function* () {
  const id = TenantId.make("stranger")
  const createdAt = yield* Instant.now
  yield* TenantStore.use((store) => store.add({ id, name: "Stranger", createdAt }))
  const draft = { tenantId: id, name: "all", scopes: ["read", "ingest", "manage"], deviceId: null } as const
  return Redacted.value(yield* Credentials.use((credentials) => credentials.issue(draft)))
})

beforeAll(async () => {
  server = await startServer()
  meter = await makeHouse(server.call)
  stranger = await server.run(makeStranger)
  const tenantId = TenantId.make("default")
  mqtt = await startMqtt(server, { auth: { secret: Redacted.make(secret), tenantId } })
})

afterAll(async () => {
  await mqtt.close()
  await server.close()
})

const connect = (password: string, given: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${mqtt.port}`, {
    username: "anything",
    password,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...given
  })

const readingAt = (second: number): string =>
  JSON.stringify({ at: `2026-06-01T10:00:${String(second).padStart(2, "0")}Z`, powerW: 100 + second })

interface Told {
  readonly powerW: number
}

const stored = async (): Promise<ReadonlyArray<number>> => {
  const interval = "start=2026-06-01T00:00:00Z&end=2026-06-02T00:00:00Z"
  const answer = await server.call<ReadonlyArray<Told>>(
    "GET",
    `/v1/devices/meter/energy/readings?${interval}`
  )
  assert.strictEqual(answer.status, 200, answer.text)
  return answer.data.map(({ powerW }) => powerW)
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : error

describe("the MQTT broker of the server", () => {
  it("acknowledges what is stored, and what is stored can be read over HTTP", async () => {
    const client = await connect(meter)
    for (const qos of [1, 2] as const) {
      await client.publishAsync("devices/meter/readings", readingAt(qos), { qos })
    }
    await client.publishAsync("devices/meter/readings", readingAt(1), { qos: 1 })
    assert.deepStrictEqual(await stored(), [101, 102])
    await client.endAsync()
  })

  it("serves a WebSocket on the HTTP port as well", async () => {
    const socket = await connectAsync(`${mqtt.http.replace("http", "ws")}/mqtt`, {
      password: meter,
      username: "x",
      protocolVersion: 4,
      reconnectPeriod: 0
    })
    await socket.publishAsync("devices/meter/readings", readingAt(3), { qos: 1 })
    assert.include(await stored(), 103)
    await socket.endAsync()
    const plain = await fetch(`${mqtt.http}/mqtt`)
    assert.strictEqual(plain.status, 400)
  })

  it("keeps what it cannot read, and acknowledges it", async () => {
    const client = await connect(meter)
    await client.publishAsync("devices/meter/readings", "no reading", { qos: 1 })
    const letters = await server.call<ReadonlyArray<{ message: { topic: string } }>>(
      "GET",
      "/v1/dead-letters"
    )
    assert.strictEqual(letters.status, 200, letters.text)
    assert.isAbove(letters.data.length, 0)
    await client.endAsync()
  })

  it("refuses other devices' topics and unknown credentials with their reason", async () => {
    const client = await connect(meter)
    const denied = await client.publishAsync("devices/other/readings", readingAt(4), { qos: 1 }).catch(codeOf)
    assert.strictEqual(denied, 0x87)
    await client.endAsync()
    const unknown = await connect("wk_live_no").catch(codeOf)
    assert.strictEqual(unknown, 0x86)
  })

  it("takes commands out to the device, and only to its tenant", async () => {
    const client = await connect(meter)
    await client.subscribeAsync("devices/meter/commands", { qos: 1 })
    const other = await connect(stranger)
    await other.subscribeAsync("#", { qos: 1 })
    const seen: Array<string> = []
    other.on("message", (topic) => seen.push(topic))
    const heard = new Promise<string>((resolve) =>
      client.once("message", (_, payload) => resolve(payload.toString()))
    )
    const publish = (tenant: string, payload: string) =>
      server.run(
        mqtt.out.publish(TenantId.make(tenant), "devices/meter/commands", payload, { qos: 1, retain: false })
      )
    assert.deepStrictEqual(await publish("nobody", "lost"), { delivered: false, failed: false })
    assert.deepStrictEqual(await publish("default", "on"), { delivered: true, failed: false })
    assert.strictEqual(await heard, "on")
    await other.publishAsync("tele/mine/x", "mine", { qos: 1 })
    assert.deepStrictEqual(seen, ["tele/mine/x"])
    await Promise.all([client.endAsync(), other.endAsync()])
  })
})

type Answer = { readonly status: number; readonly body: unknown }

const ask = async (path: string, body: unknown, given: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${mqtt.http}/v1/mqtt/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    ...given
  })
  const text = await response.text()
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) }
}

const form = (fields: Record<string, string>): RequestInit => ({
  headers: { authorization: `Bearer ${secret}`, "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString()
})

const yes = { status: 200, body: { Ok: true, Error: "" } }
const no = { status: 403, body: { Ok: false, Error: "denied" } }

describe("the questions of mosquitto-go-auth", () => {
  it("knows a device by its credential, as JSON and as a form", async () => {
    const user = { username: "meter", password: meter, clientid: "c1" }
    assert.deepStrictEqual(await ask("auth", user), yes)
    assert.deepStrictEqual(await ask("auth", undefined, form(user)), yes)
  })

  it("says which method it is asked with", async () => {
    for (const path of ["auth", "superuser", "acl", "emqx/auth", "emqx/acl"]) {
      const response = await fetch(`${mqtt.http}/v1/mqtt/${path}`)
      assert.deepStrictEqual([response.status, response.headers.get("allow")], [405, "POST"], path)
    }
    assert.strictEqual((await fetch(`${mqtt.http}/v1/mqtt/other`)).status, 404)
  })

  it("answers the same for an unknown name, a wrong password and another tenant", async () => {
    for (const user of [
      { username: "nobody", password: meter },
      { username: "meter", password: "wk_live_wrong" },
      { username: "meter", password: "" },
      { username: "meter", password: stranger },
      { username: ["meter"], password: { a: 1 } },
      {},
      null
    ]) {
      assert.deepStrictEqual(await ask("auth", user), no, JSON.stringify(user))
    }
    assert.deepStrictEqual(await ask("auth", undefined, { body: "{" }), no)
  })

  it("says who may publish and subscribe to what, with numbers as numbers and as text", async () => {
    const asked = { username: "meter", clientid: "c1" }
    const own = { ...asked, topic: "devices/meter/readings" }
    assert.deepStrictEqual(await ask("acl", { ...own, acc: 2 }), yes)
    assert.deepStrictEqual(await ask("acl", undefined, form({ ...own, acc: "2" })), yes)
    assert.deepStrictEqual(await ask("acl", { ...own, acc: 1 }), no)
    assert.deepStrictEqual(await ask("acl", { ...asked, topic: "devices/other/readings", acc: 2 }), no)
    assert.deepStrictEqual(await ask("acl", { ...asked, topic: "devices/meter/commands", acc: 4 }), yes)
    assert.deepStrictEqual(await ask("acl", { ...asked, topic: "#", acc: 4 }), no)
    assert.deepStrictEqual(await ask("acl", { username: "nobody", topic: "tele/a/SENSOR", acc: 2 }), no)
    assert.deepStrictEqual(await ask("superuser", { username: "meter" }), no)
  })

  it("answers nobody who does not know the secret", async () => {
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${btoa("x:wrong")}` }
    ]) {
      const user = { username: "meter", password: meter }
      assert.strictEqual((await ask("auth", user, { headers })).status, 401)
    }
    const basic = { authorization: `Basic ${btoa(`x:${secret}`)}`, "content-type": "application/json" }
    assert.deepStrictEqual(await ask("auth", { username: "meter", password: meter }, { headers: basic }), yes)
    const tries = Array.from({ length: 40 }, () => ask("auth", {}, { headers: {} }))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    assert.include(statuses, 429)
  })
})

describe("the questions of EMQX 5", () => {
  it("always answers 200, because everything else is no opinion", async () => {
    const allow = { status: 200, body: { result: "allow", is_superuser: false } }
    const deny = { status: 200, body: { result: "deny" } }
    const user = { username: "meter", password: meter, clientid: "c1" }
    assert.deepStrictEqual(await ask("emqx/auth", user), allow)
    assert.deepStrictEqual(await ask("emqx/auth", { ...user, password: "wrong" }), deny)
    const asked = { username: "meter", clientid: "c1", topic: "devices/meter/readings" }
    assert.deepStrictEqual(await ask("emqx/acl", { ...asked, action: "publish" }), allow)
    assert.deepStrictEqual(await ask("emqx/acl", { ...asked, action: "subscribe" }), deny)
    assert.deepStrictEqual(await ask("emqx/acl", { ...asked, action: "anything" }), deny)
  })
})
