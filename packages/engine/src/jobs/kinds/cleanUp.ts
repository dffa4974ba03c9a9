import {
  IdempotencyStore,
  idempotencyKeptMs,
  Instant,
  JobStore,
  NotificationStore,
  type StorageError
} from "@wattkit/core"
import { Effect, Schema } from "effect"
import { Erasures } from "../../personal/Erasures.ts"
import { archiveKeptMs } from "../../personal/personalExport.ts"
import { handleDaily, type JobKind } from "../JobKind.ts"

/** What is older than it is kept is given up, once a day. */
export const cleanUp: JobKind<null> = {
  name: "clean_up",
  queue: "upkeep",
  payload: Schema.Null,
  maxAttempts: 10,
  backOffMs: 60_000
}

const DAY = 86_400_000

/** For so many days jobs are kept after they finished, and notifications after they were made. */
export const workKeptDays = { jobs: 30, notifications: 90 } as const

/** Who registered and has not confirmed the address for so many days may register anew. */
const unconfirmedDays = 7

/** So many are given up at once, so that nobody waits for a lock for long. */
const together = 1_000

type Forget = (before: Instant.Instant, limit: number) => Effect.Effect<number, StorageError>

/** Gives up everything before an instant, some at a time. */
const all = Effect.fnUntraced(function* (forget: Forget, before: Instant.Instant) {
  let forgotten = 0
  for (;;) {
    const some = yield* forget(before, together)
    forgotten += some
    if (some < together) return forgotten
    yield* Effect.yieldNow
  }
})

/** Makes what gives up requests, files, jobs, notifications and registrations that are kept no longer. */
export const makeCleanUp = Effect.gen(function* () {
  const requests = yield* IdempotencyStore
  const jobs = yield* JobStore
  const notifications = yield* NotificationStore
  const { eraseUnconfirmed } = yield* Erasures
  const steps: ReadonlyArray<readonly [name: string, forget: Forget, keptMs: number]> = [
    ["requests", requests.forget, idempotencyKeptMs],
    ["files", jobs.forgetParts, archiveKeptMs],
    ["jobs", jobs.forget, workKeptDays.jobs * DAY],
    ["notifications", notifications.forget, workKeptDays.notifications * DAY]
  ]
  return handleDaily(cleanUp, 2, (_, { progress }) =>
    Effect.gen(function* () {
      const now = yield* Instant.now
      const forgotten: Record<string, number> = {}
      for (const [index, [name, forget, keptMs]] of steps.entries()) {
        forgotten[name] = yield* all(forget, Instant.plus(now, -keptMs))
        yield* progress((100 * (index + 1)) / (steps.length + 1))
      }
      forgotten["registrations"] = yield* eraseUnconfirmed(Instant.plus(now, -unconfirmedDays * DAY))
      return forgotten
    })
  )
})
