import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JobId, TenantId } from "../../model/ids.ts"
import { isFinished, type Job, retryAt } from "../../model/work/Job.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { type JobHold, JobStore } from "../../ports/work/JobStore.ts"
import type { Instant } from "../../time/Instant.ts"
import { KeptIdentity, type KeptJob } from "../identity/KeptIdentity.ts"

const ranks = { high: 0, normal: 1, low: 2 } as const

/** What lets one job be begun before another. */
const inTurn = ({ job: a }: KeptJob, { job: b }: KeptJob): number =>
  ranks[a.priority] - ranks[b.priority] || a.runAt - b.runAt || (a.id < b.id ? -1 : 1)

const lost = { code: "worker_lost", message: "the worker that ran it was not heard of any more" }

/** What a job is once its lease ran out. */
const expired = (job: Job, now: Instant): Job => {
  const bare = { ...job, lease: null }
  if (job.isCancelAsked) return { ...bare, state: "cancelled", finishedAt: now }
  return job.attempts >= job.maxAttempts
    ? { ...bare, state: "dead", error: lost, finishedAt: now }
    : { ...bare, state: "queued", error: lost, runAt: now }
}

/** What a job is once an attempt failed. */
const failed = (job: Job, error: NonNullable<Job["error"]>, at: Instant, isFinal: boolean): Job => {
  const bare = { ...job, lease: null, error }
  return isFinal || job.attempts >= job.maxAttempts
    ? { ...bare, state: "dead", finishedAt: at }
    : { ...bare, state: "failed", runAt: retryAt(job, at) }
}

/** What a job is that somebody wants to stop. */
const cancelled = (job: Job, at: Instant): Job => {
  if (isFinished(job)) return job
  return job.state === "running"
    ? { ...job, isCancelAsked: true }
    : { ...job, state: "cancelled", finishedAt: at }
}

/** What a job is that somebody wants to be begun again. */
const retried = (job: Job, at: Instant): Job =>
  job.state === "dead" || job.state === "cancelled"
    ? {
        ...job,
        state: "queued",
        attempts: 0,
        progress: 0,
        runAt: at,
        finishedAt: null,
        isCancelAsked: false
      }
    : job

/** Makes what finds and changes kept jobs. */
const makeShelf = ({ jobs }: KeptIdentity) => {
  const keep = (kept: KeptJob, job: Job): Job => {
    jobs.set(job.id, { ...kept, job })
    return job
  }
  /** Changes a job that is held; undefined when it is not. */
  const change = ({ id, worker }: JobHold, next: (job: Job) => Job): Job | undefined => {
    const kept = jobs.get(id)
    if (kept === undefined || kept.job.lease?.worker !== worker) return undefined
    return keep(kept, next(kept.job))
  }
  const own = (tenantId: TenantId, id: JobId): Effect.Effect<KeptJob, NotFound> =>
    Effect.suspend(() => {
      const kept = jobs.get(id)
      return kept?.job.tenantId === tenantId
        ? Effect.succeed(kept)
        : Effect.fail(new NotFound({ what: "job", id }))
    })
  const finishedBefore = (before: Instant, limit: number) =>
    [...jobs.values()]
      .filter(({ job }) => isFinished(job) && job.finishedAt !== null && job.finishedAt < before)
      .sort((a, b) => (a.job.finishedAt ?? 0) - (b.job.finishedAt ?? 0))
      .slice(0, limit)
  return { keep, change, own, finishedBefore, all: () => [...jobs.values()] }
}

const JSONCopy = (value: unknown): unknown =>
  value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown)

type Shelf = ReturnType<typeof makeShelf>

/** What workers do. */
const makeWork = ({ all, change, keep }: Shelf) =>
  ({
    claim: ({ leaseMs, limit, now, queues, worker }) =>
      Effect.sync(() =>
        all()
          .filter(({ job }) => job.state === "queued" || job.state === "failed")
          .filter(({ job }) => job.runAt <= now && queues.includes(job.queue))
          .sort(inTurn)
          .slice(0, limit)
          .map((kept) =>
            keep(kept, {
              ...kept.job,
              state: "running",
              attempts: kept.job.attempts + 1,
              progress: 0,
              startedAt: now,
              lease: { worker, until: (now + leaseMs) as Instant }
            })
          )
      ),
    beat: (hold, { leaseMs, now, progress }) =>
      Effect.sync(() => {
        const lease = { worker: hold.worker, until: (now + leaseMs) as Instant }
        const job = change(hold, (one) => ({ ...one, lease, progress: progress ?? one.progress }))
        if (job === undefined) return "lost"
        return job.isCancelAsked ? "cancel" : "held"
      }),
    succeed: (hold, result, at) =>
      Effect.sync(() => {
        const end = { state: "succeeded", progress: 100, error: null, finishedAt: at, lease: null } as const
        return change(hold, (job) => ({ ...job, ...end, result: JSONCopy(result) })) !== undefined
      }),
    fail: (hold, error, at, isFinal = false) =>
      Effect.sync(() => change(hold, (job) => failed(job, error, at, isFinal))?.state),
    stopped: (hold, at) =>
      Effect.sync(
        () =>
          change(hold, (job) => ({ ...job, state: "cancelled", finishedAt: at, lease: null })) !== undefined
      ),
    handBack: (hold, at) =>
      Effect.sync(
        () =>
          change(hold, (job) => ({
            ...job,
            state: "queued",
            runAt: at,
            lease: null,
            attempts: job.attempts - 1
          })) !== undefined
      ),
    expire: (now) =>
      Effect.sync(() => {
        const over = all().filter(({ job: { lease } }) => lease !== null && lease.until <= now)
        for (const kept of over) keep(kept, expired(kept.job, now))
        return over.length
      })
  }) satisfies Partial<JobStore>

const make = Effect.gen(function* () {
  const identity = yield* KeptIdentity
  const tenants = yield* TenantStore
  const shelf = makeShelf(identity)
  const { all, finishedBefore, keep, own } = shelf
  const { jobs, users } = identity
  const fresh = { state: "queued", attempts: 0, progress: 0, result: null, error: null } as const
  const untouched = { startedAt: null, finishedAt: null, lease: null, isCancelAsked: false }
  return {
    ...makeWork(shelf),
    add: Effect.fnUntraced(function* (draft, key) {
      const { tenantId, userId } = draft
      if (tenantId !== null) yield* tenants.get(tenantId)
      if (userId !== null && !users.has(userId)) return yield* new NotFound({ what: "user", id: userId })
      const twin = all().find((kept) => kept.job.tenantId === tenantId && kept.key === key)
      if (key !== undefined && twin !== undefined) return { job: twin.job, isNew: false }
      const job: Job = { ...draft, payload: JSONCopy(draft.payload), ...fresh, ...untouched }
      jobs.set(job.id, { job, key, parts: new Map() })
      return { job, isNew: true }
    }),
    cancel: (tenantId, id, at) =>
      Effect.map(own(tenantId, id), (kept) => keep(kept, cancelled(kept.job, at))),
    retry: (tenantId, id, at) => Effect.map(own(tenantId, id), (kept) => keep(kept, retried(kept.job, at))),
    find: (tenantId, id) => Effect.map(own(tenantId, id), ({ job }) => job),
    list: (tenantId, { before, by, kind, limit, queue, state, userId }) =>
      Effect.sync(() =>
        all()
          .map(({ job }) => job)
          .filter((job) => job.tenantId === tenantId && (before === undefined || job.id < before))
          .filter((job) => (state ?? job.state) === job.state && (queue ?? job.queue) === job.queue)
          .filter((job) => (kind ?? job.kind) === job.kind && (by ?? job.by) === job.by)
          .filter((job) => userId === undefined || job.userId === userId)
          .sort((a, b) => (a.id > b.id ? -1 : 1))
          .slice(0, limit)
      ),
    keepPart: ({ id, worker }, part, bytes) =>
      Effect.sync(() => {
        const kept = jobs.get(id)
        if (kept === undefined || kept.job.lease?.worker !== worker) return false
        kept.parts.set(part, bytes.slice())
        return true
      }),
    part: (tenantId, id, part) =>
      Effect.sync(() => {
        const kept = jobs.get(id)
        return kept?.job.tenantId === tenantId ? kept.parts.get(part)?.slice() : undefined
      }),
    forgetParts: (before, limit) =>
      Effect.sync(() => {
        const old = finishedBefore(before, Number.POSITIVE_INFINITY)
          .filter(({ parts }) => parts.size > 0)
          .slice(0, limit)
        for (const { parts } of old) parts.clear()
        return old.length
      }),
    forget: (before, limit) =>
      Effect.sync(() => {
        const old = finishedBefore(before, limit)
        for (const { job } of old) jobs.delete(job.id)
        return old.length
      })
  } satisfies JobStore as JobStore
})

/** Keeps jobs in memory, until the process ends. */
export const layer: Layer.Layer<JobStore, never, KeptIdentity | TenantStore> = Layer.effect(JobStore, make)
