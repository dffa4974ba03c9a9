import { randomBytes } from "node:crypto"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** What one endpoint's webhooks are signed with: `whsec_` and 24 to 64 bytes in base64. */
export type WebhookSecret = Redacted.Redacted<string> & { readonly WebhookSecret: unique symbol }

/** The text is no secret; the message says what one is, and nothing of the text. */
export class InvalidWebhookSecret extends Schema.TaggedError<InvalidWebhookSecret>()("InvalidWebhookSecret", {
  message: Schema.String
}) {}

const prefix = "whsec_"
const [fewest, most] = [24, 64]

const secretOf = (text: string): WebhookSecret =>
  Redacted.make(text, { label: "WebhookSecret" }) as WebhookSecret

/** Makes a secret of 32 random bytes, or as many as said. */
export const makeWebhookSecret = (bytes = 32): Result.Result<WebhookSecret, InvalidWebhookSecret> =>
  Number.isInteger(bytes) && bytes >= fewest && bytes <= most
    ? Result.succeed(secretOf(prefix + randomBytes(bytes).toString("base64")))
    : invalid

/** Reads a secret; only the one spelling that base64 has for its bytes is taken. */
export const parseWebhookSecret = (text: string): Result.Result<WebhookSecret, InvalidWebhookSecret> => {
  const encoded = text.slice(prefix.length)
  const bytes = Buffer.from(encoded, "base64")
  const isSecret =
    text.startsWith(prefix) &&
    bytes.length >= fewest &&
    bytes.length <= most &&
    bytes.toString("base64") === encoded
  return isSecret ? Result.succeed(secretOf(text)) : invalid
}

const invalid = Result.fail(
  new InvalidWebhookSecret({
    message: `A secret is ${prefix} and ${fewest} to ${most} bytes in base64; have one made`
  })
)

/** The bytes of a secret. */
export const keyOf = (secret: WebhookSecret): Uint8Array =>
  Buffer.from(Redacted.value(secret).slice(prefix.length), "base64")
