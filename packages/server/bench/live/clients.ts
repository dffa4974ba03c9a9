/** Many clients on bare connections, each with an update a second, who speak just enough of RFC 6455. */
import { connect, type Socket } from "node:net"
import { answer } from "./child.ts"
import { nowMs } from "./load.ts"

/** What the clients are asked. */
export type ClientsQuestion =
  | { readonly ask: "connect"; readonly port: number; readonly key: string; readonly clients: number }
  | { readonly ask: "stall"; readonly port: number; readonly key: string; readonly clients: number }
  | { readonly ask: "leave" }
  | { readonly ask: "seen" }

/** What they saw since they were asked before. */
export interface Seen {
  readonly count: number
  readonly latencies: ReadonlyArray<number>
}

let latencies: Array<number> = []
const connected: Array<Socket> = []
const stalled: Array<Socket> = []

const masked = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const head = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0])
  return Buffer.concat([head, payload])
}

const subscribe = (locationId: string): Buffer =>
  masked(JSON.stringify({ type: "SUBSCRIBE", id: "1", events: ["ENERGY_UPDATE"], locationIds: [locationId] }))

/** From so many addresses, because one has no more than 28,000 ports. */
const addresses = 4

const powerW = Buffer.from('"powerW":')

const ping = Buffer.from('{"type":"PING"}')
const pong = masked('{"type":"PONG"}')

const hear = (socket: Socket, frame: Buffer): void => {
  const at = frame.indexOf(powerW)
  if (at >= 0) {
    const sentAt = frame.toString("latin1", at + powerW.length, at + powerW.length + 20)
    latencies.push(nowMs() - Number.parseFloat(sentAt))
  } else if (frame.includes(ping)) socket.write(pong)
}

/** Opens a connection and subscribes; resolves when the subscription is acknowledged. */
const open = (port: number, key: string, index: number, locationId: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const localAddress = `127.0.0.${2 + (index % addresses)}`
    const socket = connect({ port, host: "127.0.0.1", localAddress, noDelay: true })
    socket.write(
      `GET /v1/ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n` +
        `sec-websocket-protocol: wattkit.v1\r\n` +
        `authorization: Bearer ${key}\r\n\r\n`
    )
    let text = ""
    let rest: Buffer | undefined
    const greet = (chunk: Buffer): void => {
      const before = text
      text += chunk.toString("latin1")
      if (!text.startsWith("HTTP/1.1 101".slice(0, text.length))) reject(new Error(text))
      if (!before.includes("\r\n\r\n") && text.includes("\r\n\r\n")) socket.write(subscribe(locationId))
      if (!text.includes("SUBSCRIBED")) return
      socket.off("data", greet)
      socket.on("data", (more: Buffer) => {
        let bytes = rest === undefined ? more : Buffer.concat([rest, more])
        while (bytes.length >= 4) {
          const short = bytes[1]! & 0x7f
          const end = short < 126 ? 2 + short : 4 + bytes.readUInt16BE(2)
          if (bytes.length < end) break
          hear(socket, bytes.subarray(0, end))
          bytes = bytes.subarray(end)
        }
        rest = bytes.length === 0 ? undefined : bytes
      })
      resolve(socket)
    }
    socket.on("data", greet)
    socket.once("error", reject)
  })

const connectAll = async (port: number, key: string, clients: number): Promise<void> => {
  for (let from = 0; from < clients; from += 200) {
    const some = Array.from({ length: Math.min(200, clients - from) }, (_, i) => from + i)
    connected.push(...(await Promise.all(some.map((client) => open(port, key, client, `l${client}`)))))
  }
}

/** Opens a connection to what is loud, and never reads from it again. */
const stall = async (port: number, key: string, index: number): Promise<Socket> => {
  const socket = await open(port, key, index, "loud")
  socket.on("error", () => {})
  socket.removeAllListeners("data")
  return socket.pause()
}

answer<ClientsQuestion>(async (question) => {
  if (question.ask === "seen") {
    const seen: Seen = { count: latencies.length, latencies }
    latencies = []
    return seen
  }
  if (question.ask === "leave") {
    for (const socket of connected.splice(0)) socket.destroy()
    return {}
  }
  const { clients, key, port } = question
  if (question.ask === "connect") await connectAll(port, key, clients)
  else {
    for (const socket of stalled.splice(0)) socket.destroy()
    stalled.push(...(await Promise.all(Array.from({ length: clients }, (_, n) => stall(port, key, n)))))
  }
  return { connected: clients }
})
