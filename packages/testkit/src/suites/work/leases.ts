import { assert } from "@effect/vitest"
import { Instant, JobStore, type TenantStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { addTenant } from "../registered.ts"
import { addJob, claim, claimOne, freshTime } from "./support.ts"

type Needs = JobStore | TenantStore

const boom = { code: "boom", message: "it went wrong" }

/** Who gets which job, and who gets none. */
const claims: ReadonlyArray<Check<Needs>> = [
  {
    name: "gives what is due: by priority, then what waited longest, of the queues asked for",
    run: Effect.gen(function* () {
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      const add = (kind: string, over: Parameters<typeof addJob>[2] = {}) =>
        addJob(tenantId, now, { kind, ...over })
      yield* add("low", { priority: "low", runAt: Instant.plus(now, -9_000) })
      yield* add("later", { runAt: Instant.plus(now, -1_000) })
      yield* add("longest", { runAt: Instant.plus(now, -5_000) })
      yield* add("first", { priority: "high" })
      yield* add("not due", { priority: "high", runAt: Instant.plus(now, 1) })
      yield* add("elsewhere", { queue: "webhooks" })
      yield* addJob(null, now, { kind: "of the server", priority: "low" })
      const some = yield* claim(now, { limit: 2 })
      assert.deepStrictEqual(
        some.jobs.map(({ kind }) => kind),
        ["first", "longest"]
      )
      const rest = yield* claim(now)
      assert.deepStrictEqual(
        rest.jobs.map(({ kind }) => kind),
        ["later", "low", "of the server"]
      )
      assert.deepStrictEqual((yield* claim(now)).jobs, [])
      const [job] = rest.jobs
      assert.deepInclude(job!, { state: "running", attempts: 1, startedAt: now, tenantId })
      assert.deepStrictEqual(job!.lease, { worker: rest.worker, until: Instant.plus(now, 30_000) })
      yield* claim(Instant.plus(now, 1), { queues: ["reports", "webhooks"] })
    })
  },
  {
    name: "of many who claim at the same time each job goes to one, and none is left",
    run: Effect.gen(function* () {
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      const all: Array<string> = []
      for (let i = 0; i < 60; i++) all.push((yield* addJob(tenantId, now)).id)
      const greedy = Effect.gen(function* () {
        const got: Array<string> = []
        for (;;) {
          const { jobs } = yield* claim(now, { limit: 3 })
          if (jobs.length === 0) return got
          got.push(...jobs.map(({ id }) => id))
        }
      })
      const got = (yield* Effect.all([greedy, greedy, greedy, greedy], { concurrency: "unbounded" })).flat()
      // Who passes over what others are claiming may find nothing although something is handed back.
      got.push(...(yield* greedy))
      assert.deepStrictEqual(got.toSorted(), all.toSorted())
    })
  }
]

/** What becomes of a job in the hands of a worker. */
const outcomes: ReadonlyArray<Check<Needs>> = [
  {
    name: "a failed attempt is repeated after a wait that doubles, until the job is dead",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      yield* addJob(tenantId, now, { backOffMs: 1_000, maxAttempts: 3 })
      let time = now
      for (const wait of [1_000, 2_000]) {
        const { hold } = yield* claimOne(time)
        assert.strictEqual(yield* store.fail(hold, boom, time), "failed")
        const job = yield* store.find(tenantId, hold.id)
        assert.deepStrictEqual([job.state, job.error, job.lease], ["failed", boom, null])
        assert.strictEqual(job.runAt, Instant.plus(time, wait))
        assert.deepStrictEqual((yield* claim(Instant.plus(time, wait - 1))).jobs, [])
        time = Instant.plus(time, wait)
      }
      const { hold } = yield* claimOne(time)
      assert.strictEqual(yield* store.fail(hold, boom, time), "dead")
      assert.deepStrictEqual((yield* claim(Instant.plus(time, 1e7))).jobs, [])
      const dead = yield* store.find(tenantId, hold.id)
      assert.deepInclude(dead, { state: "dead", attempts: 3, finishedAt: time, error: boom })
      const again = yield* store.retry(tenantId, hold.id, Instant.plus(time, 5))
      assert.deepInclude(again, { state: "queued", attempts: 0, finishedAt: null })
      assert.strictEqual((yield* claimOne(Instant.plus(time, 5))).job.attempts, 1)
    })
  },
  {
    name: "what no other attempt would mend is dead at once; no wait is longer than an hour",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      yield* addJob(tenantId, now)
      const { hold } = yield* claimOne(now)
      assert.strictEqual(yield* store.fail(hold, boom, now, true), "dead")
      yield* addJob(tenantId, now, { backOffMs: 1e9 })
      const slow = yield* claimOne(now)
      yield* store.fail(slow.hold, boom, now)
      assert.strictEqual((yield* store.find(tenantId, slow.job.id)).runAt, Instant.plus(now, 3_600_000))
      yield* claim(Instant.plus(now, 3_600_000))
    })
  },
  {
    name: "a sign of life prolongs a lease and tells how far a job is; without one another gets it",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      const later = (ms: number) => Instant.plus(now, ms)
      yield* addJob(tenantId, now)
      const { hold, job } = yield* claimOne(now)
      const beat = (ms: number, progress?: number) =>
        store.beat(hold, { now: later(ms), leaseMs: 30_000, progress })
      assert.strictEqual(yield* beat(20_000, 42), "held")
      assert.strictEqual(yield* beat(21_000), "held")
      assert.strictEqual((yield* store.find(tenantId, job.id)).progress, 42)
      assert.strictEqual(yield* store.expire(later(50_999)), 0)
      assert.strictEqual(yield* store.expire(later(51_000)), 1)
      const waiting = yield* store.find(tenantId, job.id)
      assert.deepInclude(waiting, { state: "queued", lease: null, attempts: 1 })
      assert.strictEqual(waiting.error?.code, "worker_lost")
      const other = yield* claimOne(later(51_000))
      assert.strictEqual(other.job.attempts, 2)
      assert.strictEqual(yield* beat(52_000, 99), "lost")
      assert.isFalse(yield* store.succeed(hold, "late", later(52_000)))
      assert.isUndefined(yield* store.fail(hold, boom, later(52_000)))
      assert.isFalse(yield* store.handBack(hold, later(52_000)))
      assert.isTrue(yield* store.succeed(other.hold, { n: [1, "ä"] }, later(53_000)))
      const done = yield* store.find(tenantId, job.id)
      assert.deepInclude(done, { state: "succeeded", progress: 100, error: null, finishedAt: later(53_000) })
      assert.deepStrictEqual(done.result, { n: [1, "ä"] })
    })
  },
  {
    name: "a job whose workers are lost again and again is dead",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      let now = freshTime()
      const { id } = yield* addJob(tenantId, now, { maxAttempts: 2 })
      for (const state of ["queued", "dead"]) {
        yield* claimOne(now)
        now = Instant.plus(now, 30_000)
        assert.strictEqual(yield* store.expire(now), 1)
        assert.strictEqual((yield* store.find(tenantId, id)).state, state)
      }
      assert.strictEqual((yield* store.find(tenantId, id)).error?.code, "worker_lost")
    })
  },
  {
    name: "what is handed back waits again, and the attempt does not count",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      yield* addJob(tenantId, now, { maxAttempts: 1 })
      const { hold } = yield* claimOne(now)
      assert.isTrue(yield* store.handBack(hold, now))
      const { job } = yield* claimOne(now)
      assert.deepInclude(job, { attempts: 1, state: "running" })
    })
  },
  {
    name: "what waits is cancelled at once, what runs is asked to stop, and either can be begun again",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      const waiting = yield* addJob(tenantId, now)
      const gone = yield* store.cancel(tenantId, waiting.id, now)
      assert.deepInclude(gone, { state: "cancelled", finishedAt: now })
      assert.deepStrictEqual((yield* claim(now)).jobs, [])
      yield* store.retry(tenantId, waiting.id, now)
      const { hold } = yield* claimOne(now)
      const asked = yield* store.cancel(tenantId, hold.id, now)
      assert.deepInclude(asked, { state: "running", isCancelAsked: true, finishedAt: null })
      assert.strictEqual(yield* store.beat(hold, { now, leaseMs: 30_000 }), "cancel")
      assert.isTrue(yield* store.stopped(hold, now))
      const stopped = yield* store.find(tenantId, hold.id)
      assert.deepInclude(stopped, { state: "cancelled", lease: null, finishedAt: now })
      const again = yield* store.retry(tenantId, hold.id, now)
      assert.deepInclude(again, { state: "queued", isCancelAsked: false })
      const last = yield* claimOne(now)
      yield* store.cancel(tenantId, hold.id, now)
      assert.strictEqual(yield* store.expire(Instant.plus(now, 30_000)), 1)
      assert.strictEqual((yield* store.find(tenantId, last.job.id)).state, "cancelled")
    })
  },
  {
    name: "what has succeeded is neither cancelled nor begun again",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      yield* addJob(tenantId, now)
      const { hold } = yield* claimOne(now)
      yield* store.succeed(hold, 1, now)
      const done = yield* store.find(tenantId, hold.id)
      assert.deepStrictEqual(yield* store.cancel(tenantId, hold.id, Instant.plus(now, 5)), done)
      assert.deepStrictEqual(yield* store.retry(tenantId, hold.id, Instant.plus(now, 5)), done)
    })
  }
]

/** What a `JobStore` promises to workers. */
export const leases: ReadonlyArray<Check<Needs>> = [...claims, ...outcomes]
