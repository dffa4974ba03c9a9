import { Effect, Option } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { limits } from "../../limits.ts"
import type { Asker } from "./bearer.ts"
import { makeClientAddress, neighbourhoodOf } from "./clientAddress.ts"
import { Quota, type Standing } from "./Quota.ts"
import { refuse } from "./refusal.ts"
import type { EdgeConfig } from "./settings.ts"

type Request = HttpServerRequest.HttpServerRequest

const ingest = /^\/v1\/(?:readings|devices\/[^/]+\/energy\/readings)(?:\?|$)/

/** Broker questions and readings have budgets of their own; probes and pages cost next to nothing. */
const isCounted = ({ method, url }: Request, asker: Asker | undefined): boolean => {
  if (!url.startsWith("/v1/") || url.startsWith("/v1/mqtt/")) return false
  return asker === undefined || method !== "POST" || !ingest.test(url)
}

/** What is left, in the words that are widely read and in those of the present draft. */
const headersOf = ({ limit, remaining, resetSeconds }: Standing): Readonly<Record<string, string>> => ({
  "ratelimit-limit": String(limit),
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": String(resetSeconds),
  "ratelimit-policy": `"minute";q=${limit};w=60`,
  ratelimit: `"minute";r=${remaining};t=${resetSeconds}`
})

/** Makes what counts requests, and answers in place of the route when there were too many. */
export const make = ({ bearerPerMinute, strangerPerMinute, trustedProxies }: EdgeConfig) => {
  const bearers = new Quota(bearerPerMinute, limits.rates.names)
  const strangers = new Quota(strangerPerMinute, limits.rates.names)
  const addressOf = makeClientAddress(trustedProxies)

  const standingOf = (request: Request, asker: Asker | undefined): Standing => {
    const now = performance.now()
    if (asker !== undefined) return bearers.take(`${asker.principal.tenantId} ${asker.name}`, now)
    const peer = Option.getOrUndefined(request.remoteAddress)
    return strangers.take(neighbourhoodOf(addressOf(peer, request.headers["x-forwarded-for"])), now)
  }

  return <E, R>(
    request: Request,
    asker: Asker | undefined,
    handle: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> => {
    if (!isCounted(request, asker)) return handle
    const standing = standingOf(request, asker)
    const { isWithin, resetSeconds: retryAfter } = standing
    const message = `too many requests; there is room again in ${retryAfter} seconds`
    const answer = isWithin ? handle : refuse({ code: "RATE_LIMITED", message, retryAfter })
    return Effect.map(answer, (response) => HttpServerResponse.setHeaders(response, headersOf(standing)))
  }
}
