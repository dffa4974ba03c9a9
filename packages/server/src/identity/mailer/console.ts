import { Mailer } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { StartError } from "../../StartError.ts"

/** Without what could move the cursor or colour the terminal, but in lines. */
const shown = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, "")

/**
 * Shows messages in the log instead of sending them, so that a developer can open the links in them. Whoever
 * reads a log of production must not become whoever the link is for, so there it does not start.
 */
export const layer = ({ environment }: { readonly environment: string }): Layer.Layer<Mailer, StartError> =>
  Layer.effect(
    Mailer,
    environment === "production"
      ? new StartError({
          message:
            "messages are shown in the log only where WATTKIT_ENVIRONMENT is something else than production."
        })
      : Effect.succeed({
          send: ({ subject, text, to }) =>
            Effect.logInfo(
              `not sent, as WATTKIT_SMTP_URL is not set: ${shown(`${subject}, to ${to}\n${text}`)}`
            )
        })
  )
