import { Mailer, MailError } from "@wattkit/core"
import { Effect, Layer } from "effect"
import type { ServerConfig } from "../../config.ts"
import type { StartError } from "../../StartError.ts"
import * as Console from "./console.ts"
import * as Smtp from "./smtp.ts"

const nowhere = new MailError({
  message: "no mail is sent: set WATTKIT_SMTP_URL and WATTKIT_MAIL_FROM",
  isTemporary: false
})

/** What a server does that runs for good and was told of no mail server: it says so with every message. */
const layerNowhere: Layer.Layer<Mailer> = Layer.succeed(Mailer, { send: () => Effect.fail(nowhere) })

/** Sends as the configuration says; without a mail server, a developer's server shows messages in its log. */
export const layer = ({
  environment,
  identity
}: Pick<ServerConfig, "environment" | "identity">): Layer.Layer<Mailer, StartError> => {
  if (identity.smtp !== undefined) return Smtp.layer(identity.smtp)
  return environment === "production" ? layerNowhere : Console.layer({ environment })
}
