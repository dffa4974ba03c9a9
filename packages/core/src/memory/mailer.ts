import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Email } from "../model/identity/Email.ts"
import { type Mail, Mailer, MailError } from "../ports/identity/Mailer.ts"

/** The messages that were sent, the oldest first. */
export interface Outbox {
  readonly sent: Effect.Effect<ReadonlyArray<Mail>>
}

/** The key of the Outbox service. */
export const Outbox = Context.Service<Outbox>("@wattkit/core/Outbox")

const isEmail = Schema.is(Email)

const isSendable = ({ subject, to }: Mail): boolean => isEmail(to) && !/\p{Cc}/u.test(subject)

/** Keeps messages instead of sending them. */
export const layer: Layer.Layer<Mailer | Outbox> = Layer.effectContext(
  Effect.sync(() => {
    const sent: Array<Mail> = []
    const send: Mailer["send"] = (mail) => {
      if (isSendable(mail)) return Effect.sync(() => void sent.push(mail))
      return Effect.fail(new MailError({ message: "the message would break its header", isTemporary: false }))
    }
    return Context.make(Mailer, { send }).pipe(Context.add(Outbox, { sent: Effect.sync(() => [...sent]) }))
  })
)
