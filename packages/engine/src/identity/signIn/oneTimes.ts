import {
  Instant,
  type OneTime,
  type OneTimePurpose,
  OneTimeStore,
  type StorageError,
  type TenantId,
  type UserId
} from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../../Invalid.ts"
import { digestOf, isSpelt, spell } from "../../secret.ts"

const prefix = "wk_ot_"
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** For how long a secret of each purpose works. */
export const oneTimeLifeMs: { readonly [purpose in OneTimePurpose]: number } = {
  verify_email: 24 * HOUR,
  reset_password: 30 * MINUTE,
  second_factor: 5 * MINUTE,
  invite: 7 * 24 * HOUR
}

const worthless = new Invalid({
  field: "secret",
  reason: "is unknown, was used already or is too old; ask for a new one"
})

/** Makes what gives out secrets that work once, and takes them back. */
export const makeOneTimes = Effect.gen(function* () {
  const store = yield* OneTimeStore

  const give = Effect.fnUntraced(function* (
    purpose: OneTimePurpose,
    userId: UserId,
    tenantId: TenantId | null = null
  ) {
    const secret = spell(prefix, crypto.getRandomValues(new Uint8Array(32)))
    const digest = yield* Effect.promise(() => digestOf(secret))
    const expiresAt = Instant.plus(yield* Instant.now, oneTimeLifeMs[purpose])
    yield* store.put({ digest, purpose, userId, tenantId, expiresAt })
    return secret
  })

  const take = Effect.fnUntraced(function* (secret: string, purpose: OneTimePurpose) {
    if (!isSpelt(prefix, secret)) return undefined
    const digest = yield* Effect.promise(() => digestOf(secret))
    return yield* store.take(digest, purpose, yield* Instant.now)
  })

  /** Uses a secret up, unless what it is used for fails: then it may be tried again. */
  const use = <A, E>(
    secret: string,
    purpose: OneTimePurpose,
    work: (oneTime: OneTime) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Invalid | StorageError> =>
    Effect.flatMap(take(secret, purpose), (oneTime): Effect.Effect<A, E | Invalid> => {
      if (oneTime === undefined) return Effect.fail(worthless)
      return Effect.onError(work(oneTime), () => Effect.ignore(store.put(oneTime)))
    })

  return { give, take, use, putBack: store.put }
})
