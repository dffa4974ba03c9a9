import { createHmac } from "node:crypto"
import type { Instant } from "@wattkit/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { keyOf, type WebhookSecret } from "./WebhookSecret.ts"

/** The webhook cannot be sent as it is; the message says what to change. */
export class InvalidWebhook extends Schema.TaggedError<InvalidWebhook>()("InvalidWebhook", {
  reason: Schema.Literals(["id", "payload"]),
  message: Schema.String
}) {}

/** What is signed. */
export interface Webhook {
  /** The same for every attempt to deliver it, so that the receiver knows it again. */
  readonly id: string
  /** JSON, signed and sent as it stands here. */
  readonly payload: string
  /** One, or the new and the old while one replaces the other: a receiver with either is content. */
  readonly secrets: readonly [WebhookSecret, WebhookSecret?]
}

/** The headers by which a receiver knows who sent a webhook, and when. */
export interface WebhookHeaders {
  readonly "webhook-id": string
  readonly "webhook-timestamp": string
  readonly "webhook-signature": string
}

/** So many bytes has a payload at most; what is larger is fetched by the receiver. */
export const mostWebhookBytes = 20_000

/** Signs a webhook as Standard Webhooks has it, at the instant of this attempt. */
export const signWebhook = (
  { id, payload, secrets }: Webhook,
  at: Instant.Instant
): Result.Result<WebhookHeaders, InvalidWebhook> => {
  // A full stop would let one id and time be read as another.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) {
    return refuse("id", "An id is 1 to 64 characters of A-Z a-z 0-9 _ -")
  }
  const bytes = Buffer.from(payload)
  if (bytes.length >= mostWebhookBytes) {
    const message = `The payload has ${bytes.length} bytes and must have fewer than ${mostWebhookBytes}`
    return refuse("payload", `${message}; send what it is about, and have the rest fetched`)
  }
  const seconds = String(Math.floor(at / 1000))
  const signatures = secrets
    .filter((secret) => secret !== undefined)
    .map((secret) => createHmac("sha256", keyOf(secret)).update(`${id}.${seconds}.`).update(bytes))
  return Result.succeed({
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": signatures.map((one) => `v1,${one.digest("base64")}`).join(" ")
  })
}

const refuse = (reason: InvalidWebhook["reason"], message: string) =>
  Result.fail(new InvalidWebhook({ reason, message }))
