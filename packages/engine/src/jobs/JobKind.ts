import type { Job, JobQueue, StorageError } from "@wattkit/core"
import { Effect, Schema } from "effect"

/** What is declared of a kind of job, for whoever submits some. */
export interface JobKind<P> {
  /** A word that does not change: jobs of it may be kept for weeks. */
  readonly name: string
  readonly queue: JobQueue
  /** What it is told, as JSON. It is kept, but never shown or logged. */
  readonly payload: Schema.Codec<P, unknown>
  /** So often it is attempted before it is dead. */
  readonly maxAttempts: number
  /** The wait before the second attempt, which is doubled before each that follows. */
  readonly backOffMs: number
}

/**
 * An attempt failed, and the code says to programs why. `isFinal`: another would fail in the same way, so
 * there is none until somebody asks for it. The message is shown to whoever sees the job.
 */
export class JobFailed extends Schema.TaggedError<JobFailed>()("JobFailed", {
  code: Schema.String,
  message: Schema.String,
  isFinal: Schema.Boolean
}) {}

/** What an attempt has besides its payload. */
export interface JobTools {
  readonly job: Job
  /** Says how far it is, from 0 to 100. It may be said as often as one likes. */
  readonly progress: (percent: number) => Effect.Effect<void>
  /** Keeps a part of the file that the job makes, of `mostPartBytes` at most. */
  readonly keepPart: (part: number, bytes: Uint8Array) => Effect.Effect<void, StorageError>
}

/**
 * What a job of a kind does. An attempt may be interrupted at any time, and another may follow one that was
 * done already: whatever it does has to be the same when it is done twice.
 */
export type JobRun<P> = (payload: P, tools: JobTools) => Effect.Effect<unknown, JobFailed | StorageError>

/** A kind of job and what it does. */
export interface JobHandler {
  readonly name: string
  readonly queue: JobQueue
  /** The server submits one each day at this hour of UTC, one for all processes. */
  readonly daily: { readonly hour: number; readonly draft: DailyDraft } | undefined
  readonly run: (tools: JobTools) => Effect.Effect<unknown, JobFailed | StorageError>
}

/** What the job of a day is submitted with. */
export interface DailyDraft {
  readonly maxAttempts: number
  readonly backOffMs: number
}

const unreadable = (name: string): JobFailed =>
  new JobFailed({ code: "payload", message: `this is not what a job ${name} is told`, isFinal: true })

/** Says what jobs of a kind do. */
export const handle = <P>(kind: JobKind<P>, run: JobRun<P>): JobHandler => {
  const decode = Schema.decodeUnknownEffect(kind.payload)
  return {
    name: kind.name,
    queue: kind.queue,
    daily: undefined,
    // What is wrong with a payload is not told, as it may repeat what the payload says.
    run: (tools) =>
      Effect.flatMap(
        Effect.mapError(decode(tools.job.payload), () => unreadable(kind.name)),
        (payload) => run(payload, tools)
      )
  }
}

/** Says what the server does each day at an hour of UTC; a day that was missed is caught up with the next. */
export const handleDaily = (kind: JobKind<null>, hour: number, run: JobRun<null>): JobHandler => {
  const { backOffMs, maxAttempts } = kind
  return { ...handle(kind, run), daily: { hour, draft: { backOffMs, maxAttempts } } }
}
