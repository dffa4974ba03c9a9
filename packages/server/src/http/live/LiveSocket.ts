import type { IncomingMessage } from "node:http"
import { failure, type FailureOf } from "@wattkit/api"
import { Credentials } from "@wattkit/engine"
import { type Connection, type Outlet, protocol } from "@wattkit/transport-websocket"
import { Effect, Layer, Option, Redacted } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import { type WebSocket, WebSocketServer } from "ws"
import { limits } from "../../limits.ts"
import { Tickets } from "../../Tickets.ts"
import { meta, toFailure } from "../answer.ts"
import { principalOf } from "../Authorization.ts"
import { LiveHub } from "./LiveHub.ts"
import { envelopeOf, respond } from "../recover.ts"
import { Upgrades } from "../Upgrades.ts"

const path = "/v1/ws"
const ticketPrefix = "ticket."

const offered = ({ headers }: IncomingMessage): ReadonlyArray<string> =>
  (headers["sec-websocket-protocol"] ?? "").split(",").map((text) => text.trim())

const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? ""

const isUpgrade = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket"

/** A client that never answers the closing handshake must not hold up the end of the server. */
const closingMs = 2_000

/** A WebSocket as the hub needs it. */
const outletOf = (socket: WebSocket): Outlet => ({
  send: (frame, done) => {
    if (socket.readyState === socket.OPEN) socket.send(frame, { binary: false }, done)
    else done?.()
  },
  bufferedAmount: () => socket.bufferedAmount,
  pause: () => socket.pause(),
  resume: () => socket.resume(),
  close: (code, reason) => {
    socket.close(code, reason)
    setTimeout(() => socket.terminate(), closingMs).unref()
  }
})

/** Lets a connection hear what its socket says. */
const attach = (socket: WebSocket, connection: Connection): void => {
  socket.on("message", (data, isBinary) => connection.receive(isBinary ? undefined : String(data)))
  // The library would answer every ping at once, also those of a client that reads nothing.
  socket.on("ping", (data) => {
    connection.heard()
    if (connection.hasRoom()) socket.pong(data)
  })
  socket.on("pong", () => connection.heard())
  // What breaks the protocol is answered by the library, and then the connection is closed.
  socket.on("error", () => {})
  socket.on("close", () => connection.closed())
}

/** How the socket library must behave for this route. */
export const socketOptions = {
  maxPayload: limits.live.frameBytes,
  maxFragments: 1_024,
  perMessageDeflate: false,
  clientTracking: false,
  autoPong: false,
  handleProtocols: (protocols: Set<string>) => (protocols.has(protocol) ? protocol : false) as string | false
} as const

const refuse = (field: string, reason: string) =>
  Effect.map(meta, (meta) =>
    respond(failure("VALIDATION_ERROR", `${field} ${reason}`, meta, [{ field, reason }]))
  )

/**
 * `GET /v1/ws`: whoever asks is known and allowed before the connection is upgraded.
 *
 * Upgrades come here past the router. Those that are not taken go on to the route, which says why.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { renew, verify } = yield* Credentials
    const tickets = yield* Tickets
    const live = yield* LiveHub
    const upgrades = yield* Upgrades
    const run = Effect.runForkWith(yield* Effect.context<never>())
    const sockets = new WebSocketServer({ ...socketOptions, noServer: true })
    const unknown = new WeakMap<IncomingMessage, FailureOf>()

    const identify = Effect.fnUntraced(function* (request: IncomingMessage) {
      const ticket = offered(request).find((text) => text.startsWith(ticketPrefix))
      if (ticket === undefined) return yield* principalOf(verify, Redacted.make(bearerOf(request)))
      const found = yield* tickets.redeem(ticket.slice(ticketPrefix.length))
      // What the ticket was given for may have been revoked since.
      const bearer = Option.isNone(found) ? found : yield* Effect.catch(renew(found.value), toFailure)
      if (Option.isSome(bearer)) return bearer.value
      return yield* Effect.fail(
        failure("UNAUTHORIZED", "this ticket is unknown, used or expired", yield* meta)
      )
    })

    upgrades.take(path, (request, socket, head, decline) => {
      if (!isUpgrade(request) || !offered(request).includes(protocol) || !live.hasRoom()) return decline()
      const welcome = Effect.gen(function* () {
        const identified = yield* Effect.result(identify(request))
        if (identified._tag === "Failure") {
          unknown.set(request, identified.failure)
          return decline()
        }
        const opened = yield* live.open(identified.success)
        if (socket.destroyed) return opened.close()
        // A handshake that is malformed is answered and ended by the library.
        socket.once("close", opened.close)
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          socket.off("close", opened.close)
          attach(webSocket, live.enter(identified.success, opened, outletOf(webSocket), "frames"))
        })
      })
      run(welcome)
    })

    yield* router.add(
      "GET",
      path,
      Effect.gen(function* () {
        const request = (yield* HttpServerRequest.HttpServerRequest).source as IncomingMessage
        if (upgrades.isForeign(request)) return yield* envelopeOf("FORBIDDEN")
        if (!isUpgrade(request)) return yield* refuse("upgrade", "must be websocket")
        if (!offered(request).includes(protocol)) {
          return yield* refuse("sec-websocket-protocol", `must offer ${protocol}`)
        }
        const found = unknown.get(request)
        return found === undefined
          ? yield* envelopeOf("UNAVAILABLE")
          : respond({ ...found, meta: yield* meta })
      })
    )
  })
).pipe(Layer.provide(LiveHub.layer))
