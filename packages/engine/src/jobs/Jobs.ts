import {
  Instant,
  type Job,
  JobId,
  type JobPriority,
  type JobQuery,
  JobStore,
  NotFound,
  type Principal,
  type StorageError
} from "@wattkit/core"
import { Context, Effect, Layer, Schema, type Stream } from "effect"
import { Audit } from "../audit/Audit.ts"
import { requireScope } from "../authorise.ts"
import type { Forbidden } from "../Forbidden.ts"
import { InUse } from "../InUse.ts"
import { freshId } from "../registry/freshId.ts"
import { type JobFile, makeFiles } from "./files.ts"
import { JobBell } from "./JobBell.ts"
import type { JobKind } from "./JobKind.ts"
import { isShownTo, ownerOf, shownTo } from "./owner.ts"

/** How a job is submitted. */
export interface Submitting {
  /** Of those submitted with one key in a tenant there is one, as long as it is kept. */
  readonly key?: string | undefined
  readonly priority?: JobPriority | undefined
  /** Not before; at once when it is left out. */
  readonly runAt?: Instant.Instant | undefined
}

/** A file that a job made, read while it is taken. */
export interface OpenedFile extends JobFile {
  readonly body: Stream.Stream<Uint8Array, StorageError>
}

type Failure = Forbidden | NotFound | StorageError

/**
 * What is done in the background, as those see it for whom it is done. Who administers a tenant sees all of
 * its jobs, everybody else their own; of others there is none.
 */
export class Jobs extends Context.Service<
  Jobs,
  {
    /** Submits a job for somebody, who was found to be allowed what it does. */
    readonly submit: <P>(
      principal: Principal,
      kind: JobKind<P>,
      payload: P,
      how?: Submitting
    ) => Effect.Effect<Job, NotFound | StorageError>
    readonly list: (
      principal: Principal,
      query: Omit<JobQuery, "by" | "userId">
    ) => Effect.Effect<ReadonlyArray<Job>, Forbidden | StorageError>
    readonly get: (principal: Principal, id: JobId) => Effect.Effect<Job, Failure>
    /** Stops a job: at once when it waits, within seconds when it runs. */
    readonly cancel: (principal: Principal, id: JobId) => Effect.Effect<Job, Failure>
    /** Begins a job again that is dead or was cancelled; InUse when it is neither. */
    readonly retry: (principal: Principal, id: JobId) => Effect.Effect<Job, Failure | InUse>
    /** Opens the file a job made, for the one it was made for and nobody else, until it expires. */
    readonly file: (principal: Principal, id: JobId) => Effect.Effect<OpenedFile, Failure | InUse>
  }
>()("@wattkit/engine/Jobs") {
  static readonly layer: Layer.Layer<Jobs, never, Audit | JobBell | JobStore> = Layer.suspend(() =>
    Layer.effect(Jobs, make)
  )
}

const missing = (id: JobId) => new NotFound({ what: "job", id })

/** People change what is theirs; a program needs to be allowed to change anything at all. */
const requireChange = (principal: Principal): Effect.Effect<void, Forbidden> =>
  requireScope(principal, principal.by.kind === "key" ? "manage" : "read")

/** Makes what takes jobs in. */
const makeSubmit = (store: JobStore, bell: JobBell["Service"]) =>
  Effect.fn("Jobs.submit")(function* <P>(
    principal: Principal,
    kind: JobKind<P>,
    payload: P,
    { key, priority = "normal", runAt }: Submitting = {}
  ) {
    const createdAt = yield* Instant.now
    const { backOffMs, maxAttempts, name, queue } = kind
    const draft = {
      id: JobId.make(freshId("job", createdAt)),
      tenantId: principal.tenantId,
      ...ownerOf(principal),
      queue,
      kind: name,
      maxAttempts,
      backOffMs,
      priority,
      createdAt,
      runAt: runAt ?? createdAt,
      payload: yield* Effect.orDie(Schema.encodeEffect(kind.payload)(payload))
    }
    const { job } = yield* store.add(draft, key)
    yield* bell.ring
    return job
  })

const make = Effect.gen(function* () {
  const store = yield* JobStore
  const bell = yield* JobBell
  const audit = yield* Audit
  const open = makeFiles(store)

  const found = Effect.fnUntraced(function* (principal: Principal, id: JobId) {
    const job = yield* store.find(principal.tenantId, id)
    return isShownTo(principal, job) ? job : yield* missing(id)
  })

  const cancel = Effect.fn("Jobs.cancel")(function* (principal: Principal, id: JobId) {
    yield* requireChange(principal)
    const before = yield* found(principal, id)
    const after = yield* store.cancel(principal.tenantId, id, yield* Instant.now)
    if (after.state === before.state && after.isCancelAsked === before.isCancelAsked) return after
    yield* audit.record(principal, { action: "job.cancel", subject: `job ${id}` })
    return after
  })

  const retry = Effect.fn("Jobs.retry")(function* (principal: Principal, id: JobId) {
    yield* requireChange(principal)
    const { state } = yield* found(principal, id)
    if (state !== "dead" && state !== "cancelled") {
      return yield* new InUse({ message: `a job that is ${state} is not begun again by hand` })
    }
    const after = yield* store.retry(principal.tenantId, id, yield* Instant.now)
    yield* audit.record(principal, { action: "job.retry", subject: `job ${id}` })
    yield* bell.ring
    return after
  })

  return Jobs.of({
    submit: makeSubmit(store, bell),
    cancel,
    retry,
    list: Effect.fn("Jobs.list")(function* (principal, query) {
      yield* requireScope(principal, "read")
      return yield* store.list(principal.tenantId, { ...query, ...shownTo(principal) })
    }),
    get: Effect.fn("Jobs.get")(function* (principal, id) {
      yield* requireScope(principal, "read")
      return yield* found(principal, id)
    }),
    file: Effect.fn("Jobs.file")(function* (principal, id) {
      yield* requireScope(principal, "read")
      return yield* open(principal, yield* store.find(principal.tenantId, id))
    })
  })
})
