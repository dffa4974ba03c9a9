import { assert } from "@effect/vitest"
import {
  Instant,
  type Job,
  type JobDraft,
  JobId,
  JobStore,
  type JobQueue,
  NotificationId,
  type TenantId
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { at, freshApiKeyId } from "../registered.ts"

const DAY = 86_400_000

let begun = 0

/**
 * An instant 40 days before the one of the check before: what is due for a check is nobody's of an earlier
 * one, so that all of them can share a database in which workers see everything.
 */
export const freshTime = (): Instant.Instant => Instant.plus(at(0), -40 * DAY * ++begun)

/** The id of no job yet; those that are made later sort after it. */
export const freshJobId = (): JobId => JobId.make(freshApiKeyId("job"))

/** The id of no notification yet; those that are made later sort after it. */
export const freshNotificationId = (): NotificationId => NotificationId.make(freshApiKeyId("note"))

/** A job that is not added yet. */
export const jobOf = (
  tenantId: TenantId | null,
  when: Instant.Instant,
  over: Partial<JobDraft> = {}
): JobDraft => ({
  id: freshJobId(),
  tenantId,
  userId: null,
  by: "key key_1",
  queue: "reports",
  kind: "test",
  payload: null,
  priority: "normal",
  maxAttempts: 3,
  backOffMs: 1_000,
  runAt: when,
  createdAt: when,
  ...over
})

/** Adds a job, and answers it as it is kept. */
export const addJob = Effect.fnUntraced(function* (
  tenantId: TenantId | null,
  when: Instant.Instant,
  over: Partial<JobDraft> = {}
) {
  return (yield* (yield* JobStore).add(jobOf(tenantId, when, over))).job
})

let workers = 0

/** Takes jobs as a worker that nobody was before. */
export const claim = Effect.fnUntraced(function* (
  now: Instant.Instant,
  { limit = 100, queues = ["reports"] }: { limit?: number; queues?: ReadonlyArray<JobQueue> } = {}
) {
  const worker = `worker-${++workers}`
  const jobs = yield* (yield* JobStore).claim({ queues, worker, now, leaseMs: 30_000, limit })
  return { worker, jobs }
})

/** Takes the one job that is due. */
export const claimOne = Effect.fnUntraced(function* (now: Instant.Instant) {
  const { jobs, worker } = yield* claim(now)
  assert.strictEqual(jobs.length, 1)
  const job: Job = jobs[0]!
  return { job, hold: { id: job.id, worker } }
})
