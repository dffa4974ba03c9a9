import { connect } from "node:net"
import { afterEach, assert, describe, it } from "vitest"
import type { BrokerLimits } from "../src/index.ts"
import { type Embedded, startEmbedded } from "./embedded.ts"
import { connectPacket, connectRaw, openRaw, publishPacket, type RawClient } from "./rawClient.ts"
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

const limited = (limits: Partial<BrokerLimits>): Promise<Embedded> => start({ limits })

const reasonOf = (client: RawClient): unknown => {
  const last = client.got.at(-1)
  return last?.cmd === "disconnect" ? last.reasonCode : last?.cmd
}

describe("what is in flight", () => {
  it("stays below its bounds in count and bytes, and every message is taken in the end", async () => {
    const takes = makeTakes()
    const { broker, port } = await start({ take: takes.take })
    const clients = await Promise.all([1, 2, 3, 4, 5, 6].map(() => connectRaw(port, 4, { password })))
    const small = Buffer.alloc(64, "s")
    const large = Buffer.alloc(200 * 1024, "l")
    for (const [i, client] of clients.entries()) {
      for (let id = 1; id <= 500; id++) {
        client.send(publishPacket(own, i < 5 ? small : large, id))
        if (i === 5 && id === 60) break
      }
    }
    const total = 5 * 500 + 60
    for (let next = 0; next < total; next++) {
      const asked = await takes.at(next)
      const { bytes, messages } = broker.state().inFlight
      assert.isAtMost(messages, 2_000)
      assert.isAtMost(bytes, 8 * 1024 * 1024)
      asked.settle("stored")
    }
    await Promise.all(clients.map((client, i) => client.at(i === 5 ? 60 : 500)))
    assert.strictEqual(takes.asked.length, total)
    assert.strictEqual(broker.state().inFlight.messages, 0)
    assert.strictEqual(broker.state().inFlight.bytes, 0)
  })

  it("is full by count or by bytes, holds back who sends more, and answers those who do not", async () => {
    const takes = makeTakes()
    const inFlight = { messages: 10, bytes: 5_000 }
    const { broker, port } = await start({ take: takes.take, limits: { inFlight } })
    const idle = await connectRaw(port, 4, { password })
    const many = await connectRaw(port, 4, { password })
    for (let id = 1; id <= 40; id++) many.send(publishPacket(own, "x", id))
    await takes.at(9)
    await idle.settled()
    assert.strictEqual(takes.asked.length, 10)
    const heavy = await connectRaw(port, 4, { password })
    for (let id = 1; id <= 4; id++) heavy.send(publishPacket(own, Buffer.alloc(2_000), id))
    for (let next = 0; next < 44; next++) (await takes.at(next)).settle("stored")
    await Promise.all([many.at(40), heavy.at(4)])
    const { peakBytes, peakMessages } = broker.state().inFlight
    assert.strictEqual(peakMessages, 10)
    assert.isAtMost(peakBytes, 5_000)
  })
})

describe("who takes too much or too long", () => {
  it("is told that a packet is too large before its content is kept", async () => {
    const { port } = await limited({ packetBytes: 1_000 })
    const client = await connectRaw(port, 5, { password })
    // The header of a packet of 100 MB, of which nothing follows.
    client.socket.write(Buffer.from([0x32, 0x80, 0x84, 0xaf, 0x2f]))
    await client.closed
    assert.strictEqual(reasonOf(client), 0x95)
    const stranger = openRaw(port)
    stranger.socket.write(Buffer.from([0x10, 0x80, 0x80, 0x02]))
    await stranger.closed
  })

  it("is cut off when it says nothing at all, or no more than it promised", async () => {
    const { port } = await limited({ connectMs: 50 })
    const silent = openRaw(port)
    await silent.closed
    const quiet = await connectRaw(port, 5, { password, keepalive: 1 })
    const before = performance.now()
    await quiet.closed
    assert.isAbove(performance.now() - before, 1_400)
    assert.strictEqual(reasonOf(quiet), 0x8d)
  })

  it("is not let in beyond the most connections and sessions", async () => {
    const { port } = await limited({ connections: 3, sessions: 2 })
    const first = await connectRaw(port, 5, { password })
    await connectRaw(port, 5, { password })
    const third = openRaw(port, 5)
    third.send(connectPacket(5, { password }))
    const answer = await third.at(0)
    assert.strictEqual(answer.cmd === "connack" ? answer.reasonCode : 0, 0x97)
    await third.closed
    const waiting = connect(port, "127.0.0.1")
    await new Promise((resolve) => waiting.once("connect", resolve))
    const fourth = openRaw(port)
    await fourth.closed
    await first.settled()
    waiting.destroy()
  })

  it("loses its connection, its will and its session when its owner ends it", async () => {
    const admitted = new Map<() => void, boolean>()
    const { broker, port } = await start({
      admit: (_, end) => {
        admitted.set(end, true)
        return () => void admitted.set(end, false)
      }
    })
    const watcher = await connectRaw(port, 5, { password: "secret-program" })
    watcher.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] })
    await watcher.at(1)
    const will = { topic: own, payload: Buffer.from("gone"), qos: 0, retain: false } as const
    const properties = { sessionExpiryInterval: 3600 }
    const client = await connectRaw(port, 5, { password, clean: false, will, properties })
    assert.strictEqual(broker.state().sessions, 2)
    const [, end] = [...admitted.keys()]
    end?.()
    await client.closed
    assert.strictEqual(reasonOf(client), 0x87)
    assert.strictEqual(broker.state().sessions, 1)
    assert.deepStrictEqual([...admitted.values()], [true, false])
    await watcher.settled()
    assert.isFalse(watcher.got.some(({ cmd }) => cmd === "publish"))
  })

  it("does not slow others down when it reads nothing, costs little, and is cut off", async () => {
    const limits = { unsentBytes: 256 * 1024, stalledMs: 300, queue: { messages: 100, bytes: 256 * 1024 } }
    const { broker, port } = await start({ limits })
    const stalled = await connectRaw(port, 4, { password: "secret-program" })
    stalled.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 1 }] })
    await stalled.at(1)
    stalled.socket.pause()
    const closed = stalled.closed
    const client = await connectRaw(port, 4, { password })
    let mostUnsent = 0
    const payload = Buffer.alloc(16 * 1024, "x")
    for (let id = 1; id <= 2_000; id++) {
      client.send(publishPacket(own, payload, (id % 60_000) + 1, id % 2 === 0 ? 0 : 1))
      if (id % 100 === 0) await client.settled()
      mostUnsent = Math.max(mostUnsent, broker.state().unsentBytes)
    }
    // What may be dropped, and what may not, each up to its bound.
    assert.isBelow(mostUnsent, 2 * 256 * 1024 + 64 * 1024)
    assert.isAbove(broker.state().dropped, 100)
    assert.isBelow(broker.state().queuedBytes, 300 * 1024)
    stalled.socket.on("data", () => undefined)
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (broker.state().connections > 1) return
        clearInterval(look)
        resolve()
      }, 10)
    })
    stalled.socket.resume()
    await closed
    await client.settled()
  })

  it("may have only so much retained and so many filters", async () => {
    const { port } = await limited({ retained: { messages: 3, bytes: 10_000 }, subscriptions: 2 })
    const client = await connectRaw(port, 5, { password: "secret-program" })
    for (let id = 1; id <= 5; id++) client.send(publishPacket(`tele/${id}`, "x", id, 1, { retain: true }))
    await client.at(5)
    client.send({
      cmd: "subscribe",
      messageId: 9,
      subscriptions: ["tele/+", "$share/g/a", "b", "c"].map((topic) => ({ topic, qos: 0 as const }))
    })
    const answer = await client.at(6)
    assert.deepStrictEqual(answer.cmd === "suback" ? answer.granted : [], [0, 0x9e, 0, 0x97])
    await client.at(9)
    await client.settled()
    assert.strictEqual(client.got.length, 10)
  })
})

describe("an owner whose functions throw", () => {
  it("costs the connection that met it, and no other", async () => {
    const { port } = await start({
      mayPublish: (_, topic) => {
        if (topic === "tele/bad") throw new Error("a mistake")
        return true
      },
      take: () => {
        throw new Error("another mistake")
      }
    })
    const witness = await connectRaw(port, 5, { password })
    for (const topic of ["tele/bad", "tele/good"]) {
      const client = await connectRaw(port, 5, { password })
      client.send(publishPacket(topic, "x"))
      await client.closed
      assert.strictEqual(reasonOf(client), topic === "tele/bad" ? 0x80 : 0x89)
    }
    await witness.settled()
  })
})

describe("who speaks wrongly", () => {
  it("hears that nobody here speaks its version", async () => {
    const { port } = await start()
    for (const [level, code] of [
      [2, [0x20, 2, 0, 1]],
      [9, [0x20, 3, 0, 0x84, 0]]
    ] as const) {
      const socket = connect(port, "127.0.0.1")
      socket.write(Buffer.from([0x10, 12, 0, 4, 77, 81, 84, 84, level, 2, 0, 0, 0, 0]))
      const [answer] = (await Promise.all([
        new Promise((resolve) => socket.once("data", resolve)),
        new Promise((resolve) => socket.once("close", resolve))
      ])) as [Buffer, unknown]
      assert.deepStrictEqual([...answer], [...code])
    }
  })

  it.each([
    ["a topic with a wildcard", () => publishPacket("tele/a", "x"), 0x90, "tele/+"],
    ["an alias nobody gave", () => publishPacket("tele/a", "x"), 0x90, ""]
  ])("is disconnected for %s", async (_, packet, reason, topic) => {
    const { port } = await start()
    const client = await connectRaw(port, 5, { password })
    client.send({ ...packet(), topic } as ReturnType<typeof publishPacket>)
    await client.closed
    assert.strictEqual(reasonOf(client), reason)
  })

  it("is disconnected for a second CONNECT, and for anything before the first", async () => {
    const { port } = await start()
    const twice = await connectRaw(port, 5, { password })
    twice.send(connectPacket(5, { password }))
    await twice.closed
    assert.strictEqual(reasonOf(twice), 0x82)
    const early = openRaw(port)
    early.send({ cmd: "pingreq" })
    await early.closed
    assert.strictEqual(early.got.length, 0)
  })
})
