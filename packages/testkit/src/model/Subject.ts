import type {
  DeviceStore,
  LocationStore,
  ReadingStore,
  StorageError,
  StorageUpkeep,
  TenantStore,
  UsageStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** The stores a sequence needs. */
export type Stores = DeviceStore | LocationStore | ReadingStore | StorageUpkeep | TenantStore | UsageStore

/** Stores under test, which can be closed, opened again and killed between two things that are done. */
export interface Subject {
  /** Does something with the stores as they are open now. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Stores>) => Effect.Effect<A, E | StorageError>
  /** Closes the stores and opens them again, as an orderly restart does. */
  readonly reopen: Effect.Effect<void>
  /** Ends everything below the stores at once and starts it again; it comes back in its own time. */
  readonly kill: Effect.Effect<void>
}

const isUnavailable = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "StorageError"

/** Does something until the stores are there, and says whether it had to be done again. */
export const insist = <A, E>(
  subject: Subject,
  effect: Effect.Effect<A, E, Stores>
): Effect.Effect<{ readonly value: A; readonly isRepeated: boolean }, E | StorageError> => {
  let tries = 0
  return Effect.suspend(() => {
    tries++
    return subject.run(effect)
  }).pipe(
    Effect.retry({
      while: isUnavailable,
      schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 400 }))
    }),
    Effect.map((value) => ({ value, isRepeated: tries > 1 }))
  )
}
