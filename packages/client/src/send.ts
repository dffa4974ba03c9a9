import type { CallOptions, WithResponse } from "./Answer.ts"
import { attempt, backoff, sleep } from "./attempt.ts"
import { decode } from "./decode.ts"
import * as Route from "./Route.ts"
import { WattkitError } from "./WattkitError.ts"

/** What every call of one client has in common. */
export interface Connection {
  readonly baseUrl: string
  readonly auth: string | (() => string | Promise<string>) | undefined
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly timeoutMs: number
  readonly retries: number
  readonly backoffMs: number
  readonly headers: { readonly [name: string]: string }
}

/** A server that wants to be left alone for longer than this is left to the caller. */
const longestWaitMs = 60_000

/** Sends one call, again if it may be repeated and failed for a passing reason. */
export const send = async (
  connection: Connection,
  route: Route.Route,
  params: Route.Params,
  options: CallOptions
): Promise<WithResponse<unknown>> => {
  const target = Route.target(route, params)
  const body = params["body"] === undefined ? undefined : JSON.stringify(params["body"])
  const { retries = connection.retries, signal, timeoutMs = connection.timeoutMs } = options
  for (let n = 0; ; n++) {
    try {
      return await attempt(
        (stopped) => once(connection, route, target, body, options, stopped),
        timeoutMs,
        signal
      )
    } catch (error) {
      if (!route.isRepeatable || n >= retries || !(error instanceof WattkitError && error.isRetryable))
        throw error
      const wait = Math.max(error.retryAfterMs ?? 0, backoff(n, connection.backoffMs))
      if (wait > longestWaitMs) throw error
      await sleep(wait, signal)
    }
  }
}

const once = async (
  connection: Connection,
  route: Route.Route,
  target: string,
  body: string | undefined,
  options: CallOptions,
  signal: AbortSignal
): Promise<WithResponse<unknown>> => {
  const { auth } = connection
  const key = route.isOpen ? undefined : typeof auth === "function" ? await auth() : auth
  const headers = headersOf({
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...connection.headers,
    ...options.headers,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` })
  })
  const where = `${route.method} ${connection.baseUrl}${target.split("?")[0]}`
  try {
    const init: RequestInit = {
      method: route.method,
      headers,
      signal,
      ...(body === undefined ? {} : { body })
    }
    return await decode(route, where, await connection.fetch(connection.baseUrl + target, init))
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
