import { WattkitError } from "./WattkitError.ts"

export { type SeenWebhooks, seenWebhooks, type SeenWebhooksOptions } from "./SeenWebhooks.ts"

/** The headers of a request, however its server holds them; names are matched in lower case. */
export type WebhookHeaders =
  | Headers
  | SignedHeaders
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/** What came, and what it must be signed with. */
export interface VerifyWebhookOptions {
  /** The body as it came: one that was parsed and written again has another signature. */
  readonly payload: string | Uint8Array
  readonly headers: WebhookHeaders
  /** `whsec_…`; several while one replaces the other. */
  readonly secret: string | ReadonlyArray<string>
  /** How far from now it may have been sent; 300 000 unless said. */
  readonly toleranceMs?: number | undefined
  /** The time, in place of the clock's. */
  readonly now?: Date | undefined
}

/** A webhook that is from whom it says. */
export interface Webhook {
  /** The same for every attempt to deliver it: whoever has seen it ignores it. */
  readonly id: string
  readonly sentAt: Date
  /** What the payload says. */
  readonly data: unknown
}

/** A webhook to sign. */
export interface SignWebhookOptions {
  readonly payload: string | Uint8Array
  readonly secret: string | ReadonlyArray<string>
  readonly id?: string | undefined
  readonly sentAt?: Date | undefined
}

/** The headers a webhook travels with. */
export interface SignedHeaders {
  readonly "webhook-id": string
  readonly "webhook-timestamp": string
  readonly "webhook-signature": string
}

/**
 * Verifies a webhook as Standard Webhooks has it: an HMAC-SHA256 over id, time and payload, compared in
 * constant time. Rejects with `INVALID_SIGNATURE`, and with `INVALID_REQUEST` where a secret is none.
 */
export const verifyWebhook = async (options: VerifyWebhookOptions): Promise<Webhook> => {
  const { headers, now = new Date(), toleranceMs = 300_000 } = options
  const id = header(headers, "webhook-id")
  const seconds = header(headers, "webhook-timestamp")
  if (!/^\d{1,12}$/.test(seconds)) throw invalid("webhook-timestamp is no time")
  const sentAt = new Date(Number(seconds) * 1000)
  if (Math.abs(now.getTime() - sentAt.getTime()) > toleranceMs) throw invalid("It was not sent just now")
  const signatures = header(headers, "webhook-signature")
    .split(" ")
    .flatMap((one) => (one.startsWith("v1,") ? (bytesOf(one.slice(3)) ?? []) : []))
    .slice(0, mostSignatures)
  const content = contentOf(id, seconds, options.payload)
  const keys = await Promise.all([options.secret].flat().map(keyOf))
  // Everything is compared, so that the time tells nothing of which was right.
  const verdicts = await Promise.all(
    keys.flatMap((key) => signatures.map((one) => crypto.subtle.verify("HMAC", key, one, content)))
  )
  if (!verdicts.includes(true)) throw invalid("No signature fits")
  return { id, sentAt, data: parse(options.payload) }
}

/** Signs a webhook, as the server does: for the tests of whoever receives them. */
export const signWebhook = async (options: SignWebhookOptions): Promise<SignedHeaders> => {
  const { id = "msg_test", sentAt = new Date() } = options
  const seconds = String(Math.floor(sentAt.getTime() / 1000))
  const content = contentOf(id, seconds, options.payload)
  const keys = await Promise.all([options.secret].flat().map(keyOf))
  const signatures = await Promise.all(keys.map((key) => crypto.subtle.sign("HMAC", key, content)))
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": signatures.map((one) => `v1,${textOf(new Uint8Array(one))}`).join(" ")
  }
}

/** So many signatures are looked at, so that a stranger cannot make work. */
const mostSignatures = 10

const header = (headers: WebhookHeaders, name: string): string => {
  const value = headers instanceof Headers ? headers.get(name) : valueOf(headers, name)
  if (typeof value !== "string" || value === "") throw invalid(`${name} is missing`)
  return value
}

const valueOf = (headers: object, name: string): unknown =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]

const contentOf = (id: string, seconds: string, payload: string | Uint8Array): Uint8Array<ArrayBuffer> => {
  const start = new TextEncoder().encode(`${id}.${seconds}.`)
  const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload
  const content = new Uint8Array(start.length + body.length)
  content.set(start)
  content.set(body, start.length)
  return content
}

const keyOf = (secret: string): Promise<CryptoKey> => {
  const bytes = bytesOf(secret.replace(/^whsec_/, ""))
  if (bytes === undefined || bytes.length < 24 || bytes.length > 64) {
    const message = "A secret is whsec_ and 24 to 64 bytes in base64"
    throw new WattkitError({ code: "INVALID_REQUEST", message })
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"])
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

const textOf = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const parse = (payload: string | Uint8Array): unknown => {
  const text = typeof payload === "string" ? payload : new TextDecoder().decode(payload)
  try {
    return JSON.parse(text)
  } catch {
    throw new WattkitError({ code: "INVALID_RESPONSE", message: "The payload is not JSON" })
  }
}

const invalid = (message: string): WattkitError => new WattkitError({ code: "INVALID_SIGNATURE", message })
