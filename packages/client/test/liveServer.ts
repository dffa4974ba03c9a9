import type { IncomingMessage } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import { failure, json, type LocalServer, start, success } from "./localServer.ts"

/** The part of a `ws` socket that is used here. */
export interface ServerSocket {
  readonly protocol: string
  send(text: string): void
  close(code?: number): void
  terminate(): void
  on(event: "message", listener: (data: { toString(): string }) => void): void
  on(event: "close", listener: (code: number) => void): void
}

interface UpgradeServer {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    done: (socket: ServerSocket) => void
  ): void
}

interface WsModule {
  readonly WebSocketServer: new (options: {
    readonly noServer: true
    readonly handleProtocols: (offered: Set<string>) => string | false
  }) => UpgradeServer
}

// The server package has `ws`; the client must not need it.
const load = createRequire(join(import.meta.dirname, "..", "..", "server", "package.json"))
const { WebSocketServer } = load("ws") as WsModule

/** One connection as the server sees it. */
export interface Connection {
  readonly socket: ServerSocket
  readonly url: string
  readonly ticket: string
  /** The next frame of the client. */
  readonly frame: () => Promise<{ readonly [name: string]: unknown }>
  readonly send: (frame: object) => void
  /** The code with which the connection ended. */
  readonly closed: Promise<number>
}

/** A server of tickets and live WebSockets that does only what a test tells it. */
export interface LiveServer extends LocalServer {
  /** The next connection. */
  readonly connection: () => Promise<Connection>
  readonly connections: () => number
  /** What the ticket endpoint answers from now on instead of a ticket. */
  refuse: ((n: number) => { readonly status: number; readonly code: string } | undefined) | undefined
}

/** Hands out what was put in, in order, waiting when there is nothing yet. */
const mailbox = <T>() => {
  const held: Array<T> = []
  const waiting: Array<(value: T) => void> = []
  return {
    put: (value: T) => {
      const first = waiting.shift()
      if (first === undefined) held.push(value)
      else first(value)
    },
    take: () =>
      new Promise<T>((resolve) => {
        if (held.length > 0) resolve(held.shift()!)
        else waiting.push(resolve)
      })
  }
}

export const startLive = async (): Promise<LiveServer> => {
  const arrivals = mailbox<Connection>()
  let connections = 0
  let tickets = 0
  const sockets = new Set<ServerSocket>()
  const server = await start((response, { method, url }) => {
    if (method !== "POST" || url !== "/v1/ws/tickets")
      return json(response, 404, failure("NOT_FOUND", "no such path"))
    const no = live.refuse?.(tickets)
    tickets++
    if (no !== undefined) return json(response, no.status, failure(no.code, "no ticket"))
    json(response, 201, success({ ticket: `t${tickets}`, expiresAt: "2026-01-01T00:00:30Z" }))
  })
  const upgrades = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has("wattkit.v1") ? "wattkit.v1" : false)
  })
  server.http.on("upgrade", (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    upgrades.handleUpgrade(request, duplex, head, (socket) => {
      sockets.add(socket)
      connections++
      const frames = mailbox<{ readonly [name: string]: unknown }>()
      socket.on("message", (data) => frames.put(JSON.parse(data.toString())))
      const closed = new Promise<number>((resolve) => socket.on("close", resolve))
      const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim())
      arrivals.put({
        socket,
        url: request.url ?? "",
        ticket: offered.find((one) => one.startsWith("ticket.")) ?? "",
        frame: frames.take,
        send: (frame) => socket.send(JSON.stringify(frame)),
        closed
      })
    })
  })
  const live: LiveServer = {
    ...server,
    connection: arrivals.take,
    connections: () => connections,
    refuse: undefined,
    close: () => {
      for (const socket of sockets) socket.terminate()
      return server.close()
    }
  }
  return live
}
