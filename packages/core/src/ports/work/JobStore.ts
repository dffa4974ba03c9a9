import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JobId, TenantId, UserId } from "../../model/ids.ts"
import type { Job, JobDraft, JobError, JobQueue, JobState } from "../../model/work/Job.ts"
import type { Instant } from "../../time/Instant.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** Which jobs of a tenant are asked for: the newest first, those older than `before`. */
export interface JobQuery {
  readonly before?: JobId | undefined
  readonly limit: number
  readonly state?: JobState | undefined
  readonly queue?: JobQueue | undefined
  readonly kind?: string | undefined
  /** Only those of a person. */
  readonly userId?: UserId | undefined
  /** Only those that this name submitted. */
  readonly by?: string | undefined
}

/** Who wants work, of which queues, and how much at most. */
export interface ClaimQuery {
  readonly queues: ReadonlyArray<JobQueue>
  /** A name nobody else has, and that this one never had before. */
  readonly worker: string
  readonly now: Instant
  readonly leaseMs: number
  readonly limit: number
}

/** A job as its worker holds it: by the name it was claimed under. */
export interface JobHold {
  readonly id: JobId
  readonly worker: string
}

/** Whether a worker still has its job, shall stop it, or has lost it to others. */
export type Beat = "held" | "cancel" | "lost"

/** No part of what a job made is larger. */
export const mostPartBytes = 1024 * 1024

/**
 * Keeps jobs, and gives each to one worker at a time.
 *
 * A job is begun at least once: its worker may be gone before it could say that it was done, and then its
 * lease runs out and another begins it again. Whatever a worker says of a job it no longer holds changes
 * nothing.
 */
export interface JobStore {
  /**
   * Adds a job; with a key that a job of the tenant was added with and that is still kept, answers that one
   * instead. Fails with NotFound when the tenant or the person is not there.
   */
  readonly add: (
    job: JobDraft,
    key?: string
  ) => Effect.Effect<{ readonly job: Job; readonly isNew: boolean }, NotFound | StorageError>
  /**
   * Takes jobs whose time has come, of all tenants: high before normal before low, then the one that waited
   * longest. Of any number who ask at the same time one gets each.
   */
  readonly claim: (query: ClaimQuery) => Effect.Effect<ReadonlyArray<Job>, StorageError>
  /** Prolongs a lease, and says how far the job is when that is given. */
  readonly beat: (
    hold: JobHold,
    sign: { readonly now: Instant; readonly leaseMs: number; readonly progress?: number | undefined }
  ) => Effect.Effect<Beat, StorageError>
  /** The end of a job; false when it is not held any more. */
  readonly succeed: (hold: JobHold, result: unknown, at: Instant) => Effect.Effect<boolean, StorageError>
  /**
   * An attempt failed: the job waits for the next one, or is dead when it was the last or `isFinal` says that
   * none would help. Answers what it is now, undefined when it is not held any more.
   */
  readonly fail: (
    hold: JobHold,
    error: JobError,
    at: Instant,
    isFinal?: boolean
  ) => Effect.Effect<JobState | undefined, StorageError>
  /** The worker stopped the job, as it was asked to. */
  readonly stopped: (hold: JobHold, at: Instant) => Effect.Effect<boolean, StorageError>
  /** Hands a job back that was begun and not done: it waits again, and the attempt does not count. */
  readonly handBack: (hold: JobHold, at: Instant) => Effect.Effect<boolean, StorageError>
  /**
   * Gives up leases that ran out: the jobs wait again, are dead after their last attempt, or cancelled when
   * that was asked for. Answers how many.
   */
  readonly expire: (now: Instant) => Effect.Effect<number, StorageError>
  /** What waits is cancelled at once, what runs is asked to stop, what is finished stays as it is. */
  readonly cancel: (tenantId: TenantId, id: JobId, at: Instant) => Effect.Effect<Job, NotFound | StorageError>
  /** What is dead or cancelled waits again, with all its attempts; anything else stays as it is. */
  readonly retry: (tenantId: TenantId, id: JobId, at: Instant) => Effect.Effect<Job, NotFound | StorageError>
  readonly find: (tenantId: TenantId, id: JobId) => Effect.Effect<Job, NotFound | StorageError>
  readonly list: (tenantId: TenantId, query: JobQuery) => Effect.Effect<ReadonlyArray<Job>, StorageError>
  /** Keeps a part of what a job makes, in place of one of the same number; false when it is not held. */
  readonly keepPart: (hold: JobHold, part: number, bytes: Uint8Array) => Effect.Effect<boolean, StorageError>
  /** A part of what a job made; undefined when there is none of this number any more. */
  readonly part: (
    tenantId: TenantId,
    id: JobId,
    part: number
  ) => Effect.Effect<Uint8Array | undefined, StorageError>
  /** Gives up all parts of so many jobs that finished before an instant; answers how many jobs had some. */
  readonly forgetParts: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
  /** Gives up so many jobs that finished before an instant, with their keys and parts; answers how many. */
  readonly forget: (before: Instant, limit: number) => Effect.Effect<number, StorageError>
}

/** The key of the JobStore service. */
export const JobStore = Context.Service<JobStore>("@wattkit/core/JobStore")
