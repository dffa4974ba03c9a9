import { once } from "node:events"
import { connect, type Socket } from "node:net"
import * as fc from "fast-check"
import { generate, type Packet } from "mqtt-packet"
import { assert, describe, it } from "vitest"
import { startEmbedded } from "./embedded.ts"
import { connectPacket, connectRaw, publishPacket } from "./rawClient.ts"

/** How many mutated packets are sent; WATTKIT_TEST_FUZZ=1000000 for all of them. */
const count = Number(process.env["WATTKIT_TEST_FUZZ"] ?? 20_000)

/** The longest any packet may keep the others waiting; the clients of this test are on the same thread. */
const longestMs = 50

const properties = { userProperties: { a: "b" }, messageExpiryInterval: 5, contentType: "x" }

/** One of each kind of packet, which mutations are made of. */
const seeds = (version: 4 | 5): ReadonlyArray<Buffer> => {
  const packets: ReadonlyArray<Packet> = [
    connectPacket(version, {
      password: "secret-program",
      clientId: "fuzz",
      clean: false,
      will: { topic: "devices/x/status", payload: Buffer.from("offline"), qos: 1, retain: true }
    }),
    publishPacket("tele/a/SENSOR", '{"a":1}', 1, 1),
    { ...publishPacket("devices/x/readings", '{"a":1}', 2, 2), properties } as Packet,
    publishPacket("tele/a/LWT", "Online", 0, 0, { retain: true }),
    {
      cmd: "subscribe",
      messageId: 3,
      subscriptions: [
        { topic: "#", qos: 1, nl: true, rap: true, rh: 1 },
        { topic: "a/+/b", qos: 2 }
      ]
    },
    { cmd: "unsubscribe", messageId: 4, unsubscriptions: ["#", "a/+/b"] },
    { cmd: "puback", messageId: 1, ...(version === 5 ? { reasonCode: 0 } : {}) },
    { cmd: "pubrec", messageId: 1, ...(version === 5 ? { reasonCode: 0 } : {}) },
    { cmd: "pubrel", messageId: 2, ...(version === 5 ? { reasonCode: 0 } : {}) },
    { cmd: "pubcomp", messageId: 1, ...(version === 5 ? { reasonCode: 0 } : {}) },
    { cmd: "pingreq" },
    version === 5
      ? { cmd: "disconnect", reasonCode: 4, properties: { sessionExpiryInterval: 5 } }
      : { cmd: "disconnect" }
  ]
  return packets.map((packet) => generate(packet, { protocolVersion: version }))
}

type Draw = (most: number) => number

/** A reproducible source of numbers. */
const makeDraw = (seed: number): Draw => {
  let state = seed >>> 0
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

/** The remaining length of a packet is set right again, so that what is wrong lies deeper. */
const mended = (bytes: Buffer): Buffer => {
  if (bytes.length < 2 || bytes.length > 127) return bytes
  bytes[1] = bytes.length - 2
  return bytes
}

const mutate = (seed: Buffer, draw: Draw): Buffer => {
  let bytes = Buffer.from(seed)
  for (let times = draw(4); times >= 0; times--) {
    const at = draw(bytes.length)
    const kind = draw(6)
    if (kind === 0) bytes[at] = draw(256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8))
    else if (kind === 2)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + draw(4)))])
    else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + draw(8), draw(256)), bytes.subarray(at)])
    else if (kind === 4) bytes[at] = [0, 255, 127, 128][draw(4)] ?? 0
    else bytes = Buffer.concat([bytes, bytes.subarray(at)])
    if (bytes.length === 0) return Buffer.from([draw(256)])
  }
  return draw(3) === 0 ? bytes : mended(bytes)
}

/** One connection: a good CONNECT before most, then mutated packets, and its end. */
const attack = async (port: number, packets: number, draw: Draw): Promise<void> => {
  const version = draw(2) === 0 ? 4 : 5
  const kinds = seeds(version)
  const socket: Socket = connect(port, "127.0.0.1")
  socket.on("error", () => undefined)
  socket.resume()
  const closed = once(socket, "close")
  const start = draw(10) === 0 ? [] : [kinds[0] ?? Buffer.alloc(0)]
  const bad = Array.from({ length: packets }, () =>
    mutate(kinds[draw(kinds.length)] ?? Buffer.alloc(1), draw)
  )
  const all = Buffer.concat([...start, ...bad])
  // Sometimes in two pieces, so that packets are cut anywhere.
  const cut = draw(all.length)
  socket.write(all.subarray(0, cut))
  socket.end(all.subarray(cut))
  await closed
}

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0

describe("mutated packets", () => {
  it(`harm nobody: ${count} of them`, { timeout: Math.max(60_000, count) }, async () => {
    const seed = Number(process.env["WATTKIT_TEST_SEED"] ?? fc.sample(fc.integer({ min: 1, max: 1e9 }), 1)[0])
    const draw = makeDraw(seed)
    const failures: Array<unknown> = []
    const note = (error: unknown): void => void failures.push(error)
    process.on("uncaughtException", note).on("unhandledRejection", note)
    const embedded = await startEmbedded({ limits: { retained: { messages: 200, bytes: 256 * 1024 } } })
    const witness = await connectRaw(embedded.port, 4, { password: "secret-other" })
    const perConnection = 5
    const each = 500
    const used: Array<number> = []
    let slowest = 0
    for (let done = 0; done < count; done += each) {
      for (let sent = 0; sent < each; sent += perConnection * 5) {
        // A busy machine makes everything late, but what packets cost is seen in the time of the processor.
        const before = performance.now()
        const cost = process.threadCpuUsage()
        await Promise.all(Array.from({ length: 5 }, () => attack(embedded.port, perConnection, draw)))
        await witness.settled()
        const { system, user } = process.threadCpuUsage(cost)
        slowest = Math.max(slowest, Math.min(performance.now() - before, (system + user) / 1000))
      }
      used.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers)
    }
    process.off("uncaughtException", note).off("unhandledRejection", note)
    const what = `with WATTKIT_TEST_SEED=${seed}`
    assert.deepStrictEqual(failures, [], what)
    assert.isBelow(slowest, longestMs, what)
    const [early, late] = [used.slice(0, used.length >> 1), used.slice(used.length >> 1)].map(median)
    assert.isBelow((late ?? 0) - (early ?? 0), 32 * 1024 * 1024, what)
    witness.send(publishPacket("tele/witness", "x", 1))
    await witness.at(1)
    assert.isBelow(embedded.broker.state().inFlight.messages, 1)
    await embedded.close()
  })
})
