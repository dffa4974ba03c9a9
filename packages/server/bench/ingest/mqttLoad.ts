import { connect, type Socket } from "node:net"
import { parentPort, workerData } from "node:worker_threads"
import mqtt from "mqtt-packet"
import { saidBy } from "./said.ts"
import type { Load, Loaded } from "./Load.ts"

// Publishes one reading a message with QoS 1 over many connections and counts what is acknowledged. In MQTT
// 3.1.1 an acknowledgement is four bytes, so no library is needed to read it.

const load = workerData as Load

const connection = (client: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(load.port, "127.0.0.1", () => {
      const secret = /^Bearer (.*)$/.exec(load.authorization ?? "")?.[1] ?? ""
      socket.write(
        mqtt.generate({
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clean: true,
          clientId: `bench-${client}`,
          keepalive: 0,
          ...(secret === "" ? {} : { username: "bench", password: Buffer.from(secret) })
        })
      )
    })
    socket.setNoDelay(true)
    socket.once("error", reject)
    socket.once("data", (answer) => {
      if (answer[0] === 0x20 && answer[3] === 0) resolve(socket)
      else reject(new Error(`the connection was refused with ${answer[3]}`))
    })
  })

/**
 * The message a client sends as its nth: clients share the devices, and each device's readings stay in order.
 */
const messageOf = (client: number, nth: number): { readonly bytes: Buffer; readonly id: number } => {
  const own = Math.floor(load.devices / load.connections)
  const device = client * own + (nth % own)
  const tick = load.tick + Math.floor(nth / own)
  const id = (nth % 65_535) + 1
  const bytes = mqtt.generate({
    cmd: "publish",
    topic: load.path.replace(":id", `meter-${device}`),
    payload: JSON.stringify(saidBy(load, device, tick)),
    qos: 1,
    messageId: id,
    dup: false,
    retain: false
  })
  return { bytes, id }
}

const sockets = await Promise.all(Array.from({ length: load.connections }, (_, client) => connection(client)))
const each = Math.floor(load.requests / load.connections)
const prepared = sockets.map((_, client) => Array.from({ length: each }, (_, nth) => messageOf(client, nth)))
const latencies: Array<number> = []
let answered = 0

/** Keeps so many messages in flight on one connection. */
const talk = (socket: Socket, client: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const messages = prepared[client]!
    const sentAt = new Float64Array(65_536)
    let sent = 0
    let acknowledged = 0
    let rest = 0
    const send = (): void => {
      const until = Math.min(each, acknowledged + load.readings)
      if (sent >= until) return
      const now = performance.now()
      const parts: Array<Buffer> = []
      for (; sent < until; sent++) {
        parts.push(messages[sent]!.bytes)
        sentAt[messages[sent]!.id] = now
      }
      socket.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
    }
    socket.on("error", reject)
    socket.on("close", () => reject(new Error(`the connection was closed after ${acknowledged} of ${each}`)))
    let last: Buffer = Buffer.alloc(0)
    socket.on("data", (chunk: Buffer) => {
      const bytes = rest === 0 ? chunk : Buffer.concat([last, chunk])
      const whole = bytes.length - (bytes.length % 4)
      const now = performance.now()
      for (let at = 0; at < whole; at += 4) {
        if (bytes[at] !== 0x40) return reject(new Error(`not an acknowledgement: ${bytes[at]}`))
        if (acknowledged % 16 === 0) latencies.push(now - sentAt[bytes.readUInt16BE(at + 2)]!)
        acknowledged++
      }
      rest = bytes.length - whole
      last = bytes.subarray(whole)
      answered += whole / 4
      if (acknowledged < each) return send()
      socket.removeAllListeners("close")
      socket.end()
      resolve()
    })
    send()
  })

const started = performance.now()
await Promise.all(sockets.map(talk))
const loaded: Loaded = { elapsed: performance.now() - started, latencies, answered }
parentPort!.postMessage(loaded, [])
