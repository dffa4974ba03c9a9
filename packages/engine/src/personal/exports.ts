import { Instant, type Job, type Principal, type StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { Audit } from "../audit/Audit.ts"
import type { Forbidden } from "../Forbidden.ts"
import { signedOf } from "../identity/signIn/people.ts"
import { Unauthenticated } from "../identity/Unauthenticated.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { personalExport } from "./personalExport.ts"

/** Has what is kept of people packed for them, while they do something else. */
export interface Exports {
  /** The job that makes the archive of the person who asks: one an hour, and within it always the same. */
  readonly beginExport: (
    principal: Principal
  ) => Effect.Effect<Job, Forbidden | Unauthenticated | StorageError>
}

const HOUR = 3_600_000

const gone = () => Effect.fail(new Unauthenticated({ message: "sign in again" }))

/** Makes what begins exports. */
export const makeExports = Effect.gen(function* () {
  const jobs = yield* Jobs
  const audit = yield* Audit
  return {
    beginExport: Effect.fn("Personal.beginExport")(
      function* (principal: Principal) {
        const { userId } = yield* signedOf(principal)
        const hour = Math.floor((yield* Instant.now) / HOUR)
        const key = `personal_export ${userId} ${hour}`
        yield* audit.record(principal, { action: "user.export", subject: `user ${userId}` })
        const job = yield* jobs.submit(principal, personalExport, { userId }, { key })
        // What was stopped or went wrong is wanted again.
        if (job.state !== "cancelled" && job.state !== "dead") return job
        return yield* Effect.catchTag(jobs.retry(principal, job.id), "InUse", () => Effect.succeed(job))
      },
      Effect.catchTag("NotFound", gone)
    )
  } satisfies Exports
})
