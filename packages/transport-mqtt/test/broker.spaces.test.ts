import * as fc from "fast-check"
import { afterEach, assert, describe, it } from "vitest"
import { connectClient } from "./clients.ts"
import { type Embedded, startEmbedded } from "./embedded.ts"
import { connectRaw, publishPacket } from "./rawClient.ts"

let running: Embedded | undefined
const start = async (...given: Parameters<typeof startEmbedded>): Promise<Embedded> => {
  running = await startEmbedded(...given)
  return running
}

afterEach(async () => {
  await running?.close()
})

const users = ["secret-program", "secret-other"] as const

const deed = fc.record({
  who: fc.constantFrom(0, 1),
  how: fc.constantFrom("publish", "retain", "will", "owner"),
  topic: fc.constantFrom("tele/a/SENSOR", "devices/meter-1/readings", "devices/meter-1/status"),
  qos: fc.constantFrom(0, 1, 2)
})

describe("two tenants on one broker", () => {
  it("never see anything of each other, whatever they do", { timeout: 60_000 }, async () => {
    const embedded = await start()
    const readers = await Promise.all(
      users.map((password) => connectClient(embedded, "tcp", { protocolVersion: 5, password }))
    )
    await Promise.all(readers.map(({ mqtt }) => mqtt.subscribeAsync("#", { qos: 2 })))
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 8 }), async (deeds) => {
        round++
        for (const [i, { how, qos, topic, who }] of deeds.entries()) {
          const text = `${who} ${round} ${i}`
          const password = users[who] ?? ""
          if (how === "owner") {
            embedded.broker.publish(["one", "two"][who] ?? "", { topic, payload: text, qos: qos as 0 })
            continue
          }
          // The same client id on both sides, so that sessions would meet if they could.
          const will = { topic, payload: Buffer.from(text), qos: qos as 0, retain: false }
          const client = await connectRaw(embedded.port, 4, {
            password,
            clientId: "twin",
            ...(how === "will" ? { will } : {})
          })
          if (how !== "will")
            client.send(publishPacket(topic, text, 1, qos as 0, { retain: how === "retain" }))
          await client.settled()
          client.socket.destroy()
        }
        for (const [who, { got, has, mqtt }] of readers.entries()) {
          const before = got.filter(({ text }) => text === `${who} end ${round}`).length
          assert.strictEqual(before, 0)
          await mqtt.publishAsync("tele/end", `${who} end ${round}`, { qos: 1 })
          while (!got.some(({ text }) => text === `${who} end ${round}`)) await has(got.length + 1)
          assert.deepStrictEqual(
            got.filter(({ text }) => !text.startsWith(`${who} `)),
            []
          )
        }
        const late = await connectClient(embedded, "tcp", { protocolVersion: 5, password: users[0] })
        await late.mqtt.subscribeAsync("#", { qos: 0 })
        await late.mqtt.publishAsync("tele/end", `0 late`, { qos: 1 })
        assert.deepStrictEqual(
          late.got.filter(({ text }) => !text.startsWith("0 ")),
          []
        )
        await late.end()
      }),
      { numRuns: 25 }
    )
    assert.isAbove(readers[0]?.got.length ?? 0, 25)
    assert.isAbove(readers[1]?.got.length ?? 0, 25)
    await Promise.all(readers.map(({ end }) => end()))
  })

  it("keeps sessions of two credentials apart, even with one client id", async () => {
    const { port } = await start()
    const login = { clientId: "same", clean: false } as const
    const meter = await connectRaw(port, 4, { ...login, password: "secret-meter" })
    const program = await connectRaw(port, 4, { ...login, password: "secret-program" })
    assert.isFalse((program.got[0] as { sessionPresent: boolean }).sessionPresent)
    await meter.settled()
    await program.settled()
  })
})

describe("a will", () => {
  it("is stored like every other message, and not published where its client may not", async () => {
    const taken: Array<string> = []
    const { port } = await start({
      take: (_, { topic }) => {
        taken.push(topic)
        return Promise.resolve("stored")
      }
    })
    const reader = await connectRaw(port, 5, { password: "secret-program" })
    reader.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 1 }] })
    await reader.at(1)
    for (const topic of ["devices/other/status", "devices/meter-1/commands", "devices/meter-1/status"]) {
      const will = { topic, payload: Buffer.from("offline"), qos: 1 as const, retain: true }
      const client = await connectRaw(port, 4, { password: "secret-meter", will })
      client.socket.destroy()
    }
    const got = await reader.at(2)
    assert.strictEqual(got.cmd === "publish" ? got.topic : got.cmd, "devices/meter-1/status")
    assert.deepStrictEqual(taken, ["devices/meter-1/status"])
  })

  it("waits as long as MQTT 5 asks for, and is not sent when the client comes back", async () => {
    const { port } = await start()
    const reader = await connectRaw(port, 5, { password: "secret-program" })
    reader.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 1 }] })
    await reader.at(1)
    const withDelay = (text: string) => ({
      topic: "devices/meter-1/status",
      payload: Buffer.from(text),
      qos: 1 as const,
      retain: false,
      properties: { willDelayInterval: 1 }
    })
    const login = { password: "secret-meter", clientId: "delayed", clean: false }
    const keeps = { properties: { sessionExpiryInterval: 60 } }
    const first = await connectRaw(port, 5, { ...login, ...keeps, will: withDelay("first") })
    first.socket.destroy()
    await first.closed
    const second = await connectRaw(port, 5, { ...login, ...keeps, will: withDelay("second") })
    second.socket.destroy()
    const got = await reader.at(2)
    assert.strictEqual(got.cmd === "publish" ? String(got.payload) : got.cmd, "second")
  })
})
