import { Email, normalEmail } from "@wattkit/core"
import { Config, Effect, Option, Redacted, Schema } from "effect"
import { type Setting, wrong } from "../Setting.ts"
import { StartError } from "../StartError.ts"
import type { Sender } from "./mailer/message.ts"
import { parse, type SmtpOptions } from "./mailer/SmtpOptions.ts"
import { breaksLine } from "./mailer/headers.ts"
import { weaknessOf } from "./weakness.ts"

/** Every setting of signing in. */
export const identitySettings = {
  secret: {
    name: "WATTKIT_SECRET",
    flag: undefined,
    standard: undefined,
    purpose:
      "The secret of the installation: 32 random bytes or more as base64url, the same for all servers of a " +
      "database. With the embedded database it is made at the first start."
  },
  smtpUrl: {
    name: "WATTKIT_SMTP_URL",
    flag: undefined,
    standard: undefined,
    purpose:
      "The server that mail is handed to: smtp://user:password@host:587, which is encrypted by STARTTLS, " +
      "or smtps://…; ?tls=off for one in a trusted network, without a password."
  },
  mailFrom: {
    name: "WATTKIT_MAIL_FROM",
    flag: undefined,
    standard: undefined,
    purpose: "Who mail is from: no-reply@example.com, or a name and <no-reply@example.com>."
  },
  registration: {
    name: "WATTKIT_REGISTRATION",
    flag: undefined,
    standard: undefined,
    purpose:
      "open: everybody may register and gets a tenant of their own; closed: who comes in was invited. " +
      "Closed by default where WATTKIT_ENVIRONMENT is production, open elsewhere."
  },
  sessionDays: {
    name: "WATTKIT_SESSION_DAYS",
    flag: undefined,
    standard: "7",
    purpose:
      "After how many days without being used a session is over; 90 days after the sign-in it always is."
  }
} as const satisfies Record<string, Setting>

/** The settings of signing in, read and checked. */
export interface IdentityConfig {
  /** Base64url; undefined where none was set. */
  readonly secret: Redacted.Redacted | undefined
  /** Where mail is handed over; undefined for nowhere. */
  readonly smtp: SmtpOptions | undefined
  /** Undefined where the environment decides. */
  readonly registration: "open" | "closed" | undefined
  readonly sessionDays: number
}

const optional = <A>(config: Config.Config<A>) => Config.map(Config.option(config), Option.getOrUndefined)

/** What the environment says. */
export const identityRaw = Config.all({
  secret: optional(Config.Redacted(identitySettings.secret.name)),
  smtpUrl: optional(Config.Redacted(identitySettings.smtpUrl.name)),
  mailFrom: optional(Config.String(identitySettings.mailFrom.name)),
  registration: optional(Config.String(identitySettings.registration.name)),
  sessionDays: Config.String(identitySettings.sessionDays.name).pipe(
    Config.withDefault(identitySettings.sessionDays.standard)
  )
})

type Given = Config.Success<typeof identityRaw>

const isEmail = Schema.is(Email)

const senderOf = (text: string): Sender | undefined => {
  const [, name = "", bracketed] = /^([^<>]*)<([^<>]+)>$/.exec(text.trim()) ?? []
  const email = normalEmail(bracketed ?? text)
  const plain = name.trim().replace(/^"(.*)"$/, "$1")
  return isEmail(email) && !breaksLine(plain) ? { name: plain, email } : undefined
}

/** The values of these are not repeated in what is said about them: they hold passwords. */
const smtpOf = Effect.fnUntraced(function* ({ mailFrom, smtpUrl }: Given) {
  if (smtpUrl === undefined) return undefined
  if (mailFrom === undefined) {
    return yield* new StartError({
      message: "WATTKIT_SMTP_URL needs WATTKIT_MAIL_FROM: the address that mail is from."
    })
  }
  const sender = senderOf(mailFrom)
  if (sender === undefined) {
    return yield* wrong(identitySettings.mailFrom, mailFrom, "such as Wattkit <no-reply@example.com>")
  }
  const server = parse(Redacted.value(smtpUrl))
  if (server !== undefined) return { ...server, sender } satisfies SmtpOptions as SmtpOptions
  return yield* new StartError({
    message:
      "WATTKIT_SMTP_URL must be such as smtp://user:password@host:587 or smtps://user:password@host, " +
      "characters like @ in the password written as %40; ?tls=off only without a password."
  })
})

const secretOf = Effect.fnUntraced(function* ({ secret }: Given) {
  const weakness = secret === undefined ? undefined : weaknessOf(Redacted.value(secret))
  if (weakness === undefined) return secret
  return yield* new StartError({
    message: `WATTKIT_SECRET ${weakness}. Make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d =`
  })
})

/** No session lasts longer, however often it is used. */
const mostDays = 90

const sessionsOf = Effect.fnUntraced(function* ({ registration, sessionDays }: Given) {
  if (registration !== undefined && registration !== "open" && registration !== "closed")
    return yield* wrong(identitySettings.registration, registration, "open or closed")
  const days = /^\d{1,2}$/.test(sessionDays) ? Number(sessionDays) : 0
  if (days >= 1 && days <= mostDays) return { registration, sessionDays: days } as const
  return yield* wrong(identitySettings.sessionDays, sessionDays, `a whole number from 1 to ${mostDays}`)
})

/** Checks them. */
export const identityConfigOf = Effect.fnUntraced(function* (given: Given) {
  const config: IdentityConfig = {
    secret: yield* secretOf(given),
    smtp: yield* smtpOf(given),
    ...(yield* sessionsOf(given))
  }
  return config
})
