import { assert, describe, it } from "@effect/vitest"
import {
  ApiKeyId,
  AuditStore,
  Email,
  type Job,
  JobStore,
  Memory,
  NotFound,
  noSecrets,
  type Principal,
  SessionId,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Audit } from "../audit/Audit.ts"
import { Forbidden } from "../Forbidden.ts"
import { now, principal, tenantId } from "../house.fixture.ts"
import { InUse } from "../InUse.ts"
import { JobBell } from "./JobBell.ts"
import type { JobKind } from "./JobKind.ts"
import { Jobs } from "./Jobs.ts"

const layer = Jobs.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Audit.layer, JobBell.layer)),
  Layer.provideMerge(Memory.layer)
)

const kind: JobKind<null> = {
  name: "test",
  queue: "reports",
  payload: Schema.Null,
  maxAttempts: 3,
  backOffMs: 1
}

const person = (name: string, scopes: Principal["scopes"], tenant = tenantId) =>
  principal({
    tenantId: tenant,
    by: { kind: "user", id: UserId.make(name), sessionId: SessionId.make(`s-${name}`) },
    scopes,
    locations: scopes.includes("administer") ? null : []
  })

const everything: Principal["scopes"] = ["read", "ingest", "correct", "manage", "administer"]
const ada = person("ada", ["read", "ingest"])
const bob = person("bob", ["read", "ingest"])
const admin = person("eve", everything)
const stranger = person("eve", everything, TenantId.make("t2"))
const adasKey = (scopes: Principal["scopes"]) =>
  principal({ by: { kind: "key", id: ApiKeyId.make("k-ada"), userId: UserId.make("ada") }, scopes })
const program = principal({ by: { kind: "key", id: ApiKeyId.make("k-x"), userId: null } })

const begin = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  const tenants = yield* TenantStore
  for (const id of [tenantId, TenantId.make("t2")]) yield* tenants.add({ id, name: id, createdAt: now })
  const dates = { createdAt: now, verifiedAt: now, disabledAt: null, eraseAt: null }
  for (const name of ["ada", "bob", "eve"]) {
    const user = { id: UserId.make(name), email: Email.make(`${name}@example.org`), name, ...dates }
    yield* UserStore.use((store) => store.add(user, noSecrets))
  }
})

const submit = (who: Principal) => Jobs.use((jobs) => jobs.submit(who, kind, null))
const list = (who: Principal) =>
  Effect.map(
    Jobs.use((jobs) => jobs.list(who, { limit: 99 })),
    (all) => all.map(({ id }) => id).toSorted()
  )
const ids = (...jobs: ReadonlyArray<Job>) => jobs.map(({ id }) => id).toSorted()

const refusal = <A, E>(effect: Effect.Effect<A, E, Jobs>) => Effect.flip(effect)

describe("Jobs", () => {
  it.effect("shows everybody their own, also by their keys, and an administrator all of the tenant", () =>
    Effect.gen(function* () {
      yield* begin
      const [adas, byKey, bobs, programs] = [
        yield* submit(ada),
        yield* submit(adasKey(["read"])),
        yield* submit(bob),
        yield* submit(program)
      ]
      assert.deepStrictEqual(yield* list(ada), ids(adas, byKey))
      assert.deepStrictEqual(yield* list(adasKey(["read"])), ids(adas, byKey))
      assert.deepStrictEqual(yield* list(bob), ids(bobs))
      assert.deepStrictEqual(yield* list(program), ids(programs))
      assert.deepStrictEqual(yield* list(admin), ids(adas, byKey, bobs, programs))
      assert.deepStrictEqual(yield* list(stranger), [])
      assert.instanceOf(yield* refusal(list(principal({ scopes: ["ingest"] }))), Forbidden)
      for (const who of [bob, stranger, program]) {
        for (const method of ["get", "cancel", "retry", "file"] as const) {
          const asked = Jobs.use((jobs) => jobs[method](who, adas.id) as Effect.Effect<unknown, unknown>)
          const expected = method === "file" && who === program ? "Forbidden" : "NotFound"
          assert.propertyVal(yield* Effect.flip(asked), "_tag", expected, method)
        }
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("cancels and begins again what is one's own, and writes that down", () =>
    Effect.gen(function* () {
      yield* begin
      const jobs = yield* Jobs
      const job = yield* submit(ada)
      assert.instanceOf(yield* Effect.flip(jobs.retry(ada, job.id)), InUse)
      assert.instanceOf(yield* Effect.flip(jobs.cancel(adasKey(["read"]), job.id)), Forbidden)
      assert.strictEqual((yield* jobs.cancel(ada, job.id)).state, "cancelled")
      yield* jobs.cancel(ada, job.id)
      assert.strictEqual((yield* jobs.retry(admin, job.id)).state, "queued")
      assert.strictEqual((yield* jobs.cancel(adasKey(["read", "manage"]), job.id)).state, "cancelled")
      const log = yield* AuditStore.use((store) => store.list(tenantId, { limit: 9 }))
      assert.deepStrictEqual(
        log.map(({ action, by, subject }) => [action, by, subject]),
        [
          ["job.cancel", "key k-ada", `job ${job.id}`],
          ["job.retry", "user eve", `job ${job.id}`],
          ["job.cancel", "user ada", `job ${job.id}`]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("opens a file for its owner alone, until it expires", () =>
    Effect.gen(function* () {
      yield* begin
      const [jobs, store] = [yield* Jobs, yield* JobStore]
      const { id } = yield* submit(ada)
      assert.instanceOf(yield* Effect.flip(jobs.file(ada, id)), InUse)
      yield* store.claim({ queues: ["reports"], worker: "w", now, leaseMs: 1_000, limit: 1 })
      const hold = { id, worker: "w" }
      yield* store.keepPart(hold, 0, new Uint8Array([1, 2]))
      const expiresAt = "2026-06-01T11:00:00Z"
      const file = { name: "a", contentType: "text/plain", bytes: 2, parts: 1, expiresAt }
      yield* store.succeed(hold, { file }, now)
      assert.strictEqual((yield* jobs.file(ada, id)).bytes, 2)
      assert.instanceOf(yield* Effect.flip(jobs.file(admin, id)), NotFound)
      assert.instanceOf(yield* Effect.flip(jobs.file(adasKey(everything), id)), Forbidden)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual((yield* jobs.file(ada, id)).bytes, 2)
      yield* TestClock.adjust("1 minute")
      assert.instanceOf(yield* Effect.flip(jobs.file(ada, id)), NotFound)
    }).pipe(Effect.provide(layer))
  )
})
