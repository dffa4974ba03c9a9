import * as Schema from "effect/Schema"
import * as Instant from "../../time/Instant.ts"
import type { JobId, TenantId, UserId } from "../ids.ts"

/** The queues there are; how many jobs of one run at the same time is said for each queue. */
export const jobQueues = [
  "energy_processing",
  "analytics_processing",
  "notifications",
  "reports",
  "webhooks",
  "connectors",
  "upkeep"
] as const

/** Where a job waits. */
export const JobQueue = Schema.Literals(jobQueues)
export type JobQueue = typeof JobQueue.Type

/** Which of the jobs that wait in a queue is begun first. */
export const JobPriority = Schema.Literals(["high", "normal", "low"])
export type JobPriority = typeof JobPriority.Type

/**
 * What has become of a job. `queued` waits for its time and a worker; `failed` waits too, for another attempt
 * after one that failed. `succeeded`, `dead` and `cancelled` are the end; `dead` has failed too often, or in
 * a way that another attempt would not mend, and is begun again only by hand.
 */
export const JobState = Schema.Literals(["queued", "running", "succeeded", "failed", "dead", "cancelled"])
export type JobState = typeof JobState.Type

/** Why an attempt failed: a word for programs, and a sentence for people. */
export interface JobError {
  readonly code: string
  readonly message: string
}

/** What somebody wants done in the background. */
export interface JobDraft {
  readonly id: JobId
  /** Null for what the server does for itself, over all tenants. */
  readonly tenantId: TenantId | null
  /** Whose job it is; it goes when that person goes. Null for a program or the server. */
  readonly userId: UserId | null
  /** Who submitted it, as the audit log names them. */
  readonly by: string
  readonly queue: JobQueue
  readonly kind: string
  /** JSON, as its kind says. */
  readonly payload: unknown
  readonly priority: JobPriority
  /** So often it is attempted before it is dead. */
  readonly maxAttempts: number
  /** The wait before the second attempt; doubled before each that follows, up to an hour. */
  readonly backOffMs: number
  /** It is not begun before. */
  readonly runAt: Instant.Instant
  readonly createdAt: Instant.Instant
}

/** Something done in the background, and what has become of it. */
export interface Job extends JobDraft {
  readonly state: JobState
  /** How often it was begun; what a worker handed back does not count. */
  readonly attempts: number
  /** How much of it is done, from 0 to 100. */
  readonly progress: number
  /** JSON; null until it succeeded. */
  readonly result: unknown
  /** Of the last attempt that failed. */
  readonly error: JobError | null
  readonly startedAt: Instant.Instant | null
  readonly finishedAt: Instant.Instant | null
  /** Who runs it, and until when that is believed without another sign of life. */
  readonly lease: { readonly worker: string; readonly until: Instant.Instant } | null
  /** Somebody wants it to stop; the worker that runs it is told. */
  readonly isCancelAsked: boolean
}

/** Whether nothing will happen to a job any more by itself. */
export const isFinished = ({ state }: Pick<Job, "state">): boolean =>
  state === "succeeded" || state === "dead" || state === "cancelled"

/** No wait for another attempt is longer. */
const longestBackOffMs = 3_600_000

/** When a job is attempted again whose attempt failed at an instant. */
export const retryAt = (
  { attempts, backOffMs }: Pick<Job, "attempts" | "backOffMs">,
  at: Instant.Instant
): Instant.Instant =>
  Instant.plus(at, Math.min(backOffMs * 2 ** Math.min(Math.max(0, attempts - 1), 30), longestBackOffMs))
