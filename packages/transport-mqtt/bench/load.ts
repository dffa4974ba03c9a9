/**
 * Publishes QoS 1 messages over bare sockets as fast as they are acknowledged; a process of its own, so that
 * it does not share a thread with the broker. Arguments: port, connections, messages per connection, window.
 */
import { Buffer } from "node:buffer"
import { connect, type Socket } from "node:net"
import { generate } from "mqtt-packet"

const [port = 0, connections = 1, each = 1, window = 100] = process.argv.slice(2).map(Number)

const payloadOf = (device: number): Buffer =>
  Buffer.from(`{"at":"2026-01-01T00:00:00Z","powerW":${100 + device},"importWh":${1_000_000 + device}}`)

const packetsOf = (device: number): { readonly bytes: Buffer; readonly idAt: number } => {
  const topic = `devices/d${device}/readings`
  const bytes = generate({
    cmd: "publish",
    topic,
    payload: payloadOf(device),
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false
  })
  return { bytes, idAt: bytes.indexOf(topic) + topic.length }
}

const run = (device: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const { bytes, idAt } = packetsOf(device)
    const socket: Socket = connect(port, "127.0.0.1")
    let sent = 0
    let acknowledged = 0
    let isOpen = false
    let left = 0
    const send = (count: number): void => {
      const wanted = Math.min(count, each - sent)
      if (wanted <= 0) return
      const many = Buffer.allocUnsafe(bytes.length * wanted)
      for (let i = 0; i < wanted; i++) {
        bytes.copy(many, i * bytes.length)
        many.writeUInt16BE((sent++ % 65_535) + 1, i * bytes.length + idAt)
      }
      socket.write(many)
    }
    socket.on("connect", () => {
      socket.setNoDelay(true)
      const clientId = `load-${device}`
      const password = Buffer.from("x")
      socket.write(
        generate({
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clean: true,
          clientId,
          keepalive: 0,
          username: "u",
          password
        })
      )
    })
    socket.on("data", (chunk) => {
      if (!isOpen) {
        isOpen = true
        return send(window)
      }
      // Everything that comes is a PUBACK of four bytes.
      const came = Math.floor((left + chunk.length) / 4)
      left = (left + chunk.length) % 4
      acknowledged += came
      if (acknowledged >= each) {
        socket.destroy()
        return resolve()
      }
      send(came)
    })
    socket.on("error", reject)
    socket.on("close", () =>
      acknowledged >= each ? resolve() : reject(new Error(`closed after ${acknowledged}`))
    )
  })

const start = process.hrtime.bigint()
const before = process.cpuUsage()
await Promise.all(Array.from({ length: connections }, (_, device) => run(device)))
const seconds = Number(process.hrtime.bigint() - start) / 1e9
const { system, user } = process.cpuUsage(before)
process.stdout.write(
  JSON.stringify({ messages: connections * each, seconds, cpuSeconds: (user + system) / 1e6 })
)
