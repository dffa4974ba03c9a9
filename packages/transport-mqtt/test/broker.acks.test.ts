import { afterEach, assert, describe, it } from "vitest"
import { type Embedded, startEmbedded } from "./embedded.ts"
import { connectRaw, publishPacket } from "./rawClient.ts"
import { makeTakes } from "./takes.ts"

const own = "devices/meter-1/readings"
const password = "secret-meter"

let running: Embedded | undefined
const start = async (...given: Parameters<typeof startEmbedded>): Promise<Embedded> => {
  running = await startEmbedded(...given)
  return running
}

afterEach(async () => {
  await running?.close()
})

/** What became of each packet, in short. */
const wordsOf = (packets: ReadonlyArray<object>): ReadonlyArray<string> =>
  packets.map((packet) => {
    const { cmd = "", messageId = "", reasonCode = 0 } = packet as Record<string, string | number>
    return [cmd, messageId, reasonCode === 0 ? "" : `0x${Number(reasonCode).toString(16)}`]
      .filter((word) => word !== "")
      .join(" ")
  })

describe.each([4, 5] as const)("an acknowledgement with protocol level %d", (version) => {
  it("comes after the message is stored, and not before", async () => {
    const takes = makeTakes()
    const { port } = await start({ take: takes.take })
    const client = await connectRaw(port, version, { password })
    client.send(publishPacket(own, "a", 7), publishPacket(own, "b", 8, 2))
    const [first, second] = [await takes.at(0), await takes.at(1)]
    await client.settled()
    assert.strictEqual(client.got.length, 1)
    first.settle("stored")
    second.settle("stored")
    await client.at(2)
    assert.deepStrictEqual(wordsOf(client.got.slice(1)), ["puback 7", "pubrec 8"])
  })

  it("keeps the order in which messages came", async () => {
    const takes = makeTakes()
    const { port } = await start({ take: takes.take })
    const client = await connectRaw(port, version, { password })
    client.send(...[1, 2, 3].map((id) => publishPacket(own, String(id), id)))
    await takes.at(2)
    takes.asked[2]?.settle("stored")
    takes.asked[1]?.settle("stored")
    await client.settled()
    assert.strictEqual(client.got.length, 1)
    takes.asked[0]?.settle("stored")
    await client.at(3)
    assert.deepStrictEqual(wordsOf(client.got.slice(1)), ["puback 1", "puback 2", "puback 3"])
  })

  it("never comes when nobody knows whether the message is stored; the connection is closed", async () => {
    const takes = makeTakes()
    const { port } = await start({ take: takes.take })
    const client = await connectRaw(port, version, { password })
    client.send(publishPacket(own, "a", 1))
    const asked = await takes.at(0)
    asked.fail()
    await client.closed
    assert.deepStrictEqual(wordsOf(client.got.slice(1)), version === 5 ? ["disconnect 0x89"] : [])
  })

  it("is not sent on another connection of the same client", async () => {
    const takes = makeTakes()
    const { port } = await start({ take: takes.take })
    const login = { password, clientId: "same", clean: version === 5 } as const
    const keeps = version === 5 ? { properties: { sessionExpiryInterval: 60 } } : {}
    const first = await connectRaw(port, version, { ...login, ...keeps })
    first.send(publishPacket(own, "old", 1))
    const old = await takes.at(0)
    first.socket.destroy()
    const second = await connectRaw(port, version, { ...login, ...keeps, clean: false })
    second.send(publishPacket(own, "new", 1))
    const young = await takes.at(1)
    old.settle("stored")
    await second.settled()
    assert.strictEqual(second.got.length, 1)
    young.settle("stored")
    await second.at(1)
  })

  it("of QoS 2 is given for a repeated packet without storing it again", async () => {
    const takes = makeTakes()
    const { port } = await start({ take: takes.take })
    const login = { password, clientId: "twice", clean: false } as const
    const keeps = version === 5 ? { properties: { sessionExpiryInterval: 60 } } : {}
    const first = await connectRaw(port, version, { ...login, ...keeps })
    first.send(publishPacket(own, "once", 9, 2), publishPacket(own, "once", 9, 2, { dup: true }))
    const asked = await takes.at(0)
    await first.settled()
    assert.strictEqual(takes.asked.length, 1)
    first.socket.destroy()
    const second = await connectRaw(port, version, { ...login, ...keeps })
    second.send(publishPacket(own, "once", 9, 2, { dup: true }))
    await second.settled()
    asked.settle("stored")
    await second.at(1)
    second.send(publishPacket(own, "once", 9, 2, { dup: true }))
    await second.at(2)
    assert.deepStrictEqual(wordsOf(second.got.slice(1)), ["pubrec 9", "pubrec 9"])
    assert.strictEqual(takes.asked.length, 1)
    second.send({ cmd: "pubrel", messageId: 9 })
    await second.at(3)
    second.send(publishPacket(own, "another", 9, 2))
    const another = await takes.at(1)
    assert.strictEqual(another.text, "another")
    another.settle("stored")
  })
})

describe("a refusal", () => {
  it.each([
    ["not_authorized", 0x87],
    ["quota_exceeded", 0x97],
    ["topic_invalid", 0x90]
  ] as const)("%s is %i in the acknowledgements of MQTT 5", async (taken, code) => {
    const { port } = await start({ take: () => Promise.resolve(taken) })
    const client = await connectRaw(port, 5, { password })
    client.send(publishPacket(own, "a", 1), publishPacket(own, "b", 2, 2), publishPacket(own, "c", 0, 0))
    await client.at(2)
    await client.settled()
    const hex = code.toString(16)
    assert.deepStrictEqual(wordsOf(client.got.slice(1)), [`puback 1 0x${hex}`, `pubrec 2 0x${hex}`])
    // The id is free again after a refusal.
    client.send(publishPacket(own, "b", 2, 2))
    await client.at(3)
  })

  it("closes the connection of 3.1.1 without an acknowledgement, and drops QoS 0", async () => {
    const { port } = await start({ take: () => Promise.resolve("quota_exceeded") })
    const client = await connectRaw(port, 4, { password })
    client.send(publishPacket(own, "c", 0, 0))
    await client.settled()
    client.send(publishPacket(own, "a", 1))
    await client.closed
    assert.strictEqual(client.got.length, 1)
  })

  it("is not handed out to those who subscribed", async () => {
    let taken: "stored" | "quota_exceeded" = "quota_exceeded"
    const { port } = await start({ take: () => Promise.resolve(taken) })
    const reader = await connectRaw(port, 5, { password: "secret-program" })
    reader.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 1 }] })
    await reader.at(1)
    const client = await connectRaw(port, 5, { password })
    client.send(publishPacket(own, "refused", 1))
    await client.at(1)
    taken = "stored"
    client.send(publishPacket(own, "stored", 2))
    const got = await reader.at(2)
    assert.strictEqual(got.cmd === "publish" ? String(got.payload) : got.cmd, "stored")
  })
})

describe("a broker that closes", () => {
  it("acknowledges what is being stored, reads nothing more and says goodbye", async () => {
    const takes = makeTakes()
    const { broker, port } = await start({ take: takes.take })
    const client = await connectRaw(port, 5, { password })
    client.send(publishPacket(own, "a", 1))
    const asked = await takes.at(0)
    const closing = broker.close()
    client.send(publishPacket(own, "too late", 2))
    asked.settle("stored")
    await closing
    await client.closed
    assert.deepStrictEqual(wordsOf(client.got.slice(1)), ["puback 1", "disconnect 0x8b"])
    assert.strictEqual(takes.asked.length, 1)
  })
})
