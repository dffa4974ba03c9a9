import { Api, CurrentPrincipal } from "@wattkit/api"
import { type DeviceId, Instant, type Interval, type Principal, type Reading } from "@wattkit/core"
import { Corrections, Ingest, Readings } from "@wattkit/engine"
import { decode, decodeMany, formatOfRows, type Malformed, PayloadTooLarge } from "@wattkit/transport-http"
import { Effect, Result, Stream } from "effect"
import { type HttpServerError, type HttpServerRequest, HttpIncomingMessage } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { limits } from "../../limits.ts"
import { answer } from "../answer.ts"
import { answerPage, invalid } from "./page.ts"
import { takeRows } from "./takeRows.ts"

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

const headersOf = ({ headers }: HttpServerRequest.HttpServerRequest) => ({
  contentType: headers["content-type"],
  contentEncoding: headers["content-encoding"]
})

/** A body that says how long it is, and is short enough to be read at once. */
const isShort = ({ headers }: HttpServerRequest.HttpServerRequest): boolean =>
  Number(headers["content-length"] ?? Number.NaN) <= limits.ingest.bytes

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What the query asks for; all there is when it does not say. */
const intervalOf = ({
  from = Instant.MIN_MILLIS as Instant.Instant,
  to = Instant.MAX_MILLIS as Instant.Instant
}: {
  readonly from?: Instant.Instant
  readonly to?: Instant.Instant
}): Effect.Effect<Interval.Interval, Malformed> =>
  to < from ? Effect.fail(invalid("to", "must not be before from")) : Effect.succeed({ start: from, end: to })

type Request = HttpServerRequest.HttpServerRequest

/** The ways in: what is short is read at once, rows as they come. */
const makeWays = (ingest: Ingest["Service"]) => ({
  one: Effect.fnUntraced(function* (principal: Principal, deviceId: DeviceId, request: Request) {
    const headers = headersOf(request)
    const { format, isGzipped } = yield* formatOfRows(headers)
    if (format === "json" || (format === "ndjson" && isShort(request))) {
      const submission = yield* decode(yield* bodyOf(request), headers, limits.ingest)
      return yield* ingest.ingest(principal, deviceId, submission)
    }
    const options = { format, isGzipped, deviceId, saysLines: true }
    return yield* takeRows(ingest, principal, Stream.toAsyncIterable(request.stream), options)
  }),
  many: Effect.fnUntraced(function* (principal: Principal, request: Request) {
    const headers = headersOf(request)
    const { format, isGzipped } = yield* formatOfRows(headers)
    if (format !== "json") {
      const options = { format, isGzipped, saysLines: true }
      return yield* takeRows(ingest, principal, Stream.toAsyncIterable(request.stream), options)
    }
    const lines = yield* decodeMany(yield* bodyOf(request), headers, limits.ingest)
    const options = { format: "ndjson", isGzipped: false, saysLines: false } as const
    return yield* takeRows(ingest, principal, only(lines), options)
  })
})

/** Takes readings in and gives them out. */
export const layer = HttpApiBuilder.group(
  Api,
  "readings",
  Effect.fn(function* (handlers) {
    const ways = makeWays(yield* Ingest)
    const corrections = yield* Corrections
    const readings = yield* Readings
    return handlers
      .handleRaw(
        "ingest",
        Effect.fnUntraced(function* ({ params, request }) {
          const principal = yield* CurrentPrincipal
          return yield* answer(ways.one(principal, params.id, request))
        })
      )
      .handleRaw(
        "ingestMany",
        Effect.fnUntraced(function* ({ request }) {
          const principal = yield* CurrentPrincipal
          return yield* answer(ways.many(principal, request))
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
