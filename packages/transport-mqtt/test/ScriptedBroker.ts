import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { generate, type IConnackPacket, type Packet, parser, type PacketCmd } from "mqtt-packet"
import { until } from "./until.ts"

/** One connection as the broker sees it. */
export interface Peer {
  readonly socket: Socket
  readonly version: 4 | 5
  /** Everything that came, in order. */
  readonly seen: ReadonlyArray<Packet>
  /** The next packet of a kind that nobody has asked for. */
  readonly next: <C extends PacketCmd>(cmd: C) => Promise<Extract<Packet, { cmd: C }>>
  readonly send: (...packets: ReadonlyArray<Packet>) => void
  readonly raw: (bytes: Uint8Array) => void
  readonly isClosed: () => boolean
  /** Lets the client in, and gives it the filters it asks for. */
  readonly accept: (connack?: Partial<IConnackPacket>) => Promise<void>
  /** Comes back when everything sent before was read: nothing more can be expected from it. */
  readonly barrier: () => Promise<void>
}

/** A broker that does nothing by itself but answer pings. */
export interface ScriptedBroker {
  readonly url: string
  /** How many connections there were. */
  readonly connections: () => number
  /** The next connection, whose first packet has come. */
  readonly connection: () => Promise<Peer>
  readonly close: () => Promise<void>
}

const makePeer = (
  socket: Socket,
  options: { readonly pongs: boolean }
): { peer: Peer; ready: () => boolean } => {
  const seen: Array<Packet> = []
  const unread: Array<Packet> = []
  let version: 4 | 5 = 5
  let isReady = false
  let barriers = 60_000
  // Before its first packet nothing is known of a client; the reader finds out by itself.
  const reader = parser()
  const send = (...packets: ReadonlyArray<Packet>) => {
    socket.write(Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: version }))))
  }
  reader.on("packet", (packet) => {
    if (packet.cmd === "connect") {
      version = packet.protocolVersion === 5 ? 5 : 4
      isReady = true
    }
    seen.push(packet)
    unread.push(packet)
    if (packet.cmd === "pingreq" && options.pongs) send({ cmd: "pingresp" })
  })
  socket.on("data", (chunk) => reader.parse(chunk))
  socket.on("error", () => {})
  const next = async <C extends PacketCmd>(cmd: C) => {
    const isWanted = (packet: Packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd
    await until(`${cmd} comes`, () => unread.some(isWanted))
    const found = unread.find(isWanted)!
    unread.splice(unread.indexOf(found), 1)
    return found
  }
  const peer: Peer = {
    socket,
    get version() {
      return version
    },
    seen,
    next,
    send,
    raw: (bytes) => void socket.write(bytes),
    isClosed: () => socket.closed || socket.readableEnded,
    accept: async (connack = {}) => {
      const { clean } = await next("connect")
      const code = version === 5 ? { reasonCode: 0 } : { returnCode: 0 }
      send({ cmd: "connack", sessionPresent: false, ...code, ...connack })
      if (clean === true) throw new Error("the session was not to be kept")
      if (connack.sessionPresent === true) return
      const { messageId, subscriptions } = await next("subscribe")
      send({ cmd: "suback", messageId: messageId!, granted: subscriptions.map(({ qos }) => qos) })
    },
    barrier: async () => {
      const messageId = ++barriers
      send({ cmd: "pubrel", messageId })
      await until("the barrier is passed", () =>
        seen.some((one) => one.cmd === "pubcomp" && one.messageId === messageId)
      )
    }
  }
  return { peer, ready: () => isReady }
}

/** Starts one on a free port. */
export const makeScriptedBroker = async (
  options: { readonly pongs: boolean } = { pongs: true }
): Promise<ScriptedBroker> => {
  const peers: Array<ReturnType<typeof makePeer>> = []
  let asked = 0
  const server = createServer((socket) => void peers.push(makePeer(socket, options)))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => peers.length,
    connection: async () => {
      const at = asked++
      await until("a client connects", () => peers[at]?.ready() === true)
      return peers[at]!.peer
    },
    close: async () => {
      for (const { peer } of peers) peer.socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** A message from the broker. */
export const message = (
  messageId: number,
  topic = `t/${messageId}`,
  over: { readonly qos?: 0 | 1 | 2; readonly dup?: boolean; readonly payload?: string; retain?: boolean } = {}
): Packet => ({ cmd: "publish", messageId, topic, payload: "{}", qos: 1, dup: false, retain: false, ...over })
