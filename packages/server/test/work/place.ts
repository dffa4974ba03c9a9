import { Instant, type Job, JobId, JobStore, type StorageError, TenantId, TenantStore } from "@wattkit/core"
import { handleJob, JobBell, type JobKind, JobKinds, JobWorker, usualJobWorker } from "@wattkit/engine"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Exit, Layer, Redacted, Schema, Scope } from "effect"

const count: JobKind<{ readonly n: number }> = {
  name: "count",
  queue: "reports",
  payload: Schema.Struct({ n: Schema.Finite }),
  maxAttempts: 3,
  backOffMs: 100
}

const tenantId = TenantId.make("t1")

/** What a process has that runs jobs. */
export interface Place {
  readonly run: <A, E>(effect: Effect.Effect<A, E, JobStore | TenantStore>) => Promise<A>
  readonly close: () => Promise<void>
}

const stores = (url: string) => PostgresStorage.layerOptions({ url: Redacted.make(url), maxConnections: 6 })

const build = async <A>(layer: Layer.Layer<A | JobStore | TenantStore, StorageError>): Promise<Place> => {
  const scope = Scope.makeUnsafe()
  const context = await Effect.runPromise(Layer.build(Layer.fresh(layer)).pipe(Scope.provide(scope)))
  return {
    run: (effect) => Effect.runPromise(Effect.provideContext(effect, context)),
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** Stores of its own, where nothing runs. */
export const openStores = (url: string): Promise<Place> => build(stores(url))

/** Stores of its own, and a worker over them that does something with the number of each job. */
export const open = (url: string, done: (n: number) => Effect.Effect<void>): Promise<Place> => {
  const handler = handleJob(count, ({ n }) => Effect.as(done(n), n))
  const worker = JobWorker.layerWith({ ...usualJobWorker, pollMs: 100, leaseMs: 1_500 }).pipe(
    Layer.provide([JobKinds.layerOf(Effect.succeed([handler])), JobBell.layer])
  )
  return build(Layer.provideMerge(worker, stores(url)))
}

/** Adds the tenant of the jobs. */
export const addTenant = TenantStore.use((store) =>
  Effect.flatMap(Instant.now, (createdAt) => store.add({ id: tenantId, name: "One", createdAt }))
)

/** Adds so many jobs, numbered from a number on. */
export const addJobs = (from: number, many: number) =>
  Effect.forEach(
    Array.from({ length: many }, (_, i) => from + i),
    (n) =>
      JobStore.use((store) =>
        Effect.flatMap(Instant.now, (now) =>
          store.add({
            id: JobId.make(`job_${String(n).padStart(6, "0")}`),
            tenantId,
            userId: null,
            by: "test",
            queue: "reports",
            kind: "count",
            payload: { n },
            priority: "normal",
            maxAttempts: 3,
            backOffMs: 100,
            runAt: now,
            createdAt: now
          })
        )
      ),
    { concurrency: 4, discard: true }
  )

/** The newest jobs in a state. */
export const list = (limit: number, state?: Job["state"]) =>
  JobStore.use((store) => store.list(tenantId, { limit, state }))
