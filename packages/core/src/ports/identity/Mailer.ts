import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Email } from "../../model/identity/Email.ts"

/** A message to a person. Both texts say the same. */
export interface Mail {
  readonly to: Email
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
}

/** The message is not on its way; whether to try again later, `isTemporary` tells. */
export class MailError extends Schema.TaggedError<MailError>()("MailError", {
  message: Schema.String,
  isTemporary: Schema.Boolean
}) {}

/** Sends e-mail. It succeeds when the next server has taken the message over. */
export interface Mailer {
  readonly send: (mail: Mail) => Effect.Effect<void, MailError>
}

/** The key of the Mailer service. */
export const Mailer = Context.Service<Mailer>("@wattkit/core/Mailer")
