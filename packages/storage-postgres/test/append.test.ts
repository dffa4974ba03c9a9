import { assert, layer } from "@effect/vitest"
import {
  type AppendOutcome,
  type DeviceReading,
  mainChannel,
  ReadingStore,
  StorageError
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Fiber, Layer, type Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { always, household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

type Device = DeviceReading["deviceId"]

const Server = Context.Service<TestServer.TestServer>("test/Server")

const day = 86_400

/** Enough readings to be copied: 300 of each of ten devices, a second apart. */
const many = (deviceIds: ReadonlyArray<Device>, from = 0) =>
  Array.from({ length: 3000 }, (_, i) => reading(deviceIds[i % 10]!, from + Math.floor(i / 10)))

const count = (outcomes: ReadonlyArray<AppendOutcome>) => {
  const counted: Partial<Record<AppendOutcome, number>> = {}
  for (const outcome of outcomes) counted[outcome] = (counted[outcome] ?? 0) + 1
  return counted
}

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql<{ rows: number }>`SELECT count(*)::int AS rows FROM readings`, (found) => found[0]?.rows)
)

/** What the backends of the hot connections are at: one row for each. */
const hotBackends = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ pid: number; state: string }>`SELECT pid, state FROM pg_stat_activity
    WHERE application_name = 'wattkit append' AND datname = current_database()`
)

/** Holds up whoever wants to write readings, until the scope closes. */
const heldUp = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const held = yield* Effect.forkChild(
    sql.withTransaction(Effect.andThen(sql`LOCK TABLE readings IN EXCLUSIVE MODE`, Effect.never))
  )
  yield* until(
    Effect.map(
      sql`SELECT FROM pg_locks WHERE relation = 'readings'::regclass AND mode = 'ExclusiveLock' AND granted`,
      (rows) => rows.length > 0
    )
  )
  return Fiber.interrupt(held)
})

/** Repeats a look until it sees what it looks for. */
const until = <E, R>(look: Effect.Effect<boolean, E, R>) => Effect.repeat(look, { until: (seen) => seen })

/** Until a hot connection waits for a lock. */
const isWaiting = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql`SELECT FROM pg_stat_activity WHERE application_name = 'wattkit append' AND wait_event_type = 'Lock'
      AND datname = current_database()`,
    (rows) => rows.length > 0
  )
)

const inFresh = <A, E>(
  effect: (
    options: PostgresStorage.Options
  ) => Effect.Effect<A, E, PostgresStorage.Stores | PostgresStorage.Clients | Scope.Scope>
) =>
  Effect.flatMap(Effect.flatMap(Server, TestServer.freshDatabase), (options) =>
    Effect.provide(Effect.scoped(effect(options)), PostgresStorage.layerOptions(options))
  )

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "append",
  (it) => {
    it.effect("a second process that knows less falls back, and every reading is accepted once", () =>
      inFresh((options) =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const here = yield* ReadingStore
          const there = Context.get(
            yield* Layer.build(Layer.fresh(PostgresStorage.layerOptions(options))),
            ReadingStore
          )
          // Both have learnt that nothing is stored yet, so both take everything for certainly new.
          yield* there.append(
            tenantId,
            deviceIds.map((id) => reading(id, -1))
          )
          yield* here.append(
            tenantId,
            deviceIds.map((id) => reading(id, -1))
          )
          const batch = many(deviceIds)
          const told = yield* Effect.all([here.append(tenantId, batch), there.append(tenantId, batch)], {
            concurrency: 2
          })
          assert.deepStrictEqual(count(told.flat()), { accepted: 3000, duplicate: 3000 })
          const mixed = [...many(deviceIds, 200), { ...reading(deviceIds[0]!, 0), powerW: 5 }]
          yield* here.append(tenantId, mixed)
          assert.deepStrictEqual(count(yield* there.append(tenantId, mixed)), {
            duplicate: 3000,
            conflict: 1
          })
          assert.strictEqual(yield* stored, 10 + 5000)
        })
      )
    )

    it.effect("many make the partitions of the same days at the same time", () =>
      inFresh((options) =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(4)
          const stores = yield* Effect.all(
            Array.from({ length: 4 }, () => Layer.build(Layer.fresh(PostgresStorage.layerOptions(options))))
          )
          const days = Array.from({ length: 10 }, (_, i) => i * day)
          const told = yield* Effect.all(
            stores.map((store, i) =>
              Context.get(store, ReadingStore).append(
                tenantId,
                days.map((from) => reading(deviceIds[i]!, from))
              )
            ),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(count(told.flat()), { accepted: 40 })
        })
      )
    )

    it.effect("a partition that is gone is made again", () =>
      inFresh(() =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const store = yield* ReadingStore
          const sql = yield* SqlClient.SqlClient
          yield* store.append(tenantId, many(deviceIds))
          for (const batch of [many(deviceIds, 1000), [reading(deviceIds[0]!, 9000)]]) {
            yield* sql`DROP TABLE readings_19700101`
            assert.deepStrictEqual(count(yield* store.append(tenantId, batch)), { accepted: batch.length })
          }
          assert.strictEqual(yield* stored, 1)
        })
      )
    )

    it.effect("readings before the horizon are expired, however they come, and are not stored", () =>
      inFresh(() =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const store = yield* ReadingStore
          const sql = yield* SqlClient.SqlClient
          const moved = yield* sql`SELECT wattkit_give_up_readings(to_timestamp(${2 * day}::int)) AS dropped`
          assert.deepStrictEqual(moved, [{ dropped: 0 }])
          const late = many(deviceIds, day)
          assert.deepStrictEqual(count(yield* store.append(tenantId, late)), { expired: 3000 })
          const across = [...late.slice(0, 3), ...late.slice(0, 1), ...many(deviceIds, 2 * day)]
          assert.deepStrictEqual(count(yield* store.append(tenantId, across)), { expired: 4, accepted: 3000 })
          const [first] = late
          const correction = { ...first!, by: "Ada", reason: "wrong", madeAt: first!.at, reading: null }
          assert.deepStrictEqual(yield* store.correct(tenantId, [correction]), ["expired"])
          assert.deepStrictEqual(yield* store.revisions(tenantId, first!), [])
          assert.strictEqual(yield* stored, 3000)
        })
      )
    )

    it.effect("what is given up is gone but for the last 64 of each channel, which nobody sees", () =>
      inFresh(() =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const store = yield* ReadingStore
          const sql = yield* SqlClient.SqlClient
          yield* store.append(tenantId, [...many(deviceIds, 0), ...many(deviceIds, day - 150)])
          const giveUp = sql<{
            dropped: number | null
          }>`SELECT wattkit_give_up_readings(to_timestamp(${day}::int)) AS dropped`
          assert.deepStrictEqual(yield* giveUp, [{ dropped: null }], "while usage waits")
          yield* sql`DELETE FROM usage_stale`
          assert.deepStrictEqual(yield* giveUp, [{ dropped: 1 }])
          assert.deepStrictEqual(yield* sql`SELECT count(*)::int AS kept FROM readings_anchors`, [
            { kept: 640 }
          ])
          const query = { deviceId: deviceIds[3]!, channel: mainChannel, within: always }
          assert.lengthOf(yield* Stream.runCollect(store.scan(tenantId, query)), 150)
          const [first] = yield* store.page(tenantId, { ...query, limit: 1 })
          assert.strictEqual(first?.at, day * 1000)
        })
      )
    )

    it.effect("an append that is given up leaves no transaction behind, and the next one goes on", () =>
      inFresh(() =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const store = yield* ReadingStore
          yield* store.append(tenantId, many(deviceIds))
          const release = yield* heldUp
          const waiting = yield* Effect.forkChild(store.append(tenantId, many(deviceIds, 1000)))
          yield* until(isWaiting)
          yield* Fiber.interrupt(waiting)
          yield* release
          yield* until(Effect.map(hotBackends, (rows) => rows.every(({ state }) => state === "idle")))
          const told = count(yield* store.append(tenantId, many(deviceIds, 1000)))
          assert.strictEqual((told.accepted ?? 0) + (told.duplicate ?? 0), 3000)
          assert.strictEqual(yield* stored, 6000)
        })
      )
    )

    it.effect("a connection that is ended in the middle is replaced, and nothing acknowledged is lost", () =>
      inFresh(() =>
        Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          const store = yield* ReadingStore
          const sql = yield* SqlClient.SqlClient
          yield* store.append(tenantId, many(deviceIds))
          const release = yield* heldUp
          const waiting = yield* Effect.forkChild(Effect.flip(store.append(tenantId, many(deviceIds, 1000))))
          yield* until(isWaiting)
          for (const { pid } of yield* hotBackends) yield* sql`SELECT pg_terminate_backend(${pid}::int)`
          const error = yield* Fiber.join(waiting)
          assert.isTrue(error instanceof StorageError && error.reason === "unavailable", String(error))
          yield* release
          assert.strictEqual(yield* stored, 3000)
          assert.deepStrictEqual(count(yield* store.append(tenantId, many(deviceIds, 1000))), {
            accepted: 3000
          })
          // One that is ended while nobody uses it is replaced as well.
          for (const { pid } of yield* hotBackends) yield* sql`SELECT pg_terminate_backend(${pid}::int)`
          yield* until(Effect.map(hotBackends, (rows) => rows.length === 0))
          yield* Effect.yieldNow
          assert.deepStrictEqual(count(yield* store.append(tenantId, many(deviceIds, 2000))), {
            accepted: 3000
          })
        })
      )
    )

    it.effect("copies in the schema, with the durability and the time-outs of the pool", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        yield* Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE SCHEMA apart`),
          PostgresStorage.layerClient(options)
        )
        yield* Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(10)
          yield* (yield* ReadingStore).append(tenantId, many(deviceIds))
          const sql = yield* SqlClient.SqlClient
          assert.deepStrictEqual(yield* sql`SELECT count(*)::int AS rows FROM apart.readings`, [
            { rows: 3000 }
          ])
          const pool = PostgresStorage.pool({ schema: "apart" }).startupParameters
          assert.include(pool, { synchronous_commit: "on", search_path: "apart" })
        }).pipe(Effect.provide(PostgresStorage.layerOptions({ ...options, schema: "apart" })))
      })
    )
  }
)
