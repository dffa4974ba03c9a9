import type { Page, WithResponse } from "../Answer.ts"
import { statusOf } from "../status.gen.ts"
import type { Route } from "./Route.ts"
import { type Detail, WattkitError } from "../WattkitError.ts"

/** The envelope, as far as it can be trusted before it has been looked at. */
interface Envelope {
  readonly success?: unknown
  readonly data?: unknown
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly details?: unknown } | null
  readonly meta?: {
    readonly [name: string]: unknown
    readonly requestId?: unknown
    readonly nextCursor?: unknown
  } | null
}

/** Takes a response out of its envelope: the data of a success, a thrown `WattkitError` otherwise. */
export const decode = async (
  route: Route,
  where: string,
  response: Response
): Promise<WithResponse<unknown>> => {
  const text = await response.text()
  const body = parse(text)
  const meta = body?.meta ?? {}
  const requestId = textOf(meta.requestId) ?? response.headers.get("x-request-id") ?? undefined
  const facts = { status: response.status, requestId, retryAfterMs: retryAfter(response) }
  const { error } = body ?? {}
  if (body?.success === false && typeof error?.code === "string") {
    const details = Array.isArray(error.details) ? (error.details as ReadonlyArray<Detail>) : []
    throw new WattkitError({
      ...facts,
      code: error.code,
      message: textOf(error.message) ?? error.code,
      details
    })
  }
  if (body !== undefined && response.ok && (route.isPlain || body.success === true)) {
    const data = route.isPlain ? body : body.data
    const { headers, status } = response
    const rest = { meta, headers, status, requestId, response }
    if (!route.isPaged) return { data, ...rest }
    if (Array.isArray(data)) return { data: pageOf(data, meta), ...rest }
  }
  if (body !== undefined && route.isPlain) {
    const message = `${where} answered ${response.status}`
    throw new WattkitError({ ...facts, code: codeOf(response.status), message })
  }
  const what = body === undefined ? (response.headers.get("content-type") ?? "no content type") : "JSON"
  throw new WattkitError({
    ...facts,
    code: "INVALID_RESPONSE",
    message:
      `${where} answered ${response.status} with ${what} that is not wattkit's; ` +
      "see whether baseUrl is right and what stands between here and the server"
  })
}

const parse = (text: string): Envelope | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const pageOf = (items: ReadonlyArray<unknown>, meta: NonNullable<Envelope["meta"]>): Page<unknown> => ({
  items,
  nextCursor: textOf(meta.nextCursor)
})

const codeOf = (status: number): string =>
  Object.entries(statusOf).find(([, value]) => value === status)?.[0] ?? "INVALID_RESPONSE"

/**
 * How long the server asks to wait. `Retry-After` comes as seconds or as a date; without it, who was too fast
 * waits until the limit starts over, which `RateLimit-Reset` or the `t` of `RateLimit` says in seconds.
 */
const retryAfter = ({ headers, status }: Response): number | undefined => {
  const text =
    headers.get("retry-after") ??
    (status === 429
      ? (headers.get("ratelimit-reset") ?? /;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1])
      : undefined) ??
    ""
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
