import type { IncomingMessage, Server } from "node:http"
import type { Duplex } from "node:stream"
import { Context } from "effect"

/**
 * Takes a connection that asks for another protocol, or declines: then it is answered as a request that did
 * not ask.
 */
export type TakeUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  decline: () => void
) => void

/**
 * Gives connections to those who speak another protocol on them, past the HTTP server, which would keep the
 * request, its context and a fiber for as long as the connection lasts.
 */
export interface Upgrades {
  readonly take: (path: string, take: TakeUpgrade) => void
  /**
   * Whether a browser asks for a page that is not ours and that nobody named: WebSockets know no other border
   * between origins than this one. What is no browser says no origin.
   */
  readonly isForeign: (request: IncomingMessage) => boolean
  /** Stands before everybody who listens for upgrades now. */
  readonly handOver: () => void
}

/** The key of the Upgrades service. */
export const Upgrades = Context.Service<Upgrades>("@wattkit/server/Upgrades")

/**
 * A connection may break at any time, and its end is told by "close". The listener stands here, because one
 * made where the request is known would keep the request for as long as the connection lasts.
 */
const ignore = (): void => {}

/** The address of this server under which a page of the same origin was loaded. */
const isOwn = (origin: string, host: string | undefined): boolean => {
  const own = `${origin.slice(0, origin.indexOf(":"))}://${host}`
  return URL.canParse(own) && URL.canParse(origin) && new URL(own).host === new URL(origin).host
}

/** Makes the upgrades of a Node server; `origins` are those besides its own whose pages may ask. */
export const makeUpgrades = (server: Server, origins: ReadonlyArray<string> = []): Upgrades => {
  const takers = new Map<string, TakeUpgrade>()
  const isForeign = ({ headers: { host, origin } }: IncomingMessage): boolean =>
    origin !== undefined && !origins.includes(origin) && !isOwn(origin, host)
  return {
    isForeign,
    take: (path, take) => void takers.set(path, take),
    handOver: () => {
      const others = server.listeners("upgrade")
      server.removeAllListeners("upgrade")
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const decline = (): void => {
          for (const other of others) Reflect.apply(other, server, [request, socket, head])
        }
        const take = takers.get((request.url ?? "").split("?", 1)[0] ?? "")
        if (take === undefined || isForeign(request)) return decline()
        socket.on("error", ignore)
        take(request, socket, head, decline)
      })
    }
  }
}
