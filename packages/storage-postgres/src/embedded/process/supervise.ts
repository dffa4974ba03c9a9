import { Effect, SubscriptionRef } from "effect"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"
import { pause } from "./osProcess.ts"
import type { Postmaster } from "./postmaster.ts"

/** How the server is at this moment. */
export interface ServerStatus {
  readonly ready: boolean
  readonly pid: number
  /** How often the server has been started again since it was first up. */
  readonly restarts: number
}

/** How long to wait before the nth start in a row: from a fifth of a second up to half a minute. */
export const backoffMs = (inARow: number): number => Math.min(30_000, 200 * 2 ** Math.min(inARow, 10))

const steadyMs = 60_000

/** Keeps the server up: whenever it ends, starts it again, and goes on trying while that fails. */
export const supervise = (
  first: Postmaster,
  status: SubscriptionRef.SubscriptionRef<ServerStatus>,
  launchAgain: Effect.Effect<Postmaster, EmbeddedPostgresError>
): Effect.Effect<never> =>
  Effect.gen(function* () {
    let server = first
    let inARow = 0
    while (true) {
      const since = Date.now()
      yield* server.exited
      yield* SubscriptionRef.update(status, (now) => ({ ...now, ready: false }))
      yield* Effect.logWarning(`PostgreSQL (pid ${server.pid}) ended by itself; starting it again`)
      if (Date.now() - since > steadyMs) inARow = 0
      while (true) {
        yield* pause(backoffMs(inARow))
        inARow += 1
        const outcome = yield* Effect.result(launchAgain)
        if (outcome._tag === "Success") {
          server = outcome.success
          break
        }
        yield* Effect.logError(outcome.failure.message)
      }
      const { pid } = server
      yield* SubscriptionRef.update(status, (now) => ({ ready: true, pid, restarts: now.restarts + 1 }))
    }
  })
