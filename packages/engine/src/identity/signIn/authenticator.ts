import { type HasherBusy, Instant, type Principal, type StorageError } from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import type { Forbidden } from "../../Forbidden.ts"
import { InUse } from "../../InUse.ts"
import { Invalid } from "../../Invalid.ts"
import { secondFactorOff, secondFactorOn } from "../mails/texts.ts"
import * as RecoveryCodes from "../RecoveryCodes.ts"
import { open, seal } from "../seal.ts"
import type { Throttled } from "../Throttle.ts"
import * as Totp from "../Totp.ts"
import type { Unauthenticated } from "../Unauthenticated.ts"
import { totpPurpose } from "./codes.ts"
import { makeProving } from "./passwords.ts"
import { signedOf } from "./people.ts"
import type { Tools } from "./tools.ts"

type Asking = Forbidden | Unauthenticated | StorageError
type Proving = Asking | Invalid | Throttled | HasherBusy

/** What an authenticator needs: the secret as it is typed, and the address that stands in a picture. */
export interface Enrolment {
  readonly secret: string
  readonly uri: string
}

/** The second factor of a person. */
export interface Authenticator {
  /** Makes a secret for an authenticator. It is asked for at sign-in only once it was confirmed. */
  readonly enrolTotp: (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) => Effect.Effect<Enrolment, Proving | InUse>
  /** Confirms it by a first code; answers the recovery codes, which nobody can learn again. */
  readonly confirmTotp: (
    principal: Principal,
    code: string
  ) => Effect.Effect<ReadonlyArray<string>, Asking | Invalid | InUse>
  readonly removeTotp: (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) => Effect.Effect<void, Proving>
}

const already = new InUse({ message: "there is an authenticator; remove it before you set up another" })
const nothing = new InUse({ message: "there is no authenticator that waits to be confirmed" })
const wrongCode = new Invalid({ field: "code", reason: "is not what the authenticator shows now" })

/** What an authenticator shows above its codes. */
const shownAs = "wattkit"

/** Makes the second factor of persons. */
export const makeAuthenticator = (tools: Tools): Authenticator => {
  const { linkTo, mail, note, people, secrets } = tools
  const proven = makeProving(tools)

  const enrolTotp = Effect.fn("Identity.enrolTotp")(function* (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) {
    const { known } = yield* proven(principal, password, ip)
    const { email, id } = known.user
    const secret = Totp.make()
    const totpSealed = yield* Effect.provideContext(seal(totpPurpose, secret, id), secrets)
    yield* people.change(id, ({ secrets }) =>
      secrets.totpConfirmedAt === null
        ? Effect.succeed({ change: { secrets: { totpSealed, totpStep: 0 } }, answer: 0 })
        : Effect.fail(already)
    )
    return { secret: Totp.base32(secret), uri: Totp.uri(secret, shownAs, email) }
  })

  const confirmTotp = Effect.fn("Identity.confirmTotp")(function* (principal: Principal, code: string) {
    const signed = yield* signedOf(principal)
    const now = yield* Instant.now
    const codes = RecoveryCodes.make()
    const recoveryDigests = yield* RecoveryCodes.digestsOf(codes)
    const email = yield* people.change(
      signed.userId,
      Effect.fnUntraced(function* ({ secrets: kept, user }) {
        if (kept.totpSealed === null || kept.totpConfirmedAt !== null) return yield* nothing
        const secret = yield* Effect.provideContext(open(totpPurpose, kept.totpSealed, user.id), secrets)
        const step = yield* Totp.check(secret, code, now, kept.totpStep)
        if (step === undefined) return yield* wrongCode
        const change = { secrets: { totpConfirmedAt: now, totpStep: step, recoveryDigests } }
        return { change, answer: user.email }
      })
    )
    yield* note(signed, { action: "user.second_factor", before: { is: "off" }, after: { is: "on" } })
    yield* mail(email, secondFactorOn(linkTo("forgot-password")))
    return codes
  })

  const removeTotp = Effect.fn("Identity.removeTotp")(function* (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) {
    const { known, signed } = yield* proven(principal, password, ip)
    const gone = { totpSealed: null, totpConfirmedAt: null, recoveryDigests: [] }
    const wasOn = yield* people.change(known.user.id, ({ secrets }) =>
      Effect.succeed({ change: { secrets: gone }, answer: secrets.totpConfirmedAt !== null })
    )
    if (!wasOn) return
    yield* note(signed, { action: "user.second_factor", before: { is: "on" }, after: { is: "off" } })
    yield* mail(known.user.email, secondFactorOff(linkTo("forgot-password")))
  })

  return { enrolTotp, confirmTotp, removeTotp }
}
