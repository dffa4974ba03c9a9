import type { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import { PassThrough } from "node:stream"
import type { LiveFilter } from "@wattkit/core"
import { failure } from "@wattkit/api"
import { Credentials, requireScope } from "@wattkit/engine"
import { Filter, type Outlet, type Since, wordsOf } from "@wattkit/transport-websocket"
import { Effect, Layer, Redacted, Result, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { meta, toFailure } from "../answer.ts"
import { principalOf } from "../Authorization.ts"
import { LiveHub } from "./LiveHub.ts"
import { envelopeOf, respond } from "../recover.ts"

const decodeFilter = Schema.decodeUnknownResult(Filter, { errors: "all" })

/** A filter as a query says it: names may come more than once, and several with commas between them. */
const filterOf = (query: URLSearchParams) =>
  decodeFilter(
    Object.fromEntries(
      ["locationIds", "deviceIds", "events"]
        .filter((name) => query.has(name))
        .map((name) => [name, query.getAll(name).flatMap((text) => text.split(","))])
    )
  )

/** The position in a `Last-Event-ID`. What cannot be one is known to nobody: the state comes again. */
const sinceOf = (text: string | undefined): typeof Since.Type | undefined => {
  if (text === undefined || text === "") return undefined
  const [, stream = "", sequence = "0"] = /^([\w-]{1,64}):(\d{1,15})$/.exec(text) ?? []
  return { stream, sequence: Number(sequence) }
}

/** How long a client may take to read the last of it. */
const closingMs = 2_000

/** A stream as the hub needs it; what goes in waits in it until the client has read it. */
const outletOf = (stream: PassThrough): Outlet => ({
  send: (frame, done) => {
    if (stream.writable) stream.write(frame, () => done?.())
    else done?.()
  },
  bufferedAmount: () => stream.writableLength + stream.readableLength,
  pause: () => {},
  resume: () => {},
  close: (code) => {
    // A client that reads nothing would never come to the end.
    if (code === 1013) return void stream.destroy()
    stream.end()
    setTimeout(() => stream.destroy(), closingMs).unref()
  }
})

/** The connection ends with the stream: kept alive it would hold up a server that stops. */
const streamHeaders = {
  "content-type": "text/event-stream",
  "x-accel-buffering": "no",
  connection: "close"
}

/**
 * `GET /v1/events`: what `/v1/ws` shows, as server-sent events for those who cannot do WebSocket. The filter
 * stands in the query; a browser goes on from where it left by itself, with `Last-Event-ID`.
 */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const live = yield* LiveHub

    const begin = Effect.fnUntraced(function* (
      socket: Socket,
      secret: string,
      filter: LiveFilter,
      since: typeof Since.Type | undefined
    ) {
      const principal = yield* principalOf(verify, Redacted.make(secret))
      yield* Effect.catch(requireScope(principal, "read"), toFailure)
      const opened = yield* live.open(principal)
      const stream = new PassThrough({ highWaterMark: live.hub.limits.unreadBytes })
      const connection = live.enter(principal, opened, outletOf(stream), "events")
      stream.on("close", () => connection.closed()).on("error", () => connection.closed())
      // A client may leave before the stream is joined to the answer, and then nobody else would end it.
      const leave = (): void => void stream.destroy()
      if (socket.destroyed) leave()
      else socket.once("close", leave)
      void connection.subscribe(undefined, filter, since)
      return HttpServerResponse.raw(stream, { headers: streamHeaders })
    })

    yield* router.add(
      "GET",
      "/v1/events",
      Effect.gen(function* () {
        const { headers, source, url } = yield* HttpServerRequest.HttpServerRequest
        const filter = filterOf(new URL(url, "http://localhost").searchParams)
        if (Result.isFailure(filter)) {
          return respond(failure("VALIDATION_ERROR", wordsOf(filter.failure), yield* meta))
        }
        if (!live.hasRoom()) return yield* envelopeOf("UNAVAILABLE")
        const secret = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? ""
        return yield* Effect.catch(
          begin(
            (source as IncomingMessage).socket,
            secret,
            filter.success,
            sinceOf(headers["last-event-id"])
          ),
          (failed) => Effect.succeed(respond(failed))
        )
      })
    )
  })
).pipe(Layer.provide(LiveHub.layer))
