import { Buffer } from "node:buffer"
import { once } from "node:events"
import { type AddressInfo, createServer, type Server } from "node:net"
import type { BrokerOptions, Outgoing } from "./BrokerOptions.ts"
import { Connection, type Duties } from "./Connection.ts"
import { type Carrier, Core } from "./Core.ts"
import { handle } from "./dispatch.ts"
import { left } from "./leave.ts"
import { Reason } from "../packets/Reason.ts"
import * as Topic from "../topics/Topic.ts"

/** What a broker holds at this moment. */
export interface BrokerState {
  readonly connections: number
  readonly sessions: number
  readonly inFlight: {
    readonly messages: number
    readonly bytes: number
    /** The most there ever was. */
    readonly peakMessages: number
    readonly peakBytes: number
  }
  /** What is kept for sessions until they took it. */
  readonly queuedBytes: number
  /** What waits in sockets for clients to read it. */
  readonly unsentBytes: number
  /** Messages that subscribers were too slow for, since the start. */
  readonly dropped: number
}

/** An MQTT broker inside this process, for 3.1, 3.1.1 and 5. */
export interface Broker {
  /** Listens for TCP connections and answers the port, which is a free one for 0. */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<number>
  /** Serves a client that comes another way, such as a WebSocket made into a stream. */
  readonly handle: (stream: Carrier) => void
  /** Hands a message to everybody in a space who subscribed to it, and answers how many that were. */
  readonly publish: (space: string, message: Outgoing) => number
  readonly state: () => BrokerState
  /** Reads nothing more, acknowledges what is being stored, and says goodbye. */
  readonly close: () => Promise<void>
}

/** Ends whatever took too long. */
const lookAt = <P>(core: Core<P>, connection: Connection<P>, now: number): void => {
  const { connectMs } = core.limits
  const { joined } = connection
  if (joined === undefined) {
    if (now - connection.openedAt > connectMs) connection.destroy()
    return
  }
  if (connection.isStalled(now)) return connection.destroy()
  const { keepAliveMs } = joined
  if (keepAliveMs > 0 && !connection.isHeldBack && now - connection.heardAt > keepAliveMs) {
    connection.end(Reason.keepAliveTimeout)
  }
}

const listenOn = async (server: Server, { host, port }: { readonly host: string; readonly port: number }) => {
  server.listen({ host, port })
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

const stateOf = <P>({ connections, held, sessions, room }: Core<P>): BrokerState => {
  const { bytes, messages, peakBytes, peakMessages } = room
  return {
    connections: connections.size,
    sessions,
    inFlight: { messages, bytes, peakMessages, peakBytes },
    queuedBytes: held.bytes,
    unsentBytes: [...connections].reduce((sum, { unsent }) => sum + unsent, 0),
    dropped: held.dropped
  }
}

const publish = <P>(core: Core<P>, spaceName: string, message: Outgoing): number => {
  const { payload, qos = 0, retain = false, topic } = message
  if (!Topic.isTopic(topic)) throw new TypeError(`nothing can be published to ${JSON.stringify(topic)}`)
  const bytes = Buffer.from(payload)
  const whole = { topic, payload: bytes, qos, retain, properties: undefined, expiresAt: undefined }
  return core.route(spaceName, whole, undefined, performance.now())
}

const closeAll = async <P>(core: Core<P>): Promise<void> => {
  core.isClosing = true
  const until = performance.now() + core.limits.drainMs
  while (core.room.messages > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  for (const connection of core.connections) connection.end(Reason.shuttingDown)
}

/** Makes a broker that stores before it acknowledges. */
export const makeBroker = <P>(options: BrokerOptions<P>): Broker => {
  const core = new Core(options)
  const servers = new Set<Server>()
  const duties: Duties<P> = { handle, left }

  const serve = (stream: Carrier): void => {
    if (core.isClosing || core.connections.size >= core.limits.connections) {
      stream.on("error", () => undefined)
      return void stream.destroy()
    }
    core.connections.add(new Connection(core, stream, duties))
  }

  const look = setInterval(() => {
    const now = performance.now()
    for (const connection of core.connections) lookAt(core, connection, now)
    core.lookAtSessions(now)
  }, core.limits.lookMs)
  look.unref()

  return {
    listen: (address) => {
      const server = createServer({ noDelay: true }, serve)
      servers.add(server)
      return listenOn(server, address)
    },
    handle: serve,
    publish: (space, message) => publish(core, space, message),
    state: () => stateOf(core),
    close: async () => {
      clearInterval(look)
      const closed = [...servers].map((server) => new Promise((resolve) => server.close(resolve)))
      await closeAll(core)
      await Promise.all(closed)
    }
  }
}
