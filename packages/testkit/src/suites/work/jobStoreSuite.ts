import { assert } from "@effect/vitest"
import { Instant, JobStore, mostPartBytes, type TenantStore, UserStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"
import { addUser, freshUserId } from "../identity/support.ts"
import { poisonTexts } from "../messages/texts.ts"
import * as Refusals from "../refusals.ts"
import { addTenant, freshTenant } from "../registered.ts"
import { leases } from "./leases.ts"
import { addJob, claim, claimOne, freshJobId, freshTime, jobOf } from "./support.ts"

type Needs = JobStore | TenantStore | UserStore

const kept: ReadonlyArray<Check<Needs>> = [
  {
    name: "answers a job as it was added, to its tenant and to no other",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const [{ id: tenantId }, other] = [yield* addTenant, yield* addTenant]
      const { id: userId } = yield* addUser
      const now = freshTime()
      const payload = {
        texts: poisonTexts.map((text) => text.toWellFormed()),
        deep: [{ n: 1.5 }, null, true]
      }
      const draft = jobOf(tenantId, now, { userId, payload, priority: "high", runAt: Instant.plus(now, 5) })
      const { isNew, job } = yield* store.add(draft)
      assert.isTrue(isNew)
      assert.deepStrictEqual(job, {
        ...draft,
        state: "queued",
        attempts: 0,
        progress: 0,
        result: null,
        error: null,
        startedAt: null,
        finishedAt: null,
        lease: null,
        isCancelAsked: false
      })
      assert.deepStrictEqual(yield* store.find(tenantId, job.id), job)
      yield* Refusals.assertMissing("job", job.id, store.find(other.id, job.id))
      yield* Refusals.assertMissing("job", job.id, store.cancel(other.id, job.id, now))
      yield* Refusals.assertMissing("job", job.id, store.retry(other.id, job.id, now))
      assert.deepStrictEqual(yield* store.list(other.id, { limit: 9 }), [])
      assert.deepStrictEqual(yield* store.find(tenantId, job.id), job)
    })
  },
  {
    name: "refuses a job of a tenant or of a person there is not",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const [stranger, nobody, now] = [freshTenant().id, freshUserId(), freshTime()]
      yield* Refusals.assertMissing("tenant", stranger, store.add(jobOf(stranger, now)))
      yield* Refusals.assertMissing("user", nobody, store.add(jobOf(tenantId, now, { userId: nobody })))
      assert.deepStrictEqual((yield* claim(now)).jobs, [])
    })
  },
  {
    name: "of many that are added with one key there is one, in each tenant and of the server",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const [one, other] = [yield* addTenant, yield* addTenant]
      const [now, key] = [freshTime(), `key of ${freshJobId()}`]
      for (const tenantId of [one.id, other.id, null]) {
        const twins = Array.from({ length: 12 }, () => store.add(jobOf(tenantId, now), key))
        const added = yield* Effect.all(twins, { concurrency: "unbounded" })
        assert.strictEqual(added.filter(({ isNew }) => isNew).length, 1)
        assert.strictEqual(new Set(added.map(({ job }) => job.id)).size, 1)
      }
      assert.isTrue((yield* store.add(jobOf(one.id, now), `${key} of another`)).isNew)
      assert.isTrue((yield* store.add(jobOf(one.id, now))).isNew)
      const { jobs, worker } = yield* claim(now)
      assert.strictEqual(jobs.length, 5)
      for (const { id } of jobs) yield* store.succeed({ id, worker }, null, now)
      const { isNew, job } = yield* store.add(jobOf(one.id, now), key)
      assert.deepStrictEqual([isNew, job.state], [false, "succeeded"])
    })
  },
  {
    name: "lists the newest first, page by page, by state, queue, kind and whose they are",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const { id: userId } = yield* addUser
      const now = freshTime()
      const a = yield* addJob(tenantId, now, { kind: "first", userId })
      const b = yield* addJob(tenantId, now, { kind: "second", queue: "upkeep" })
      const c = yield* addJob(tenantId, now, { kind: "second", by: "user x" })
      const gone = yield* store.cancel(tenantId, c.id, now)
      const list = (query: Partial<Parameters<JobStore["list"]>[1]>) =>
        Effect.map(store.list(tenantId, { limit: 9, ...query }), (found) => found.map(({ id }) => id))
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 9 }), [gone, b, a])
      assert.deepStrictEqual(yield* list({ limit: 2 }), [c.id, b.id])
      assert.deepStrictEqual(yield* list({ limit: 2, before: b.id }), [a.id])
      assert.deepStrictEqual(yield* list({ state: "queued" }), [b.id, a.id])
      assert.deepStrictEqual(yield* list({ state: "cancelled", kind: "second" }), [c.id])
      assert.deepStrictEqual(yield* list({ queue: "upkeep" }), [b.id])
      assert.deepStrictEqual(yield* list({ kind: "first" }), [a.id])
      assert.deepStrictEqual(yield* list({ userId }), [a.id])
      assert.deepStrictEqual(yield* list({ by: "user x" }), [c.id])
      for (const text of poisonTexts) assert.deepStrictEqual(yield* list({ kind: text }), [])
      yield* claim(now, { queues: ["reports", "upkeep"] })
    })
  },
  {
    name: "a job goes with its person",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const { id: userId } = yield* addUser
      const now = freshTime()
      const job = yield* addJob(tenantId, now, { userId })
      const { hold } = yield* claimOne(now)
      yield* store.keepPart(hold, 0, new Uint8Array([1]))
      yield* (yield* UserStore).remove(userId)
      yield* Refusals.assertMissing("job", job.id, store.find(tenantId, job.id))
      assert.isUndefined(yield* store.part(tenantId, job.id, 0))
      assert.isFalse(yield* store.succeed(hold, null, now))
    })
  },
  {
    name: "keeps the parts of what a job made, byte for byte, from whoever holds it",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const [{ id: tenantId }, other] = [yield* addTenant, yield* addTenant]
      const now = freshTime()
      yield* addJob(tenantId, now)
      const { hold, job } = yield* claimOne(now)
      const bytes = Uint8Array.from({ length: mostPartBytes }, (_, i) => i % 251)
      assert.isTrue(yield* store.keepPart(hold, 0, new Uint8Array([1, 2])))
      assert.isTrue(yield* store.keepPart(hold, 1, new Uint8Array([3])))
      assert.isTrue(yield* store.keepPart(hold, 0, bytes))
      assert.isFalse(yield* store.keepPart({ ...hold, worker: "another" }, 0, new Uint8Array([9])))
      yield* store.succeed(hold, { parts: 2 }, now)
      assert.isFalse(yield* store.keepPart(hold, 0, new Uint8Array([9])))
      assert.deepStrictEqual(yield* store.part(tenantId, job.id, 0), bytes)
      assert.deepStrictEqual(yield* store.part(tenantId, job.id, 1), new Uint8Array([3]))
      assert.isUndefined(yield* store.part(tenantId, job.id, 2))
      assert.isUndefined(yield* store.part(other.id, job.id, 0))
      assert.deepStrictEqual((yield* store.find(tenantId, job.id)).result, { parts: 2 })
    })
  },
  {
    name: "gives up what finished long ago, so many at a time, parts alone or all of it; never what waits",
    run: Effect.gen(function* () {
      const store = yield* JobStore
      const { id: tenantId } = yield* addTenant
      const now = freshTime()
      const later = (ms: number) => Instant.plus(now, ms)
      for (let i = 0; i < 3; i++) yield* addJob(tenantId, now)
      const { jobs, worker } = yield* claim(now)
      for (const [i, { id }] of jobs.entries()) {
        yield* store.keepPart({ id, worker }, 0, new Uint8Array([i]))
        yield* store.succeed({ id, worker }, null, later(i))
      }
      const waiting = yield* addJob(tenantId, now)
      assert.strictEqual(yield* store.forgetParts(later(2), 1), 1)
      assert.strictEqual(yield* store.forgetParts(later(2), 9), 1)
      assert.strictEqual(yield* store.forgetParts(later(2), 9), 0)
      assert.isUndefined(yield* store.part(tenantId, jobs[1]!.id, 0))
      assert.deepStrictEqual(yield* store.part(tenantId, jobs[2]!.id, 0), new Uint8Array([2]))
      assert.strictEqual(yield* store.forget(later(3), 2), 2)
      assert.strictEqual(yield* store.forget(later(3), 2), 1)
      assert.strictEqual(yield* store.forget(later(3), 2), 0)
      assert.deepStrictEqual(yield* store.list(tenantId, { limit: 9 }), [waiting])
      yield* claim(now)
    })
  }
]

/** Everything a `JobStore` promises, one check for each promise. */
export const jobStoreChecks: ReadonlyArray<Check<Needs>> = [...kept, ...leases]

/** Registers the tests every `JobStore` has to pass, over a layer that also carries tenants and persons. */
export const jobStoreSuite = <E>(
  name: string,
  layer: Layer.Layer<Needs, E>,
  options: SuiteOptions = {}
): void => register(`${name}: JobStore`, layer, jobStoreChecks, options)
