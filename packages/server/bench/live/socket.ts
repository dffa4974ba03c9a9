import { connect, type Socket } from "node:net"

/** A connection that speaks just enough of RFC 6455, to the news of one location. */
export interface Subscription {
  readonly port: number
  readonly key: string
  readonly locationId: string
  readonly localAddress?: string
  /** Hears every frame after the subscription was acknowledged. */
  readonly hear: (socket: Socket, frame: Buffer) => void
}

const masked = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const head = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0])
  return Buffer.concat([head, payload])
}

const subscribe = (locationId: string): Buffer =>
  masked(JSON.stringify({ type: "SUBSCRIBE", id: "1", events: ["ENERGY_UPDATE"], locationIds: [locationId] }))

const ping = Buffer.from('{"type":"PING"}')
const pong = masked('{"type":"PONG"}')

/** Says that somebody is there when that is what a frame asks. */
export const answerPing = (socket: Socket, frame: Buffer): void => {
  if (frame.includes(ping)) socket.write(pong)
}

/** Opens a connection and subscribes; resolves when the subscription is acknowledged. */
export const open = ({ hear, key, localAddress, locationId, port }: Subscription): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const from = localAddress === undefined ? {} : { localAddress }
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, ...from })
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
