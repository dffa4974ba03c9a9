import { Cause, Effect } from "effect"
import type { HttpServerRequest, HttpServerResponse } from "effect/http"
import type { unhandled } from "effect/Types"
import { envelop, recover } from "../recover.ts"
import { makeBearer } from "./bearer.ts"
import { compressed } from "./compression.ts"
import { withoutCredentialInUrl } from "./credentialInUrl.ts"
import { isTagged, tagged } from "./entityTag.ts"
import { withFields } from "./fields.ts"
import * as Idempotency from "./idempotency/Idempotency.ts"
import { pathOf } from "./pathOf.ts"
import { asProblem, wantsProblem } from "./problem.ts"
import * as RateLimits from "./RateLimits.ts"
import type { EdgeConfig } from "./settings.ts"

type Request = HttpServerRequest.HttpServerRequest

/** What a router makes of a request. */
export type Handle = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  unhandled,
  HttpServerRequest.HttpServerRequest
>

/** Turns what went wrong into an answer, unless nobody waits for one any more. */
const orRecover = (cause: Cause.Cause<unknown>, { method, url }: Request) =>
  Cause.hasInterruptsOnly(cause) ? Effect.interrupt : recover(cause, pathOf(url), method)

/** Makes what every request goes through before its route, and every answer after it. */
export const make = Effect.fnUntraced(function* (config: EdgeConfig) {
  const bearerOf = yield* makeBearer
  const doOnce = yield* Idempotency.make
  const limited = RateLimits.make(config)

  /** The answer of the route, or what is said in its place. */
  const answered = (request: Request, handle: Handle): Handle =>
    handle.pipe(
      Effect.catchCause((cause) => orRecover(cause, request)),
      Effect.flatMap(envelop)
    )

  /** What was read, as much of it as was asked for, and only if it is not known already. */
  const read = (request: Request, handle: Handle): Handle => {
    const whole = withFields(request, answered(request, handle))
    return isTagged(request) ? Effect.map(whole, (response) => tagged(request, response)) : whole
  }

  return (request: Request, handle: Handle): Handle =>
    Effect.flatMap(bearerOf(request), (asker) =>
      limited(request, asker, withoutCredentialInUrl(request, doOnce(request, asker, read(request, handle))))
    ).pipe(
      Effect.catchCause((cause) => orRecover(cause, request)),
      (whole) => (wantsProblem(request.headers["accept"]) ? Effect.map(whole, asProblem) : whole),
      Effect.flatMap((response) => compressed(request, response))
    )
})
