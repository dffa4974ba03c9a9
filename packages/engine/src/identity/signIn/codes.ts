import { type Instant, type KnownUser, type UserId } from "@wattkit/core"
import { Effect } from "effect"
import * as RecoveryCodes from "../RecoveryCodes.ts"
import { open } from "../seal.ts"
import * as Totp from "../Totp.ts"
import type { Tools } from "./tools.ts"

/** What the secret of an authenticator is sealed for. */
export const totpPurpose = "totp"

/** Whether a code can be one of an authenticator at all. */
const isTotpLike = (code: string): boolean => /^\s*\d{3}\s?\d{3}\s*$/.test(code)

/**
 * Makes what tells whether a code is right: of the authenticator, or one of the recovery codes. A code that
 * was right is used up in the same step, so that of two who show it at once one is let in.
 */
export const makeCodes = ({ people, secrets }: Pick<Tools, "people" | "secrets">) => {
  const left = Effect.fnUntraced(function* (known: KnownUser, code: string, now: Instant.Instant) {
    const { recoveryDigests, totpConfirmedAt, totpSealed, totpStep } = known.secrets
    if (totpSealed === null || totpConfirmedAt === null) return undefined
    if (!isTotpLike(code)) {
      const digests = yield* RecoveryCodes.use(recoveryDigests, code)
      return digests === undefined ? undefined : { recoveryDigests: digests }
    }
    const secret = yield* Effect.provideContext(open(totpPurpose, totpSealed, known.user.id), secrets)
    const step = yield* Totp.check(secret, code, now, totpStep)
    return step === undefined ? undefined : { totpStep: step }
  })

  return (id: UserId, code: string, now: Instant.Instant) =>
    people.change(
      id,
      Effect.fnUntraced(function* (known) {
        const change = yield* left(known, code, now)
        return change === undefined ? { answer: false } : { change: { secrets: change }, answer: true }
      })
    )
}
