import { Instant, type NotFound, type Principal, type StorageError } from "@wattkit/core"
import { type Busy, Credentials, type Forbidden, Messages } from "@wattkit/engine"
import { type Answer, type Compat, compatOf, type Ending, type Opened } from "@wattkit/transport-http"
import { Effect, Option, Redacted } from "effect"
import {
  HttpIncomingMessage,
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerResponse
} from "effect/http"
import { limits } from "../limits.ts"
import { inWordsOfOthers } from "./recover.ts"

const emoncms = [
  "/input/post",
  "/input/post/:name",
  "/input/post.json",
  "/input/post.json/:name",
  "/input/bulk",
  "/input/bulk.json"
] as const

/** Where clients of others write after a change of the address. Which of them it is, `compatOf` finds out. */
const paths = [
  "/write",
  "/query",
  "/ping",
  "/api/v2/write",
  "/api/v3/write_lp",
  ...emoncms,
  ...emoncms.map((path) => `/emoncms${path}` as const),
  "/api/v1/:token/telemetry",
  "/api/v1/:token/attributes",
  "/update",
  "/update.json",
  "/channels/:id/bulk_update.json",
  "/channels/:id/bulk_update.csv"
] as const

const respond = ({ body, headers, status }: Answer): HttpServerResponse.HttpServerResponse =>
  inWordsOfOthers(
    body === ""
      ? HttpServerResponse.empty({ status, headers })
      : HttpServerResponse.uint8Array(new TextEncoder().encode(body), {
          status,
          headers,
          contentType: headers["content-type"] ?? "text/plain; charset=utf-8"
        })
  )

/** The body as it came; fails with the answer when it is too large. One announced so is not read at all. */
const bodyOf = (request: HttpServerRequest.HttpServerRequest, compat: Compat) => {
  const { bytes } = limits.ingest
  const message = `the body is larger than ${bytes} bytes; send it in smaller parts`
  const tooLarge = compat.answer({ kind: "too_large", message })
  return Number(request.headers["content-length"] ?? 0) > bytes
    ? Effect.fail(tooLarge)
    : request.arrayBuffer.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, BigInt(bytes)),
        Effect.map((buffer) => new Uint8Array(buffer)),
        Effect.catch((error: HttpServerError.HttpServerError) =>
          error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
            ? Effect.fail(tooLarge)
            : Effect.die(error)
        )
      )
}

/** What went wrong, as a peer is told. */
const endingOf = (error: Busy | Forbidden | NotFound | StorageError): Ending => {
  switch (error._tag) {
    case "Busy": {
      const { message, reason, retryAfterMs } = error
      return { kind: reason === "budget" ? "busy" : "unavailable", retryAfterMs, message }
    }
    case "StorageError":
      return { kind: "unavailable", retryAfterMs: 2_000, message: "the storage is not available" }
    default:
      return { kind: "forbidden", message: error.message }
  }
}

/** Takes what clients of InfluxDB, emoncms, ThingsBoard and ThingSpeak write, and answers in their words. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const { verify } = yield* Credentials
    const messages = yield* Messages

    const receive = (principal: Principal, { format }: Compat, { message }: Opened) =>
      messages.receive(principal, message, { format }).pipe(
        Effect.map((receipt): Ending => ({ kind: "taken", ...receipt })),
        Effect.tapError((error) =>
          error._tag === "StorageError"
            ? Effect.logError("storage failed", error.reason, error.message)
            : Effect.void
        ),
        Effect.catch((error) => Effect.succeed(endingOf(error)))
      )

    const take = Effect.fnUntraced(function* (
      request: HttpServerRequest.HttpServerRequest,
      compat: Compat
    ): Effect.fn.Return<Answer, Answer> {
      const body = yield* bodyOf(request, compat)
      const opened = yield* compat.open(body, yield* Instant.now, limits.ingest)
      const secret = Redacted.make(opened.credential ?? "")
      const found = yield* verify(secret).pipe(Effect.mapError((error) => opened.answer(endingOf(error))))
      if (Option.isNone(found)) return opened.answer({ kind: "unauthorized" })
      const refusal = opened.refusal()
      return refusal ?? opened.answer(yield* receive(found.value, compat, opened))
    })

    const handle = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { headers, method, url } = request
      const compat = compatOf({ method, url, headers })
      if (compat === undefined) {
        const reason = new HttpServerError.RouteNotFound({ request })
        return yield* Effect.die(new HttpServerError.HttpServerError({ reason }))
      }
      if (compat.immediate !== undefined) return respond(compat.immediate)
      return yield* Effect.match(take(request, compat), { onSuccess: respond, onFailure: respond })
    })

    for (const path of paths) yield* router.add("*", path, handle)
  })
)
