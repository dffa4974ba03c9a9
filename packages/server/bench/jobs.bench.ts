import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ApiKeyId, Instant, JobStore, programOf, TenantId, TenantStore } from "@wattkit/core"
import { Audit, handleJob, JobBell, type JobKind, JobKinds, Jobs, JobWorker } from "@wattkit/engine"
import { EmbeddedStorage } from "@wattkit/storage-postgres"
import { layer as embeddedPostgres, layerClient } from "@wattkit/storage-postgres/embedded"
import { Effect, Layer, ManagedRuntime, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type Bench, type Context, variant } from "../../../scripts/bench/Harness.ts"

/** How many jobs, or rows, are done in a round. */
const jobs = ({ quick }: Pick<Context, "quick">): number => (quick ? 100 : 2_000)

const tenantId = TenantId.make("t1")
const who = programOf(tenantId, ApiKeyId.make("key_1"), ["read", "manage"])

const nothing: JobKind<{ readonly n: number }> = {
  name: "nothing",
  queue: "reports",
  payload: Schema.Struct({ n: Schema.Finite }),
  maxAttempts: 3,
  backOffMs: 1_000
}

const start = async () => {
  const directory = mkdtempSync(join(tmpdir(), "wattkit-bench-"))
  const database = embeddedPostgres({ directory: join(directory, "postgres"), onProgress: () => Effect.void })
  let done = 0
  const handler = handleJob(nothing, () => Effect.sync(() => ++done))
  const worker = JobWorker.layer.pipe(Layer.provide(JobKinds.layerOf(Effect.succeed([handler]))))
  const layer = Layer.merge(Jobs.layer, worker).pipe(
    Layer.provideMerge(Layer.merge(Audit.layer, JobBell.layer)),
    Layer.provideMerge(EmbeddedStorage.layer()),
    Layer.provide(database)
  )
  const runtime = ManagedRuntime.make(layer)
  const add = Effect.gen(function* () {
    const createdAt = yield* Instant.now
    yield* (yield* TenantStore).add({ id: tenantId, name: "One", createdAt })
  })
  await runtime.runPromise(add)
  const stop = async () => {
    await runtime.dispose()
    rmSync(directory, { recursive: true, force: true })
  }
  return { runtime, stop, done: () => done }
}

/** Submits, and waits until the one worker there is has done all of it. */
const oneWorker = variant({
  name: "one worker, submitted and done",
  setup: start,
  run: async ({ done, runtime }, context) => {
    const units = jobs(context)
    const before = done()
    const submit = Effect.forEach(
      Array.from({ length: units }, (_, n) => n),
      (n) => Jobs.use((service) => service.submit(who, nothing, { n })),
      { concurrency: 4, discard: true }
    )
    const isLeft = JobStore.use((store) => store.list(tenantId, { limit: 1, state: "running" }))
    await runtime.runPromise(submit)
    while (done() < before + units || (await runtime.runPromise(isLeft)).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return { units }
  },
  teardown: ({ stop }) => stop()
})

/** Rows committed one after the other by a database of the same kind. */
const rows = variant({
  name: "rows committed one by one",
  setup: async () => {
    const directory = mkdtempSync(join(tmpdir(), "wattkit-bench-"))
    const database = embeddedPostgres({
      directory: join(directory, "postgres"),
      onProgress: () => Effect.void
    })
    const runtime = ManagedRuntime.make(layerClient("owner").pipe(Layer.provide(database)))
    const run = (text: string) => runtime.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe(text)))
    await run("CREATE TABLE row (n bigint)")
    return { directory, runtime, run }
  },
  run: async ({ run }, context) => {
    const units = jobs(context)
    for (let n = 0; n < units; n++) await run(`INSERT INTO row VALUES (${n})`)
    return { units }
  },
  teardown: async ({ directory, runtime }) => {
    await runtime.dispose()
    rmSync(directory, { recursive: true, force: true })
  }
})

/** How many jobs one worker does, each of which is committed three times: submitted, claimed, done. */
export default {
  name: "jobs",
  unit: "jobs",
  limit: rows.name,
  variants: [rows, oneWorker],
  checks: [
    {
      name: "one worker does 1,000 jobs a minute",
      of: [oneWorker.name],
      found: (found) =>
        `${Math.round(60 * (found.find(({ variant }) => variant === oneWorker.name)?.value ?? 0))}`,
      holds: (found) => (found.find(({ variant }) => variant === oneWorker.name)?.value ?? 0) * 60 >= 1_000
    }
  ]
} satisfies Bench
