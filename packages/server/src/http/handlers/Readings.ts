import { Api, CurrentPrincipal } from "@wattkit/api"
import { Instant, type Interval, type Reading } from "@wattkit/core"
import { Corrections, Ingest, Readings } from "@wattkit/engine"
import { decode, type Malformed, PayloadTooLarge } from "@wattkit/transport-http"
import { Effect, Result } from "effect"
import { type HttpServerError, type HttpServerRequest, HttpIncomingMessage } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { limits } from "../../limits.ts"
import { answer } from "../answer.ts"
import { answerPage, invalid } from "./page.ts"

const readAt = (text: string) => Result.getOrUndefined(Instant.make(text.trim() === "" ? NaN : Number(text)))
const keys = { read: readAt, write: (reading: Reading) => String(reading.at) }

const tooLarge = new PayloadTooLarge({
  message: `the body is larger than ${limits.ingest.bytes} bytes; send it in smaller parts`
})

/** The body as it came. One that is announced as too large is not read at all. */
const bodyOf = (
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<Uint8Array<ArrayBuffer>, PayloadTooLarge> =>
  Number(request.headers["content-length"] ?? 0) > limits.ingest.bytes
    ? Effect.fail(tooLarge)
    : request.arrayBuffer.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, BigInt(limits.ingest.bytes)),
        Effect.map((buffer) => new Uint8Array(buffer)),
        Effect.catch((error: HttpServerError.HttpServerError) =>
          error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
            ? Effect.fail(tooLarge)
            : Effect.die(error)
        )
      )

/** What the query asks for; all there is when it does not say. */
const intervalOf = ({
  from = Instant.MIN_MILLIS as Instant.Instant,
  to = Instant.MAX_MILLIS as Instant.Instant
}: {
  readonly from?: Instant.Instant
  readonly to?: Instant.Instant
}): Effect.Effect<Interval.Interval, Malformed> =>
  to < from ? Effect.fail(invalid("to", "must not be before from")) : Effect.succeed({ start: from, end: to })

/** Takes readings in and gives them out. */
export const layer = HttpApiBuilder.group(
  Api,
  "readings",
  Effect.fn(function* (handlers) {
    const ingest = yield* Ingest
    const corrections = yield* Corrections
    const readings = yield* Readings
    return handlers
      .handleRaw(
        "ingest",
        Effect.fnUntraced(function* ({ params, request }) {
          const principal = yield* CurrentPrincipal
          const stored = bodyOf(request).pipe(
            Effect.flatMap((body) =>
              decode(
                body,
                {
                  contentType: request.headers["content-type"],
                  contentEncoding: request.headers["content-encoding"]
                },
                limits.ingest
              )
            ),
            Effect.flatMap((submission) => ingest.ingest(principal, params.id, submission))
          )
          return yield* answer(stored)
        })
      )
      .handleAll({
        list: Effect.fnUntraced(function* ({ params, query }) {
          const principal = yield* CurrentPrincipal
          const { channel } = query
          return yield* answerPage(query, keys, (page) =>
            Effect.flatMap(intervalOf(query), (within) =>
              readings.page(principal, { ...page, deviceId: params.id, channel, within })
            )
          )
        }),
        latest: Effect.fnUntraced(function* ({ params }) {
          const principal = yield* CurrentPrincipal
          return yield* answer(readings.latest(principal, params.id))
        }),
        correct: Effect.fnUntraced(function* ({ params, payload }) {
          const principal = yield* CurrentPrincipal
          return yield* answer(corrections.correct(principal, params.id, payload))
        }),
        strikeOut: Effect.fnUntraced(function* ({ params, query }) {
          const principal = yield* CurrentPrincipal
          const { channel, reason } = query
          const struck = Effect.flatMap(intervalOf(query), (within) =>
            corrections.strikeOut(principal, { deviceId: params.id, channel, within, reason })
          )
          return yield* answer(struck)
        }),
        revisions: Effect.fnUntraced(function* ({ params, query }) {
          const principal = yield* CurrentPrincipal
          const { at, channel } = query
          return yield* answer(corrections.revisions(principal, { deviceId: params.id, channel, at }))
        })
      })
  })
)
