import type { CallOptions, WithResponse } from "../Answer.ts"
import { attempt, backoff, sleep } from "../attempt.ts"
import type { Credential } from "../Credential.ts"
import { decode } from "./decode.ts"
import { randomId } from "../randomId.ts"
import * as Route from "./Route.ts"
import { WattkitError } from "../WattkitError.ts"

/** What every call of one client has in common. */
export interface Connection {
  readonly baseUrl: string
  readonly credential: Credential
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly timeoutMs: number
  readonly retries: number
  readonly backoffMs: number
  readonly headers: { readonly [name: string]: string }
}

/** A server that wants to be left alone for longer than this is left to the caller. */
const longestWaitMs = 60_000

/** What the server does once, however often a request with the same key arrives. */
const keyedMethods = ["POST", "PUT", "PATCH"]

/** A request that is ready, but for the token. */
interface Ready {
  readonly url: string
  readonly init: RequestInit
  readonly headers: { readonly [name: string]: string }
  /** Names the request in messages, without its query. */
  readonly where: string
}

/** Sends one call, again if it may be repeated and failed for a passing reason. */
export const send = async (
  connection: Connection,
  route: Route.Route,
  params: Route.Params,
  options: CallOptions
): Promise<WithResponse<unknown>> => {
  const target = Route.target(route, params)
  const body = params["body"] === undefined ? undefined : JSON.stringify(params["body"])
  const isKeyed = keyedMethods.includes(route.method)
  const { retries = connection.retries, signal, timeoutMs = connection.timeoutMs } = options
  const ready: Ready = {
    url: connection.baseUrl + target,
    init: { method: route.method, ...(body === undefined ? {} : { body }) },
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(isKeyed ? { "idempotency-key": options.idempotencyKey ?? randomId() } : {}),
      ...(options.ifMatch === undefined ? {} : { "if-match": options.ifMatch }),
      ...connection.headers,
      ...options.headers
    },
    where: `${route.method} ${connection.baseUrl}${target.split("?")[0]}`
  }
  for (let n = 0; ; n++) {
    try {
      return await attempt((stopped) => authorized(connection, route, ready, stopped), timeoutMs, signal)
    } catch (error) {
      const mayRepeat = isKeyed || route.isRepeatable
      if (!mayRepeat || n >= retries || !(error instanceof WattkitError && error.isRetryable)) throw error
      const wait = Math.max(error.retryAfterMs ?? 0, backoff(n, connection.backoffMs))
      if (wait > longestWaitMs) throw error
      await sleep(wait, signal)
    }
  }
}

/** Sends a request with the token there is, and once more with a new one when it is refused. */
const authorized = async (
  connection: Connection,
  route: Route.Route,
  ready: Ready,
  signal: AbortSignal
): Promise<WithResponse<unknown>> => {
  const { current, renew } = connection.credential
  const token = route.isOpen ? undefined : await current()
  try {
    return await once(connection, route, ready, token, signal)
  } catch (error) {
    const isRefused = error instanceof WattkitError && error.status === 401
    if (!isRefused || route.isOpen || renew === undefined) throw error
    const fresh = await renew(token)
    if (fresh === token) throw error
    return once(connection, route, ready, fresh, signal)
  }
}

const once = async (
  connection: Connection,
  route: Route.Route,
  { init, url, where, ...ready }: Ready,
  token: string | undefined,
  signal: AbortSignal
): Promise<WithResponse<unknown>> => {
  const headers = headersOf({
    ...ready.headers,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
  })
  try {
    return await decode(route, where, await connection.fetch(url, { ...init, headers, signal }))
  } catch (error) {
    if (error instanceof WattkitError) throw error
    throw new WattkitError({ code: "NETWORK", message: `${where} got no answer`, cause: error })
  }
}

/** The platform's own complaint about a header quotes its value, which may be the key; this one does not. */
const headersOf = (values: { readonly [name: string]: string }): Headers => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(values)) {
    try {
      headers.set(name, value)
    } catch {
      throw new WattkitError({
        code: "INVALID_REQUEST",
        message: `${name} has characters no header can carry`
      })
    }
  }
  return headers
}
