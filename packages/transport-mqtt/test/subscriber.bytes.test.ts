import { once } from "node:events"
import { createServer as createHttp } from "node:http"
import { type AddressInfo, connect, type Server } from "node:net"
import type { Duplex } from "node:stream"
import { createServer as createTls } from "node:tls"
import { generate } from "mqtt-packet"
import { assert, describe, it, onTestFinished } from "vitest"
import { createWebSocketStream, WebSocketServer } from "ws"
import { makeScriptedBroker, message } from "./ScriptedBroker.ts"
import { selfSigned } from "./selfSigned.ts"
import { begin, join } from "./subscriberBegin.ts"
import { quick } from "./subscriberSubject.ts"
import { until } from "./until.ts"

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex")

const bytesOf = (id: number, payload: string): Buffer =>
  generate(message(id, `t/${id}`, { payload }), { protocolVersion: 5 })

/** Connects a stream with a broker. */
const pipe = (stream: Duplex, url: string): void => {
  const other = connect(Number(new URL(url).port))
  stream.pipe(other).pipe(stream)
  for (const end of [stream, other]) end.on("error", () => {})
}

describe("bytes that are not what they should be", () => {
  const tooLarge = Buffer.concat([hex("32 81 80 10"), Buffer.alloc(20)])
  it.each([
    ["a length without end", hex("32 ff ff ff ff 01"), 0x81],
    ["a packet that is too large, before it has come", tooLarge, 0x95],
    ["a message with both bits of QoS", hex("36 05 0001 61 0001"), 0x81],
    ["a message whose topic is longer than itself", hex("32 05 0009 61 0001"), 0x81],
    ["a message with number 0", hex("32 06 0001 61 0000 00"), 0x81],
    ["a message without a topic", hex("32 05 0000 0001 00"), 0x90],
    ["a message to a filter", hex("32 06 0001 23 0001 00"), 0x90],
    ["a property nobody knows", hex("32 08 0001 61 0001 02 7e 00"), 0x81],
    ["a second answer to the first packet", hex("20 03 00 00 00"), 0x82],
    ["a packet only clients send", hex("c0 00"), 0x82],
    ["a packet with bits that mean nothing", hex("43 02 0001"), 0x81],
    ["an answer to no subscription", hex("90 04 0777 00 01"), 0x82],
    ["the reserved packet", hex("f0 00"), 0x82]
  ])("end the connection: %s", async (_, bytes, reason) => {
    const { broker, client, takings } = await begin({ protocol: "5" })
    const peer = await join(broker)
    peer.raw(bytes)
    const { reasonCode } = await peer.next("disconnect")
    assert.oneOf(reasonCode, [reason, 0x81])
    await until("it has left", peer.isClosed)
    assert.strictEqual(client.status.counts.malformed, 1)
    assert.strictEqual(takings.all.length, 0)
    await join(broker)
  })

  it("end the connection before it has begun", async () => {
    const { broker } = await begin()
    for (const bytes of [hex("32 06 0001 61 0001 00"), hex("20 01 00"), hex("ff"), hex("d0 00")]) {
      const peer = await broker.connection()
      peer.raw(Buffer.concat([bytes, Buffer.alloc(4)]))
      await until("it is left", peer.isClosed)
    }
  })

  it("never break anything: packets with bytes changed", async () => {
    const most = Number(process.env["WATTKIT_TEST_MQTT_PACKETS"] ?? 3_000)
    const { broker, client } = await begin({
      protocol: "5",
      limits: { ...quick.limits, reconnect: { baseMs: 0, mostMs: 0 } },
      take: async () => "stored"
    })
    // One seed, so that what fails once fails again.
    let seed = 20_261
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    const originals = [
      bytesOf(1, '{"powerW":5}'),
      bytesOf(2, ""),
      generate({ cmd: "pubrel", messageId: 4 }, { protocolVersion: 5 }),
      generate({ cmd: "suback", messageId: 1, granted: [1] }, { protocolVersion: 5 }),
      generate({ cmd: "puback", messageId: 4, reasonCode: 0 }, { protocolVersion: 5 }),
      generate(
        { cmd: "disconnect", reasonCode: 0x8b, properties: { reasonString: "x" } },
        { protocolVersion: 5 }
      )
    ]
    let peer = await join(broker)
    for (let sent = 0; sent < most; sent++) {
      if (sent % 20 === 0 || peer.isClosed()) {
        peer.socket.destroy()
        peer = await join(broker)
      }
      const bytes = Buffer.from(originals[random(originals.length)]!)
      for (let change = random(4); change >= 0; change--) bytes[random(bytes.length)] = random(256)
      peer.raw(random(5) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes)
      if (sent % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
    }
    peer.socket.destroy()
    const last = await join(broker)
    last.send(message(9))
    assert.strictEqual((await last.next("puback")).messageId, 9)
    assert.strictEqual(client.status.inFlight.messages, 0)
    assert.isAbove(client.status.counts.malformed, 0)
  })
})

describe("a stream of bytes", () => {
  it("is the same however it is cut", async () => {
    const all = Buffer.concat([bytesOf(1, "one"), hex("d0 00"), bytesOf(2, "x".repeat(300)), bytesOf(3, "")])
    for (const size of [1, 2, 3, 7, 100, 305, all.length]) {
      const texts: Array<string> = []
      const { broker } = await begin({
        take: async ({ payload }) => {
          texts.push(Buffer.from(payload).toString())
          return "stored"
        }
      })
      const peer = await join(broker)
      peer.socket.setNoDelay(true)
      for (let at = 0; at < all.length; at += size) {
        peer.raw(all.subarray(at, at + size))
        if (size < 10) await new Promise((resolve) => setImmediate(resolve))
      }
      await until("three have come", () => texts.length === 3)
      assert.deepStrictEqual(texts, ["one", "x".repeat(300), ""])
    }
  })

  it("may be a message as large as was agreed", async () => {
    const { broker, takings } = await begin({ protocol: "5" })
    const peer = await join(broker)
    peer.raw(bytesOf(1, "x".repeat(262_144 - 4 - 2 - 3 - 2 - 1)))
    await until("it is handed over", () => takings.all.length === 1)
  })

  const listening = async (server: Server): Promise<number> => {
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => void server.close())
    return (server.address() as AddressInfo).port
  }

  it("may be under TLS, with a certificate that is trusted", async () => {
    const broker = await makeScriptedBroker()
    const own = selfSigned("localhost")
    const server = createTls(own, (socket) => {
      pipe(socket, broker.url)
    })
    const port = await listening(server)
    const options = { tls: { ca: own.cert, host: "127.0.0.1" }, url: `mqtts://localhost:${port}` }
    const { takings } = await begin(options, broker)
    const peer = await join(broker)
    peer.send(message(1))
    await until("it is handed over", () => takings.all.length === 1)

    const stranger = await makeScriptedBroker()
    const { client } = await begin({ ...options, tls: {} }, stranger)
    await until("it is refused", () => client.status.lastError !== undefined)
    assert.include(client.status.lastError!, "self-signed")
    assert.strictEqual(stranger.connections(), 0)
  })

  it("may be a WebSocket, which stops with it", async () => {
    const broker = await makeScriptedBroker()
    const server = createHttp()
    const sockets = new WebSocketServer({ server, path: "/mqtt", handleProtocols: () => "mqtt" })
    sockets.on("connection", (socket, request) => {
      assert.strictEqual(request.headers["sec-websocket-protocol"], "mqtt")
      pipe(createWebSocketStream(socket), broker.url)
    })
    const port = await listening(server)
    const { client, takings } = await begin(
      { url: `ws://127.0.0.1:${port}/mqtt`, limits: { ...quick.limits, messages: 2 } },
      broker
    )
    const peer = await join(broker)
    peer.send(message(1), message(2), message(3))
    await until("reading stops", () => client.status.state === "paused")
    takings.all[0]!.resolve()
    assert.strictEqual((await peer.next("puback")).messageId, 1)
    await until("the third is handed over", () => takings.all.length === 3)
    for (const { resolve } of takings.all) resolve()
    await until("all are acknowledged", () => client.status.counts.acknowledged === 3)
  })

  it("that cannot be opened is tried again", async () => {
    const server = createHttp((_, response) => response.writeHead(404).end())
    const port = await listening(server)
    const broker = await makeScriptedBroker()
    for (const url of [`ws://127.0.0.1:${port}/mqtt`, `mqtt://127.0.0.1:1`, `mqtts://127.0.0.1:${port}`]) {
      const { client } = await begin({ url }, await makeScriptedBroker())
      await until("it is told", () => client.status.lastError !== undefined)
      await until("it is tried again", () => client.status.state === "connecting")
    }
    await broker.close()
  })
})
