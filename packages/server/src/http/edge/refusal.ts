import { type Code, type Detail, failure } from "@wattkit/api"
import { Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { meta } from "../answer.ts"
import { respond } from "../recover.ts"

/** Why the frame around a request answers in its place. */
export interface Refusal {
  readonly code: Code
  readonly message: string
  readonly details?: ReadonlyArray<Detail> | undefined
  /** After how many seconds it is worth another try. */
  readonly retryAfter?: number | undefined
}

/** Answers in place of the route. */
export const refuse = ({
  code,
  details = [],
  message,
  retryAfter
}: Refusal): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(meta, (meta) =>
    respond(
      failure(code, message, meta, details),
      retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }
    )
  )
