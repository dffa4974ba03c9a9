import { Effect, Option } from "effect"
import { HttpBody, HttpIncomingMessage, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { limits } from "../limits.ts"
import * as Around from "./edge/around.ts"
import { pathOf } from "./edge/pathOf.ts"
import type { EdgeConfig } from "./edge/settings.ts"
import { RequestId, requestIdOf } from "./requestId.ts"
import { securityHeaders } from "./securityHeaders.ts"

/** The headers a status brings with it. */
export const extraHeaders = (status: number): Readonly<Record<string, string>> => {
  if (status === 401) return { "www-authenticate": 'Bearer realm="wattkit"' }
  return status === 503 ? { "retry-after": "2" } : {}
}

/**
 * The same answer as a text, where it is one: a text leaves in one piece with the head, and bytes would be a
 * second one.
 */
const inOnePiece = (response: HttpServerResponse.HttpServerResponse) => {
  const { body, headers } = response
  if (body._tag !== "Uint8Array" || headers["content-encoding"] !== undefined) return response
  const { body: bytes, contentLength, contentType } = body
  if (!contentType.startsWith("application/json")) return response
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
  return HttpServerResponse.setBody(response, HttpBody.raw(text, { contentType, contentLength }))
}

/** The headers a response leaves with; what a handler set itself stays. */
const dress = (response: HttpServerResponse.HttpServerResponse, requestId: string) =>
  HttpServerResponse.setHeaders(inOnePiece(response), {
    "cache-control": "no-store",
    ...securityHeaders(response),
    ...extraHeaders(response.status),
    ...response.headers,
    "x-request-id": requestId
  })

/** Who asked for what. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly ip: string | undefined
}

/** The log line of a request. */
export const logRequest = ({ ip = "unknown", method, url }: Asked, status: number, startedAt: number) =>
  Effect.logInfo("request").pipe(
    Effect.annotateLogs({
      method,
      url: pathOf(url).slice(0, 500),
      status,
      duration: Math.round(performance.now() - startedAt),
      ip
    })
  )

const log = (request: HttpServerRequest.HttpServerRequest, status: number, startedAt: number) => {
  const { method, remoteAddress, url } = request
  return logRequest({ method, url, ip: Option.getOrUndefined(remoteAddress) }, status, startedAt)
}

/** The frame around every request: its id, its limits, its log line, and an answer whatever happens. */
export const layer = (config: EdgeConfig) =>
  HttpRouter.middleware(
    Effect.map(Around.make(config), (around) => {
      const framed = Effect.fnUntraced(function* (handle: Around.Handle) {
        const request = yield* HttpServerRequest.HttpServerRequest
        const startedAt = performance.now()
        const requestId = requestIdOf(request.headers["x-request-id"])
        return yield* around(request, handle).pipe(
          Effect.onInterrupt(() => log(request, 499, startedAt)),
          Effect.map((response) => dress(response, requestId)),
          Effect.tap((response) => log(request, response.status, startedAt)),
          Effect.provideService(RequestId, requestId),
          Effect.provideService(HttpIncomingMessage.MaxBodySize, BigInt(limits.bodyBytes)),
          Effect.annotateLogs("requestId", requestId)
        )
      })
      return (handle: Around.Handle): Around.Handle => framed(handle)
    }),
    { global: true }
  )
