import { failure, type FailureOf, type Meta } from "@wattkit/api"
import type { AlreadyExists, HasherBusy, NotFound, StorageError } from "@wattkit/core"
import type {
  Busy,
  Changed,
  Forbidden,
  InUse,
  Invalid,
  Throttled,
  Unauthenticated,
  Unprocessable
} from "@wattkit/engine"
import type { Malformed, PayloadTooLarge, UnsupportedMediaType } from "@wattkit/transport-http"
import { DateTime, Effect } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RequestId } from "./requestId.ts"

/** Every failure that a handler may meet, by its tag, with the code it is answered with. */
const codes = {
  Busy: "RATE_LIMITED",
  Throttled: "RATE_LIMITED",
  HasherBusy: "UNAVAILABLE",
  Unauthenticated: "UNAUTHORIZED",
  Changed: "PRECONDITION_FAILED",
  InUse: "CONFLICT",
  Forbidden: "FORBIDDEN",
  NotFound: "NOT_FOUND",
  AlreadyExists: "CONFLICT",
  StorageError: "UNAVAILABLE",
  Invalid: "VALIDATION_ERROR",
  Unprocessable: "UNPROCESSABLE",
  Malformed: "VALIDATION_ERROR",
  PayloadTooLarge: "PAYLOAD_TOO_LARGE",
  UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE"
} as const

/** What a handler may meet. */
export type Known =
  | Busy
  | Throttled
  | HasherBusy
  | Unauthenticated
  | Changed
  | InUse
  | Forbidden
  | NotFound
  | AlreadyExists
  | StorageError
  | Invalid
  | Unprocessable
  | Malformed
  | PayloadTooLarge
  | UnsupportedMediaType

/** How it is answered. */
export type Answered<E extends Known> = E extends Busy
  ? FailureOf<"RATE_LIMITED"> | FailureOf<"UNAVAILABLE">
  : E extends Known
    ? FailureOf<(typeof codes)[E["_tag"]]>
    : never

/** A sender that used up its budget is told so; that this server holds too much is not the sender's doing. */
const codeOf = (error: Known) =>
  error._tag === "Busy" && error.reason === "queue" ? "UNAVAILABLE" : codes[error._tag]

/** The answer to a request that did what was asked. */
export interface Success<A> {
  readonly success: true
  readonly data: A
  readonly error: null
  readonly meta: Meta
}

/** What every answer says of itself. */
export const meta: Effect.Effect<Meta> = Effect.gen(function* () {
  const requestId = yield* RequestId
  return { timestamp: DateTime.formatIso(yield* DateTime.now), requestId }
})

const messageOf = (error: Known): string =>
  error._tag === "StorageError" ? "the storage is not available; try again later" : error.message

const detailsOf = (error: Known) => {
  if (error._tag === "Invalid") return [{ field: error.field, reason: error.reason }]
  return error._tag === "Malformed" || error._tag === "Unprocessable" ? error.details : []
}

/** After how many seconds it is worth another try, where the failure knows. */
export const retryAfterOf = (error: Known): string | undefined => {
  if (error._tag === "HasherBusy") return "5"
  const isTimed = error._tag === "Busy" || error._tag === "Throttled"
  return isTimed ? String(Math.ceil(error.retryAfterMs / 1000)) : undefined
}

/** Says in the answer when it is worth another try. */
const sayRetryAfter = (seconds: string): Effect.Effect<void> =>
  Effect.flatMap(Effect.serviceOption(HttpServerRequest.HttpServerRequest), (request) =>
    request._tag === "None"
      ? Effect.void
      : HttpEffect.appendPreResponseHandler((_, response) =>
          Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", seconds))
        ).pipe(Effect.provideService(HttpServerRequest.HttpServerRequest, request.value))
  )

/** The failure to answer with. This is the one place where what went wrong gets its code. */
export const toFailure = Effect.fnUntraced(function* <E extends Known>(error: E) {
  if (error._tag === "StorageError") yield* Effect.logError("storage failed", error.reason, error.message)
  const retryAfter = retryAfterOf(error)
  if (retryAfter !== undefined) yield* sayRetryAfter(retryAfter)
  const said = failure(codeOf(error), messageOf(error), yield* meta, detailsOf(error))
  return yield* Effect.fail(said as Answered<E>)
})

/** Puts what a handler found, or what stopped it, into the envelope. */
export const answer = <A, E extends Known, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<Success<A>, Answered<E>, R> =>
  Effect.matchEffect(effect, {
    onSuccess: (data) => Effect.map(meta, (meta): Success<A> => ({ success: true, data, error: null, meta })),
    onFailure: toFailure
  })
