import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type Duplex } from "node:stream"
import { createWebSocketStream, WebSocketServer } from "ws"
import { Acl, type Broker, type BrokerOptions, type Grant, makeBroker } from "../src/index.ts"

/** Somebody the broker of a test knows. */
export interface Peer extends Grant {
  readonly space: string
  readonly name: string
}

const peer = (name: string, space: string, scopes: ReadonlyArray<string>, deviceId: string | null): Peer => ({
  name,
  space,
  scopes,
  deviceId
})

/** By their passwords: a meter, a program and a reader of one tenant, and a program of another one. */
export const peers: Readonly<Record<string, Peer>> = {
  "secret-meter": peer("meter", "one", ["ingest"], "meter-1"),
  "secret-program": peer("program", "one", ["ingest", "read", "manage"], null),
  "secret-other": peer("other", "two", ["ingest", "read", "manage"], null)
}

/** The options of a broker that knows these peers and takes everything. */
export const optionsOf = (given: Partial<BrokerOptions<Peer>> = {}): BrokerOptions<Peer> => ({
  authenticate: ({ password }) => Promise.resolve(peers[password ?? ""]),
  spaceOf: ({ space }) => space,
  ownerOf: ({ name }) => name,
  mayPublish: Acl.mayPublish,
  maySubscribe: Acl.maySubscribe,
  take: () => Promise.resolve("stored"),
  ...given,
  limits: { lookMs: 20, ...given.limits }
})

const listenForWebSockets = async (
  broker: Broker
): Promise<{ readonly http: Server; readonly port: number }> => {
  const http = createServer()
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => offered.has("mqtt") && "mqtt"
  })
  sockets.on("connection", (socket) => broker.handle(createWebSocketStream(socket) as Duplex))
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  return { http, port: (http.address() as AddressInfo).port }
}

/** A broker that listens. */
export interface Embedded {
  readonly broker: Broker
  readonly port: number
  readonly webSocketPort: number
  readonly close: () => Promise<void>
}

/** Starts a broker on free ports. */
export const startEmbedded = async (given: Partial<BrokerOptions<Peer>> = {}): Promise<Embedded> => {
  const broker = makeBroker(optionsOf(given))
  const port = await broker.listen({ host: "127.0.0.1", port: 0 })
  const { http, port: webSocketPort } = await listenForWebSockets(broker)
  return {
    broker,
    port,
    webSocketPort,
    close: async () => {
      await broker.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    }
  }
}
