import { Instant, isFinished, type Job, type JobStore, type StorageError } from "@wattkit/core"
import { Cause, Effect, Exit, Result, Schedule } from "effect"
import { JobFailed, type JobHandler, type JobTools } from "../JobKind.ts"

/** How a job is kept alive while it runs. */
export interface Holding {
  readonly store: JobStore
  readonly leaseMs: number
  /** So often a worker says that it lives, and hears whether it shall stop. */
  readonly beatMs: number
}

/** How an attempt ended: by itself, because somebody asked for it, or because others have the job now. */
type Ended = { readonly exit: Exit.Exit<unknown, JobFailed | StorageError> } | "cancel" | "lost"

const unknownKind = (name: string): JobFailed =>
  new JobFailed({
    code: "unknown_kind",
    message: `no worker here knows jobs of the kind ${name}`,
    isFinal: false
  })

/** Where in the code something went wrong; what was said there may repeat what the job was told. */
const placeOf = (cause: Cause.Cause<unknown>): string => {
  const defect = Cause.squash(cause)
  if (!(defect instanceof Error)) return typeof defect
  const frames = (defect.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line))
  return [defect.name, ...frames.slice(0, 8)].join("\n")
}

/** A storage that is away for a moment must not make a job be done twice. */
const patiently = <A>(effect: Effect.Effect<A, StorageError>) =>
  effect.pipe(
    Effect.retry(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 5 }))),
    Effect.catch((error) => Effect.logWarning("what became of a job could not be kept", error.message)),
    Effect.asVoid
  )

/** Says again and again that the worker lives, until it is told to stop. */
const beating = Effect.fnUntraced(function* (
  { beatMs, leaseMs, store }: Holding,
  hold: { readonly id: Job["id"]; readonly worker: string },
  progress: () => number | undefined
) {
  let until = (yield* Instant.now) + leaseMs
  for (;;) {
    yield* Effect.sleep(beatMs)
    const now = yield* Instant.now
    const said = yield* Effect.result(store.beat(hold, { now, leaseMs, progress: progress() }))
    if (Result.isSuccess(said)) {
      if (said.success !== "held") return said.success
      until = now + leaseMs
    } else if (now >= until) return "lost" as const
  }
})

/** Runs a job that was claimed, to whatever end, and has that kept. It never fails. */
export const makeRunJob = (holding: Holding, handlers: ReadonlyMap<string, JobHandler>) => {
  const { leaseMs, store } = holding

  /** What a handler has, and how far it said to be. */
  const toolsOf = (job: Job, worker: string) => {
    let reached: number | undefined
    let saidAt = Number.NEGATIVE_INFINITY
    const hold = { id: job.id, worker }
    const progress = Effect.fnUntraced(function* (percent: number) {
      reached = Math.round(Math.min(100, Math.max(0, percent)))
      const now = yield* Instant.now
      if (now < saidAt + 1_000) return
      saidAt = now
      yield* Effect.ignore(store.beat(hold, { now, leaseMs, progress: reached }))
    })
    const tools: JobTools = {
      job,
      progress,
      // Who does not hold the job any more is soon stopped.
      keepPart: (part, bytes) => Effect.asVoid(store.keepPart(hold, part, bytes))
    }
    return { hold, tools, reached: () => reached }
  }

  const settle = Effect.fnUntraced(function* (job: Job, worker: string, ended: Ended) {
    const hold = { id: job.id, worker }
    const now = yield* Instant.now
    if (ended === "lost") return yield* Effect.logWarning("a job was lost to another worker", { job: job.id })
    if (ended === "cancel") return yield* patiently(store.stopped(hold, now))
    const { exit } = ended
    if (Exit.isSuccess(exit)) return yield* patiently(store.succeed(hold, exit.value, now))
    if (Cause.hasInterruptsOnly(exit.cause)) return yield* patiently(store.handBack(hold, now))
    const failed = Cause.findErrorOption(exit.cause)
    if (failed._tag === "Some") {
      const error = failed.value
      const isOurs = error instanceof JobFailed
      const said = isOurs
        ? { code: error.code, message: error.message }
        : { code: "storage", message: "the storage was not available" }
      yield* Effect.logWarning("a job failed", { job: job.id, kind: job.kind, code: said.code })
      return yield* patiently(store.fail(hold, said, now, isOurs && error.isFinal))
    }
    yield* Effect.logError("a job failed unexpectedly", {
      job: job.id,
      kind: job.kind,
      where: placeOf(exit.cause)
    })
    const error = { code: "internal", message: "something went wrong that nobody expected" }
    return yield* patiently(store.fail(hold, error, now))
  })

  return (job: Job, worker: string): Effect.Effect<void> => {
    if (isFinished(job)) return Effect.void
    const { hold, reached, tools } = toolsOf(job, worker)
    const handler = handlers.get(job.kind)
    const work = handler === undefined ? Effect.fail(unknownKind(job.kind)) : handler.run(tools)
    const attempt = Effect.raceFirst(
      Effect.map(Effect.exit(work), (exit): Ended => ({ exit })),
      Effect.map(beating(holding, hold, reached), (said): Ended => said)
    )
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.exit(restore(attempt)), (exit) =>
        settle(job, worker, Exit.isSuccess(exit) ? exit.value : { exit: Exit.failCause(exit.cause) })
      )
    )
  }
}
