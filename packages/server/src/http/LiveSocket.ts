import type { IncomingMessage } from "node:http"
import { failure } from "@wattkit/api"
import { makeId, type Principal } from "@wattkit/core"
import { Credentials, Live } from "@wattkit/engine"
import { protocol, serve } from "@wattkit/transport-websocket"
import { Clock, Effect, Option, Redacted } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { Lifecycle } from "../Lifecycle.ts"
import { limits } from "../limits.ts"
import { Tickets } from "../Tickets.ts"
import { meta } from "./answer.ts"
import { principalOf } from "./Authorization.ts"
import { envelopeOf, respond } from "./recover.ts"

const ticketPrefix = "ticket."

const offered = (request: HttpServerRequest.HttpServerRequest): ReadonlyArray<string> =>
  (request.headers["sec-websocket-protocol"] ?? "").split(",").map((text) => text.trim())

const bearerOf = (request: HttpServerRequest.HttpServerRequest): string =>
  /^Bearer +(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? ""

const isUpgrade = (request: HttpServerRequest.HttpServerRequest): boolean =>
  request.headers["upgrade"]?.toLowerCase() === "websocket"

/**
 * Waits until the connection has room. The socket library never says; the TCP socket under it does.
 */
const drained = (connection: IncomingMessage["socket"]): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    if (!connection.writableNeedDrain || connection.destroyed) return resume(Effect.void)
    const done = () => resume(Effect.void)
    connection.once("drain", done).once("close", done)
    return Effect.sync(() => connection.off("drain", done).off("close", done))
  })

const refuse = (field: string, reason: string) =>
  Effect.map(meta, (meta) =>
    respond(failure("VALIDATION_ERROR", `${field} ${reason}`, meta, [{ field, reason }]))
  )

/** `GET /v1/ws`: whoever asks is known and allowed before the connection is upgraded. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const tickets = yield* Tickets
    const live = yield* Live
    const lifecycle = yield* Lifecycle
    let connections = 0

    const identify = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const ticket = offered(request).find((text) => text.startsWith(ticketPrefix))
      if (ticket === undefined) return yield* principalOf(verify, Redacted.make(bearerOf(request)))
      const found = yield* tickets.redeem(ticket.slice(ticketPrefix.length))
      if (Option.isSome(found)) return found.value
      return yield* Effect.fail(
        failure("UNAUTHORIZED", "this ticket is unknown, used or expired", yield* meta)
      )
    })

    const hold = Effect.fnUntraced(function* (
      request: HttpServerRequest.HttpServerRequest,
      principal: Principal
    ) {
      const socket = yield* Effect.orDie(request.upgrade)
      const connection = (request.source as IncomingMessage).socket
      const now = yield* Clock.currentTimeMillis
      yield* serve(socket, {
        sessionId: makeId("ws", now, crypto.getRandomValues(new Uint8Array(16))),
        updates: (filter) => live.updates(principal, filter),
        drained: drained(connection),
        goingAway: lifecycle.draining,
        limits: limits.live
      })
      // A client that never answers the closing handshake must not hold up the end of the server.
      setTimeout(() => connection.destroy(), 2_000).unref()
      return HttpServerResponse.empty()
    })

    yield* router.add(
      "GET",
      "/v1/ws",
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        if (!isUpgrade(request)) return yield* refuse("upgrade", "must be websocket")
        if (!offered(request).includes(protocol)) {
          return yield* refuse("sec-websocket-protocol", `must offer ${protocol}`)
        }
        if (connections >= limits.liveConnections || lifecycle.phase() === "draining") {
          return yield* envelopeOf("UNAVAILABLE")
        }
        const identified = yield* Effect.result(identify(request))
        if (identified._tag === "Failure") return respond(identified.failure)
        return yield* Effect.acquireUseRelease(
          Effect.sync(() => connections++),
          () => hold(request, identified.success),
          () => Effect.sync(() => connections--)
        )
      })
    )
  })
)

/** How the socket library must behave for this route. */
export const socketOptions = {
  maxPayload: limits.live.frameBytes,
  perMessageDeflate: false,
  handleProtocols: (protocols: Set<string>) => (protocols.has(protocol) ? protocol : false) as string | false
} as const
