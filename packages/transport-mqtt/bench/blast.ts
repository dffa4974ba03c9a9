/**
 * Pretends to be a broker that has an endless queue: sends messages to whoever subscribes, so many more than
 * are acknowledged. A process of its own. Arguments: messages in flight. Prints its port.
 */
import { Buffer } from "node:buffer"
import { type AddressInfo, createServer } from "node:net"
import { generate } from "mqtt-packet"

const [inFlight = 500] = process.argv.slice(2).map(Number)
const topic = "devices/d1/readings"
const payload = `{"at":"2026-01-01T00:00:00Z","powerW":101,"importWh":1000001}`
const message = generate(
  { cmd: "publish", topic, payload, qos: 1, messageId: 1, dup: false, retain: false },
  { protocolVersion: 5 }
)
const idAt = message.indexOf(topic) + topic.length

const server = createServer((socket) => {
  let last = 0
  let left = Buffer.alloc(0)
  const send = (count: number): void => {
    const many = Buffer.allocUnsafe(message.length * count)
    for (let i = 0; i < count; i++) {
      message.copy(many, i * message.length)
      last = (last % 65_535) + 1
      many.writeUInt16BE(last, i * message.length + idAt)
    }
    socket.write(many)
  }
  socket.setNoDelay(true)
  socket.on("error", () => {})
  socket.on("data", (chunk) => {
    const bytes = Buffer.concat([left, chunk])
    let at = 0
    let acknowledged = 0
    while (at + 2 <= bytes.length) {
      // Nothing a subscriber sends here is longer than 127 bytes.
      const end = at + 2 + bytes[at + 1]!
      if (end > bytes.length) break
      const kind = bytes[at]! >> 4
      if (kind === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]))
      if (kind === 8) {
        socket.write(Buffer.from([0x90, 4, bytes[at + 2]!, bytes[at + 3]!, 0, 1]))
        send(inFlight)
      }
      if (kind === 4) acknowledged++
      if (kind === 12) socket.write(Buffer.from([0xd0, 0]))
      at = end
    }
    left = bytes.subarray(at)
    if (acknowledged > 0) send(acknowledged)
  })
})
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
