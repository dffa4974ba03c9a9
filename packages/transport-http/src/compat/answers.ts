import type { Answer, Ending } from "./Compat.ts"

/** A response of JSON. */
export const json = (
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {}
): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body)
})

/** A response of text. */
export const text = (
  status: number,
  body: string,
  headers: { readonly [name: string]: string } = {}
): Answer => ({ status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body })

/** A response without a body. */
export const empty = (status: number, headers: { readonly [name: string]: string } = {}): Answer => ({
  status,
  headers,
  body: ""
})

/**
 * When it is worth another try, in the whole seconds of the header; none where nothing is gained by waiting.
 */
export const retryAfter = (ending: Ending): { readonly [name: string]: string } =>
  ending.kind === "busy" || ending.kind === "unavailable"
    ? { "retry-after": String(Math.max(1, Math.ceil(ending.retryAfterMs / 1000))) }
    : {}

/** The status of what was not taken. */
export const statusOf = {
  unauthorized: 401,
  forbidden: 403,
  malformed: 400,
  too_large: 413,
  unsupported: 415,
  busy: 429,
  unavailable: 503
} as const

/** The sentence of what was not taken. */
export const messageOf = (ending: Exclude<Ending, { kind: "taken" }>): string =>
  ending.kind === "unauthorized" ? "the credential is missing or not good" : ending.message

/** Readings that were not stored and will not be, which a sender has to hear of. */
export const lostOf = (
  ending: Extract<Ending, { kind: "taken" }>
): Extract<Ending, { kind: "taken" }>["rejected"] =>
  ending.rejected.filter(({ reason }) => reason === "malformed" || reason === "too_old")
