import { assert, describe, it } from "@effect/vitest"
import { Instant, type Job, JobStore, Memory, TenantStore } from "@wattkit/core"
import { Cause, Deferred, Effect, Exit, Layer, Logger, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Audit } from "../../audit/Audit.ts"
import { now, principal, tenantId } from "../../house.fixture.ts"
import { handle, handleDaily, JobFailed, type JobKind, type JobRun } from "../JobKind.ts"
import { JobBell } from "../JobBell.ts"
import { JobKinds } from "../JobKinds.ts"
import { Jobs } from "../Jobs.ts"
import { JobWorker, usualJobWorker } from "./JobWorker.ts"

const echo: JobKind<{ readonly word: string }> = {
  name: "echo",
  queue: "reports",
  payload: Schema.Struct({ word: Schema.String }),
  maxAttempts: 3,
  backOffMs: 1_000
}

const daily: JobKind<null> = { ...echo, name: "sweep", queue: "upkeep", payload: Schema.Null }

const services = Jobs.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Audit.layer, JobBell.layer)),
  Layer.provideMerge(Memory.layer)
)

/** A worker as another process would have it, with kinds of its own. */
const work = (
  run: JobRun<{ readonly word: string }>,
  sweep: JobRun<null> = () => Effect.void,
  options = usualJobWorker
) =>
  JobWorker.layerWith(options).pipe(
    Layer.provide(JobKinds.layerOf(Effect.succeed([handle(echo, run), handleDaily(daily, 2, sweep)]))),
    Layer.fresh
  )

const begin = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  yield* TenantStore.use((store) => store.add({ id: tenantId, name: "One", createdAt: now }))
})

const submit = (word: string) => Jobs.use((jobs) => jobs.submit(principal(), echo, { word }))
const find = ({ id }: Job) => JobStore.use((store) => store.find(tenantId, id))

/** Lets what runs beside the test go on. */
const settle = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

/** Waits until a job is in a state, without letting time pass. */
const until = (job: Job, state: Job["state"]) =>
  Effect.gen(function* () {
    for (let i = 0; i < 200; i++) {
      const found = yield* find(job)
      if (found.state === state) return found
      yield* settle
    }
    return assert.fail(`the job is ${(yield* find(job)).state}, not ${state}`)
  })

/** Runs over a worker, and ends it. */
const withWorker = <A, E, R>(layer: ReturnType<typeof work>, test: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.andThen(Layer.build(layer), test))

describe("a worker", () => {
  it.effect("does what is submitted at once, and keeps what came of it", () =>
    Effect.gen(function* () {
      yield* begin
      const told: Array<string> = []
      const run = work(({ word }) => Effect.sync(() => ({ said: told.push(word) })))
      yield* withWorker(
        run,
        Effect.gen(function* () {
          yield* settle
          const job = yield* submit("one")
          const done = yield* until(job, "succeeded")
          assert.deepStrictEqual([done.result, done.progress, done.attempts], [{ said: 1 }, 100, 1])
          assert.deepStrictEqual(told, ["one"])
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("runs so many at the same time, and no more", () =>
    Effect.gen(function* () {
      yield* begin
      let [running, most] = [0, 0]
      const go = yield* Deferred.make<void>()
      const run = work(() =>
        Effect.gen(function* () {
          most = Math.max(most, ++running)
          yield* Deferred.await(go)
          running--
        })
      )
      const jobs = yield* Effect.forEach(
        Array.from({ length: 11 }, (_, i) => `${i}`),
        submit
      )
      yield* withWorker(
        run,
        Effect.gen(function* () {
          for (let i = 0; i < 20; i++) yield* settle
          const states = (yield* Effect.forEach(jobs, find)).map(({ state }) => state)
          assert.strictEqual(states.filter((state) => state === "running").length, 4)
          yield* Deferred.succeed(go, undefined)
          for (const job of jobs) yield* until(job, "succeeded")
          assert.strictEqual(most, usualJobWorker.concurrency)
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("a job that fails again and again ends dead with its error, and is begun again by hand", () =>
    Effect.gen(function* () {
      yield* begin
      let isMended = false
      const wrong = new JobFailed({ code: "out_of_paper", message: "there is no paper", isFinal: false })
      const run = work(() => (isMended ? Effect.succeed("printed") : Effect.fail(wrong)))
      yield* withWorker(
        run,
        Effect.gen(function* () {
          const job = yield* submit("x")
          yield* until(job, "failed")
          yield* TestClock.adjust("6 seconds")
          yield* TestClock.adjust("6 seconds")
          const dead = yield* until(job, "dead")
          assert.strictEqual(dead.attempts, 3)
          assert.deepStrictEqual(dead.error, { code: "out_of_paper", message: "there is no paper" })
          yield* TestClock.adjust("10 minutes")
          assert.strictEqual((yield* find(job)).attempts, 3)
          isMended = true
          yield* Jobs.use((jobs) => jobs.retry(principal(), job.id))
          assert.strictEqual((yield* until(job, "succeeded")).result, "printed")
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("interrupts a job that somebody cancels while it runs", () =>
    Effect.gen(function* () {
      yield* begin
      let wasInterrupted = false
      const run = work(() =>
        Effect.onInterrupt(Effect.never, () => Effect.sync(() => (wasInterrupted = true)))
      )
      yield* withWorker(
        run,
        Effect.gen(function* () {
          const job = yield* submit("x")
          yield* until(job, "running")
          const asked = yield* Jobs.use((jobs) => jobs.cancel(principal(), job.id))
          assert.deepInclude(asked, { state: "running", isCancelAsked: true })
          yield* TestClock.adjust("6 seconds")
          yield* until(job, "cancelled")
          assert.isTrue(wasInterrupted)
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("hands back what it has not done when it ends, and another does it", () =>
    Effect.gen(function* () {
      yield* begin
      const job = yield* submit("x")
      yield* withWorker(
        work(() => Effect.never),
        until(job, "running")
      )
      assert.deepInclude(yield* find(job), { state: "queued", attempts: 0, lease: null })
      yield* withWorker(
        work(() => Effect.succeed(2)),
        until(job, "succeeded")
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("loses nothing when it is killed: after its lease another does the job", () =>
    Effect.gen(function* () {
      yield* begin
      const job = yield* submit("x")
      const killed = { queues: ["reports"], worker: "killed", now, leaseMs: 30_000, limit: 1 } as const
      yield* JobStore.use((store) => store.claim(killed))
      yield* withWorker(
        work(() => Effect.succeed("done")),
        Effect.gen(function* () {
          yield* TestClock.adjust("29 seconds")
          assert.strictEqual((yield* find(job)).state, "running")
          yield* TestClock.adjust("10 seconds")
          const done = yield* until(job, "succeeded")
          assert.strictEqual(done.attempts, 2)
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("holds a job that takes longer than its lease", () =>
    Effect.gen(function* () {
      yield* begin
      const run = work((_, { progress }) =>
        Effect.andThen(progress(40), Effect.as(Effect.sleep("5 minutes"), "slow"))
      )
      yield* withWorker(
        run,
        Effect.gen(function* () {
          const job = yield* submit("x")
          for (let i = 0; i < 20; i++) yield* TestClock.adjust("10 seconds")
          assert.deepInclude(yield* find(job), { state: "running", attempts: 1, progress: 40 })
          for (let i = 0; i < 12; i++) yield* TestClock.adjust("10 seconds")
          assert.strictEqual((yield* until(job, "succeeded")).attempts, 1)
        })
      )
    }).pipe(Effect.provide(services))
  )

  it.effect("logs nothing of what a job was told, however it fails", () =>
    Effect.gen(function* () {
      yield* begin
      const lines: Array<string> = []
      const logger = Logger.make(({ cause, message }) => {
        lines.push(JSON.stringify(message) + Cause.pretty(cause))
      })
      const run = work(({ word }) =>
        word.startsWith("die")
          ? Effect.die(new Error(`cannot read ${word}`))
          : Effect.fail(new JobFailed({ code: "no", message: `refused ${word}`, isFinal: true }))
      )
      const store = yield* JobStore
      yield* withWorker(
        run,
        Effect.gen(function* () {
          const fails = yield* submit("canary-7d1")
          yield* until(fails, "dead")
          yield* until(yield* submit("die canary-7d2"), "failed")
          const { id, ...rest } = fails
          const odd = { ...rest, id: `${id}x` as typeof id, payload: { word: 1, other: "canary-7d3" } }
          const { job } = yield* store.add(odd)
          yield* Effect.andThen(
            JobBell.use(({ ring }) => ring),
            until(job, "dead")
          )
          assert.strictEqual((yield* find(job)).error?.code, "payload")
          assert.notInclude(JSON.stringify((yield* find(job)).error), "canary")
        })
      ).pipe(Effect.provide(Logger.layer([logger])))
      assert.isAbove(lines.length, 2)
      for (const line of lines) assert.notInclude(line, "canary")
    }).pipe(Effect.provide(services))
  )
})

describe("what is done daily", () => {
  const seldom = { ...usualJobWorker, pollMs: 600_000 }
  const swept = (done: Array<number>) => () => Effect.map(Instant.now, (at) => void done.push(at))

  it.effect("is done once a day by one of several, and once for all days that were missed", () =>
    Effect.gen(function* () {
      yield* begin
      const done: Array<number> = []
      const workers = Layer.merge(
        work(() => Effect.void, swept(done), seldom),
        work(() => Effect.void, swept(done), seldom)
      )
      const first = yield* Scope.make()
      yield* Layer.buildWithScope(workers, first)
      for (let i = 0; i < 20; i++) yield* settle
      assert.strictEqual(done.length, 1)
      yield* TestClock.adjust("15 hours")
      assert.strictEqual(done.length, 1)
      yield* TestClock.adjust("80 minutes")
      assert.strictEqual(done.length, 2)
      yield* Scope.close(first, Exit.void)
      yield* TestClock.adjust("4 days")
      yield* withWorker(
        work(() => Effect.void, swept(done), seldom),
        Effect.gen(function* () {
          for (let i = 0; i < 20; i++) yield* settle
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(done.length, 3)
        })
      )
    }).pipe(Effect.provide(services))
  )
})
