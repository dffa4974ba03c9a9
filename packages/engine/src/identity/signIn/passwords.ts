import { type HasherBusy, Instant, type Principal, SessionStore, type StorageError } from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import type { Invalid } from "../../Invalid.ts"
import { passwordChanged, resetPassword } from "../mails/texts.ts"
import type { Throttled } from "../Throttle.ts"
import type { Unauthenticated } from "../Unauthenticated.ts"
import { newPassword } from "./news.ts"
import { emailOf, signedOf } from "./people.ts"
import { goodPassword, type Tools } from "./tools.ts"

type Proving = Forbidden | Unauthenticated | Invalid | Throttled | HasherBusy | StorageError

/** A password that is left behind, and the one that follows it. */
export interface NewPassword {
  readonly current: Redacted.Redacted
  readonly next: Redacted.Redacted
}

/** How passwords are changed. */
export interface Passwords {
  /** Succeeds alike whether the address is known or not; only who reads its mail can tell. */
  readonly forgot: (email: string) => Effect.Effect<void, Invalid | Throttled | StorageError>
  /** Sets a password with the secret of a message, confirms the address by it, and ends all sessions. */
  readonly reset: (
    secret: string,
    password: Redacted.Redacted
  ) => Effect.Effect<void, Invalid | Unauthenticated | HasherBusy | StorageError>
  /** Changes the password of somebody signed in, and ends all their other sessions. */
  readonly changePassword: (
    principal: Principal,
    passwords: NewPassword,
    ip: string
  ) => Effect.Effect<void, Proving>
}

const wrongPassword = new Forbidden({ message: "the password is wrong" })

/** Makes what asks somebody who is signed in for their password once more. */
export const makeProving = ({ people, prove, record }: Tools) =>
  Effect.fnUntraced(function* (principal: Principal, password: Redacted.Redacted, ip: string) {
    const signed = yield* signedOf(principal)
    const known = yield* people.byId(signed.userId)
    const { isRight } = yield* prove({ address: known.user.email, ip }, password, known)
    if (isRight) return { signed, known }
    yield* record(signed.userId, signed.tenantId, { action: "user.password_failed" })
    return yield* wrongPassword
  })

/** Makes how passwords are changed. */
export const makePasswords = Effect.fnUntraced(function* (tools: Tools) {
  const { hasher, later, linkTo, mail, note, oneTimes, people, record, send, tell, throttle } = tools
  const sessions = yield* SessionStore
  const proven = makeProving(tools)

  const forgot = Effect.fn("Identity.forgot")(function* (typed: string) {
    const email = yield* emailOf(typed)
    const known = yield* people.byEmail(email)
    yield* throttle.mail(`forgot ${email}`)
    if (known === undefined || known.user.disabledAt !== null) return yield* later("nothing", Effect.void)
    const tell = Effect.flatMap(oneTimes.give("reset_password", known.user.id), (secret) =>
      send(email, resetPassword(linkTo("reset-password", secret)))
    )
    yield* later("a message to choose a password", tell)
  })

  const reset: Passwords["reset"] = (secret, typed) =>
    oneTimes.use(
      secret,
      "reset_password",
      Effect.fnUntraced(function* ({ userId }) {
        const now = yield* Instant.now
        const { user } = yield* people.byId(userId)
        const passwordHash = yield* hasher.hash(yield* goodPassword(typed, user.email))
        yield* people.change(userId, (known) => {
          const verifiedAt = known.user.verifiedAt ?? now
          return Effect.succeed({ change: { user: { verifiedAt }, secrets: { passwordHash } }, answer: 0 })
        })
        yield* sessions.endAll(userId, now)
        yield* record(userId, undefined, { action: "user.reset_password" })
        yield* mail(user.email, passwordChanged(linkTo("forgot-password")))
        yield* tell(userId, undefined, newPassword)
      })
    )

  const changePassword = Effect.fn("Identity.changePassword")(function* (
    principal: Principal,
    { current, next }: NewPassword,
    ip: string
  ) {
    const { known, signed } = yield* proven(principal, current, ip)
    const { email, id } = known.user
    const passwordHash = yield* hasher.hash(yield* goodPassword(next, email))
    yield* people.change(id, () => Effect.succeed({ change: { secrets: { passwordHash } }, answer: 0 }))
    yield* sessions.endAll(id, yield* Instant.now, signed.by.sessionId)
    yield* note(signed, { action: "user.password" })
    yield* mail(email, passwordChanged(linkTo("forgot-password")))
    yield* tell(id, signed.tenantId, newPassword)
  })

  return { forgot, reset, changePassword } satisfies Passwords
})
