/**
 * Answers everything at once with what never changes: what the sender alone can do. Speaks HTTP, or as much
 * of MQTT as it takes to acknowledge. Argument: http or mqtt, and the body of an answer.
 */
import { createServer, type Socket } from "node:net"
import type { AddressInfo } from "node:net"

const [, , kind, body = ""] = process.argv

// About as long as what the server says.
const headers = Array.from({ length: 8 }, (_, i) => `x-of-about-the-usual-length-${i}: something usual\r\n`)
const reply = Buffer.from(
  `HTTP/1.1 200 OK\r\n${headers.join("")}content-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`
)
const headEnd = Buffer.from("\r\n\r\n")
const lengthName = Buffer.from("content-length: ")

/** How many bytes the request takes that starts here; 0 while its head is not complete. */
const requestLength = (bytes: Buffer): number => {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return 0
  const at = bytes.indexOf(lengthName) + lengthName.length
  return end + 4 + Number.parseInt(bytes.toString("latin1", at, at + 9), 10)
}

const serveHttp = (socket: Socket): void => {
  let head: Buffer | undefined
  let missing = 0
  socket.on("data", (chunk: Buffer) => {
    if (missing === 0) {
      const bytes = head === undefined ? chunk : Buffer.concat([head, chunk])
      const length = requestLength(bytes)
      if (length === 0) return void (head = bytes)
      head = undefined
      missing = length - bytes.length
    } else missing -= chunk.length
    if (missing === 0) socket.write(reply)
  })
}

const serveMqtt = (socket: Socket): void => {
  let left: Buffer | undefined
  socket.on("data", (chunk: Buffer) => {
    const bytes = left === undefined ? chunk : Buffer.concat([left, chunk])
    const acks: Array<number> = []
    let at = 0
    while (at + 4 <= bytes.length) {
      const isLong = bytes[at + 1]! > 127
      const from = at + (isLong ? 3 : 2)
      const end = from + (isLong ? (bytes[at + 1]! & 127) + bytes[at + 2]! * 128 : bytes[at + 1]!)
      if (end > bytes.length) break
      const kind = bytes[at]! >> 4
      const id = from + 2 + bytes.readUInt16BE(from)
      if (kind === 1) acks.push(0x20, 2, 0, 0)
      if (kind === 3) acks.push(0x40, 2, bytes[id]!, bytes[id + 1]!)
      at = end
    }
    left = at === bytes.length ? undefined : bytes.subarray(at)
    if (acks.length > 0) socket.write(Buffer.from(acks))
  })
}

const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on("error", () => {})
  if (kind === "http") serveHttp(socket)
  else serveMqtt(socket)
})
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
