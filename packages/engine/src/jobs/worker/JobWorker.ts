import { Instant, type Job, type JobQueue, JobStore, type StorageError } from "@wattkit/core"
import { Cause, Context, Effect, FiberSet, Layer } from "effect"
import { JobBell } from "../JobBell.ts"
import { JobKinds } from "../JobKinds.ts"
import { makeRunJob } from "./runJob.ts"
import { makeSubmitDaily } from "./submitDaily.ts"

/** How a worker works. */
export interface JobWorkerOptions {
  /** So often it looks for work that nobody rang for: of other processes, and what had to wait. */
  readonly pollMs: number
  /** A job whose worker was not heard of for so long is begun again by another. */
  readonly leaseMs: number
  /** So many jobs of a queue run at the same time in this process. */
  readonly concurrency: number
}

/** What a worker begins with. */
export const usualJobWorker: JobWorkerOptions = { pollMs: 5_000, leaseMs: 30_000, concurrency: 4 }

/** The longest wait after the storage failed. */
const longestWaitMs = 60_000

/**
 * Runs jobs for as long as its scope is open: those of the kinds this process knows, so many of each queue at
 * the same time. Any number of processes may have one. At the end it hands back what it has not done.
 */
export class JobWorker extends Context.Service<
  JobWorker,
  {
    /** How many jobs it runs now. */
    readonly running: Effect.Effect<number>
  }
>()("@wattkit/engine/JobWorker") {
  static readonly layerWith = (
    options: JobWorkerOptions
  ): Layer.Layer<JobWorker, never, JobBell | JobKinds | JobStore> => Layer.effect(JobWorker, make(options))

  static readonly layer = Layer.suspend(() => JobWorker.layerWith(usualJobWorker))
}

const freshName = (): string => {
  const random = crypto.getRandomValues(new Uint8Array(12))
  return `worker_${Array.from(random, (byte) => (byte % 36).toString(36)).join("")}`
}

const make = ({ concurrency, leaseMs, pollMs }: JobWorkerOptions) =>
  Effect.gen(function* () {
    const store = yield* JobStore
    const handlers = yield* JobKinds
    const bell = yield* JobBell
    const name = freshName()
    const queues = [...new Set([...handlers.values()].map(({ queue }) => queue))]
    const busy = new Map<JobQueue, number>()
    const runJob = makeRunJob({ store, leaseMs, beatMs: Math.min(leaseMs / 3, pollMs) }, handlers)
    const submitDaily = makeSubmitDaily(store, handlers.values())
    const fibers = yield* FiberSet.make<void>()
    let claims = 0
    let lookedAt = Number.NEGATIVE_INFINITY

    const begin = (queue: JobQueue, worker: string) => (job: Job) => {
      busy.set(queue, (busy.get(queue) ?? 0) + 1)
      const done = Effect.andThen(
        Effect.sync(() => void busy.set(queue, (busy.get(queue) ?? 1) - 1)),
        bell.ring
      )
      return FiberSet.run(fibers, Effect.ensuring(runJob(job, worker), done), { startImmediately: true })
    }

    // Between a claim and the beginning of its jobs nothing interrupts: they would wait for their leases.
    const fill = (queue: JobQueue) =>
      Effect.uninterruptible(
        Effect.gen(function* () {
          const limit = concurrency - (busy.get(queue) ?? 0)
          if (limit <= 0) return
          const worker = `${name}.${++claims}`
          const now = yield* Instant.now
          const jobs = yield* store.claim({ queues: [queue], worker, now, leaseMs, limit })
          yield* Effect.forEach(jobs, begin(queue, worker), { discard: true })
        })
      )

    /** What is looked after now and then, and not each time a job was done. */
    const lookAfter = Effect.gen(function* () {
      const now = yield* Instant.now
      if (now < lookedAt + pollMs) return
      yield* submitDaily
      yield* store.expire(now)
      lookedAt = now
    })

    const pass = Effect.andThen(lookAfter, Effect.forEach(queues, fill, { discard: true }))
    const wait = Effect.raceFirst(bell.heard, Effect.sleep(pollMs))
    let failures = 0
    const orLater = (cause: Cause.Cause<StorageError>) => {
      if (Cause.hasInterrupts(cause)) return Effect.interrupt
      const waitMs = Math.min(1_000 * 2 ** failures++, longestWaitMs)
      const said = `jobs could not be looked for; it is tried again in ${waitMs / 1_000} s`
      return Effect.andThen(Effect.logWarning(said, Cause.pretty(cause)), Effect.sleep(waitMs))
    }
    const step = Effect.matchCauseEffect(pass, {
      onSuccess: () =>
        Effect.andThen(
          Effect.sync(() => (failures = 0)),
          wait
        ),
      onFailure: orLater
    })
    yield* Effect.forkScoped(Effect.forever(step))

    return JobWorker.of({
      running: Effect.sync(() => [...busy.values()].reduce((sum, count) => sum + count, 0))
    })
  })
