import {
  bearerName,
  type Email,
  type KnownUser,
  Mailer,
  PasswordHasher,
  type Principal,
  type ServerSecret,
  type TenantId,
  type UserId
} from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { Audit, type Deed } from "../../audit/Audit.ts"
import { Invalid } from "../../Invalid.ts"
import { type NotificationDraft, Notifications } from "../../notifications/Notifications.ts"
import { mailOf, type MailText } from "../mails/MailText.ts"
import { normalPassword, passwordFaults } from "../passwordRules.ts"
import { identitySettings } from "../settings.ts"
import { type Caller, Throttle } from "../Throttle.ts"
import { makeLater } from "./later.ts"
import { makeOneTimes } from "./oneTimes.ts"
import { makePeople, type Signed } from "./people.ts"

/** A person as the audit log names them. */
export const personName = (id: UserId): string => `user ${id}`

/** No password that anybody has is longer, however it was typed. */
const longestTyped = 1024

/** A password that may be used, in the form it is hashed in. */
export const goodPassword = (
  typed: Redacted.Redacted,
  email?: Email
): Effect.Effect<Redacted.Redacted, Invalid> => {
  const faults = passwordFaults(Redacted.value(typed), email)
  return faults.length === 0
    ? Effect.succeed(Redacted.make(normalPassword(Redacted.value(typed))))
    : Effect.fail(new Invalid({ field: "password", reason: faults.join(", ") }))
}

type News = Pick<NotificationDraft, "kind" | "title" | "text" | "data">

/** Makes what tells a person after the answer what happened to their sign-in; in no tenant nobody sees it. */
const makeTelling =
  (
    notify: Notifications["Service"]["notify"],
    later: Effect.Success<typeof makeLater>,
    { memberOf }: Effect.Success<typeof makePeople>
  ) =>
  (id: UserId, tenantId: TenantId | undefined, said: News) =>
    later(
      "a notification",
      Effect.gen(function* () {
        const where = tenantId ?? (yield* memberOf(id))[0]?.tenantId
        if (where !== undefined) yield* notify({ tenantId: where, userId: id, ...said })
      })
    )

/** Makes what every part of signing in works with. */
export const makeTools = Effect.gen(function* () {
  const hasher = yield* PasswordHasher
  const mailer = yield* Mailer
  const throttle = yield* Throttle
  const audit = yield* Audit
  const { notify } = yield* Notifications
  const settings = yield* identitySettings
  const secrets = yield* Effect.context<ServerSecret>()
  const later = yield* makeLater
  const people = yield* makePeople
  const oneTimes = yield* makeOneTimes

  /**
   * Whether a password is somebody's, unless too many wrong ones came before. It takes as long for nobody
   * as for somebody.
   */
  const prove = (caller: Caller, typed: Redacted.Redacted, known: KnownUser | undefined) =>
    Effect.gen(function* () {
      const text = Redacted.value(typed)
      if (text.length > longestTyped)
        return yield* new Invalid({ field: "password", reason: "is too long for a password" })
      const password = Redacted.make(normalPassword(text))
      const look = hasher.verify(password, known?.secrets.passwordHash ?? null)
      const verdict = yield* throttle.guard(caller, look, ({ isRight }) => isRight)
      return { ...verdict, normal: password }
    })

  /** Writes down what a person did with their own sign-in; in no tenant nobody would see it. */
  const record = Effect.fnUntraced(function* (
    id: UserId,
    tenantId: TenantId | undefined,
    deed: Omit<Deed, "subject">
  ) {
    const where = tenantId ?? (yield* people.memberOf(id))[0]?.tenantId
    if (where !== undefined)
      yield* audit.recordBy(where, personName(id), { subject: personName(id), ...deed })
  })

  return {
    tell: makeTelling(notify, later, people),
    hasher,
    throttle,
    audit,
    settings,
    secrets,
    later,
    people,
    oneTimes,
    prove,
    record,
    /** Writes down what a signed-in person changed of their own. */
    note: ({ by, tenantId, userId }: Signed, deed: Omit<Deed, "subject">) =>
      audit.recordBy(tenantId, bearerName(by satisfies Principal["by"]), {
        subject: personName(userId),
        ...deed
      }),
    /** Sends a message after the answer. */
    mail: (to: Email, text: MailText) => later("a message", mailer.send(mailOf(to, text))),
    send: (to: Email, text: MailText) => mailer.send(mailOf(to, text)),
    /** An address in the dashboard; what follows the `#` is sent to no server and stands in no log. */
    linkTo: (what: string, secret?: string): string =>
      `${settings.publicUrl}/${what === "" ? "" : `#${what}`}${secret === undefined ? "" : `=${secret}`}`
  }
})

export type Tools = Effect.Success<typeof makeTools>
