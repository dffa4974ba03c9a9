import { Instant, type Principal } from "@wattkit/core"
import { Context, Effect } from "effect"
import { Throttled } from "../../identity/Throttle.ts"
import { Tally } from "../../identity/throttle/Tally.ts"

/** How many devices may be registered. */
export interface RegistrationLimit {
  /** By the persons of a tenant together, in any hour. */
  readonly perHour: number
}

/** What everybody starts with. */
export const usualRegistrations: RegistrationLimit = { perHour: 10 }

/** How many devices may be registered; a layer may say otherwise. */
export const registrationLimit = Context.Reference<RegistrationLimit>("@wattkit/engine/registrationLimit", {
  defaultValue: () => usualRegistrations
})

const hourMs = 3_600_000

/**
 * Makes what lets persons register so many devices in an hour. Programs are not counted: whoever sets up a
 * house of a hundred meters does it with a key, and a key that registers too much can be revoked. It counts
 * from the beginning of an attempt, so that many at once are no way around it, and in this process only.
 */
export const makeRegistrations = Effect.map(registrationLimit, ({ perHour }) => {
  const tally = new Tally({ most: perHour, withinMs: hourMs })
  return <A, E, R>({ by, tenantId }: Principal, register: Effect.Effect<A, E, R>) =>
    Effect.gen(function* (): Effect.fn.Return<A, E | Throttled, R> {
      if (by.kind !== "user") return yield* register
      const now = yield* Instant.now
      const retryAfterMs = tally.wait(tenantId, now)
      if (retryAfterMs > 0) return yield* new Throttled({ retryAfterMs })
      tally.count(tenantId, now)
      return yield* Effect.tapCause(register, () => Effect.sync(() => tally.takeBack(tenantId, now)))
    })
})
