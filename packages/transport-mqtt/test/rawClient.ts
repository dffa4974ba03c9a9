import { connect, type Socket } from "node:net"
import { generate, type Packet, parser } from "mqtt-packet"

/** A client that does exactly what a test says, packet by packet. */
export interface RawClient {
  readonly socket: Socket
  readonly got: ReadonlyArray<Packet>
  readonly send: (...packets: ReadonlyArray<Packet>) => void
  /** Resolves with the packet at this place of all that came. */
  readonly at: (index: number) => Promise<Packet>
  /** Resolves when the broker has answered a ping, so that everything before it was handled. */
  readonly settled: () => Promise<void>
  readonly closed: Promise<void>
}

/** Opens a socket and says nothing yet. */
export const openRaw = (port: number, protocolVersion: 4 | 5 = 4): RawClient => {
  const socket = connect(port, "127.0.0.1")
  const got: Array<Packet> = []
  const waiting = new Set<() => void>()
  const reader = parser({ protocolVersion })
  let pongs = 0
  reader.on("packet", (packet) => {
    if (packet.cmd === "pingresp") pongs++
    else got.push(packet)
    for (const look of waiting) look()
  })
  socket.on("data", (chunk) => reader.parse(chunk))
  socket.on("error", () => undefined)
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()))
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const send = (...packets: ReadonlyArray<Packet>): void => {
    socket.write(Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion }))))
  }
  return {
    socket,
    got,
    send,
    closed,
    at: async (index) => {
      await until(() => got.length > index)
      const packet = got[index]
      if (packet === undefined) throw new Error("it came")
      return packet
    },
    settled: () => {
      const wanted = pongs + 1
      send({ cmd: "pingreq" })
      return until(() => pongs >= wanted)
    }
  }
}

/** How a raw client introduces himself. */
export interface RawLogin {
  readonly password: string
  readonly clientId?: string
  readonly clean?: boolean
  readonly keepalive?: number
  readonly will?: Extract<Packet, { cmd: "connect" }>["will"]
  readonly properties?: NonNullable<Extract<Packet, { cmd: "connect" }>["properties"]>
}

let last = 0

/** The CONNECT of a raw client. */
export const connectPacket = (protocolVersion: 4 | 5, given: RawLogin): Packet => {
  const { clean = true, clientId = `raw-${++last}`, keepalive = 0, password, properties, will } = given
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion,
    clean,
    clientId,
    keepalive,
    username: "anybody",
    password: Buffer.from(password),
    ...(will === undefined ? {} : { will }),
    ...(properties === undefined ? {} : { properties })
  }
}

/** Connects, and has taken the CONNACK off. */
export const connectRaw = async (port: number, version: 4 | 5, given: RawLogin): Promise<RawClient> => {
  const client = openRaw(port, version)
  client.send(connectPacket(version, given))
  const answer = await client.at(0)
  if (answer.cmd !== "connack") throw new Error(`${answer.cmd} is no CONNACK`)
  return client
}

/** A PUBLISH of QoS 1 or what is asked. */
export const publishPacket = (
  topic: string,
  payload: string | Buffer,
  messageId = 1,
  qos: 0 | 1 | 2 = 1,
  given: { readonly dup?: boolean; readonly retain?: boolean } = {}
): Packet => ({
  cmd: "publish",
  topic,
  payload,
  qos,
  dup: given.dup ?? false,
  retain: given.retain ?? false,
  ...(qos === 0 ? {} : { messageId })
})
