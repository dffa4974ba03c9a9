import { assert, it, layer } from "@effect/vitest"
import { type Instant, ReadingStore, StorageError, StorageUpkeep, usualRetention } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { day, everything, household, noon, reading, readings, tenantId } from "./household.ts"
import * as TimescaleDatabase from "./TimescaleDatabase.ts"

type Fresh = Effect.Success<typeof TimescaleDatabase.fresh>

const inPlain = <A, E>(
  { url }: Fresh,
  effect: Effect.Effect<A, E, PostgresStorage.Stores | PostgresStorage.Clients>
) => Effect.provide(effect, Layer.fresh(PostgresStorage.layerOptions({ url, maxConnections: 2 })))

const inMoved = <A, E>(
  { url }: Fresh,
  effect: Effect.Effect<A, E, PostgresStorage.Stores | PostgresStorage.Clients>
) => Effect.provide(effect, Layer.fresh(TimescaleStorage.layerOptions({ url, maxConnections: 2 })))

const refusal = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const error = yield* Effect.flip(effect)
  return error instanceof StorageError ? error : assert.fail(`not a StorageError: ${String(error)}`)
})

const at = (days: number) => (noon + days * day) as Instant.Instant

const stored = Effect.flatMap(ReadingStore, (store) =>
  Effect.all([store.page(tenantId, everything(0)), store.page(tenantId, everything(1))])
)

interface Chunk {
  readonly name: string
  readonly compressed: boolean
}

const chunks = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<Chunk>`SELECT chunk_name::text AS name, is_compressed AS compressed
    FROM timescaledb_information.chunks WHERE hypertable_name = 'readings' ORDER BY 1`
)

const giveUp = (days: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.andThen(
      sql`DELETE FROM usage_stale`,
      sql`SELECT wattkit_give_up_readings(date_trunc('day', to_timestamp(${at(days) / 1000}::float8), 'UTC'))`
    )
  )

const append = (batch: ReadonlyArray<ReturnType<typeof reading>>) =>
  Effect.flatMap(ReadingStore, (store) => store.append(tenantId, batch))

const strike = (place: number, minutes: number) =>
  Effect.flatMap(ReadingStore, (store) => {
    const { at: of, channel, deviceId } = reading(place, minutes)
    const made = { madeAt: at(100), by: "Ada", reason: "wrong" }
    return store.correct(tenantId, [{ deviceId, channel, at: of, reading: null, ...made }])
  })

const suite = () =>
  layer(Layer.empty, { excludeTestServices: true })("TimescaleDB", (it) => {
    it.effect(
      "a database of the plain storage is moved with all it has, once, and the plain storage goes on in it",
      () =>
        Effect.gen(function* () {
          const database = yield* TimescaleDatabase.fresh
          const before = yield* inPlain(
            database,
            Effect.gen(function* () {
              assert.isFalse((yield* TimescaleStorage.detect).isMoved)
              yield* household(2)
              yield* append(readings(5))
              yield* giveUp(2)
              return yield* stored
            })
          )
          yield* inMoved(
            database,
            Effect.gen(function* () {
              assert.isTrue((yield* TimescaleStorage.detect).isMoved)
              assert.deepStrictEqual(yield* stored, before)
              const names = (yield* chunks).map(({ name }) => name)
              assert.includeMembers(names, ["readings_20260112", "readings_20260115", "readings_anchors"])
              const sql = yield* SqlClient.SqlClient
              const anchors = yield* sql`SELECT count(*)::int AS n FROM readings_anchors`
              assert.deepStrictEqual(anchors, [{ n: 128 }])
              assert.deepStrictEqual(yield* TimescaleStorage.migrate, [])
            })
          )
          yield* inPlain(
            database,
            Effect.gen(function* () {
              yield* TimescaleStorage.compress(at(40))
              const late = [reading(0, 3 * 1440 + 1), reading(1, 60 * 1440)]
              assert.deepStrictEqual(yield* append(late), ["accepted", "accepted"])
              assert.deepStrictEqual(yield* append(late), ["duplicate", "duplicate"])
              yield* giveUp(4)
              assert.strictEqual((yield* append([reading(0, 1440)]))[0], "expired")
            })
          )
        })
    )

    it.effect("readings are compressed after seven days, and are late, corrected and read as before", () =>
      Effect.gen(function* () {
        const database = yield* TimescaleDatabase.fresh
        yield* inMoved(
          database,
          Effect.gen(function* () {
            yield* household(2)
            yield* append(readings(4))
            const before = yield* stored
            yield* TimescaleStorage.compress(at(9))
            assert.deepStrictEqual(yield* chunks, [
              { name: "readings_20260110", compressed: true },
              { name: "readings_20260111", compressed: true },
              { name: "readings_20260112", compressed: false },
              { name: "readings_20260113", compressed: false },
              { name: "readings_20260114", compressed: false }
            ])
            assert.deepStrictEqual(yield* stored, before)
            assert.deepStrictEqual(yield* append([reading(0, 15), reading(0, 16), reading(1, 15)]), [
              "duplicate",
              "accepted",
              "duplicate"
            ])
            assert.deepStrictEqual(yield* append([{ ...reading(0, 30), powerW: -1 }]), ["conflict"])
            assert.deepStrictEqual(yield* strike(0, 45), ["revised"])
            const [first, second] = yield* stored
            const expected = [...before[0]!, reading(0, 16)]
              .filter(({ at: of }) => of !== reading(0, 45).at)
              .sort((a, b) => a.at - b.at)
              .map(({ at: of, importWh }) => [of, importWh])
            assert.deepStrictEqual(
              first.map(({ at: of, importWh }) => [of, importWh]),
              expected
            )
            assert.deepStrictEqual(second, before[1])
            assert.strictEqual(yield* TimescaleStorage.compress(at(9)), 1)
            assert.strictEqual(yield* TimescaleStorage.compress(at(9)), 0)
            assert.deepStrictEqual(yield* stored, [first, second])
          })
        )
      })
    )

    it.effect("the upkeep gives up what is old and compresses what is kept", () =>
      Effect.gen(function* () {
        yield* inMoved(
          yield* TimescaleDatabase.fresh,
          Effect.gen(function* () {
            yield* household(2)
            yield* append(readings(4))
            const upkeep = yield* StorageUpkeep
            const retained = yield* upkeep.retain(at(10), { ...usualRetention, readingDays: 9 })
            assert.strictEqual(retained.droppedReadingDays, 1)
            assert.deepInclude(yield* chunks, { name: "readings_20260111", compressed: true })
            assert.deepInclude(yield* chunks, { name: "readings_20260113", compressed: false })
            assert.deepInclude(yield* chunks, { name: "readings_anchors", compressed: false })
            assert.strictEqual((yield* append([reading(0, 0)]))[0], "expired")
            assert.strictEqual((yield* append([reading(0, 1441)]))[0], "accepted")
          })
        )
      })
    )

    it.effect("compressed days are given up whole, and the anchors stay", () =>
      Effect.gen(function* () {
        yield* inMoved(
          yield* TimescaleDatabase.fresh,
          Effect.gen(function* () {
            yield* household(2)
            yield* append(readings(5))
            yield* TimescaleStorage.compress(at(40))
            for (const days of [2, 4]) {
              yield* giveUp(days)
              const sql = yield* SqlClient.SqlClient
              const [row] = yield* sql<{ n: number; latest: Date }>`
                SELECT count(*)::int AS n, max(at) AS latest FROM readings_anchors`
              assert.strictEqual(row?.n, 128)
              assert.strictEqual(row?.latest.getTime(), Math.floor(at(days) / day) * day - 15 * 60_000)
            }
            const names = (yield* chunks).map(({ name }) => name)
            assert.deepStrictEqual(names, ["readings_20260114", "readings_20260115", "readings_anchors"])
          })
        )
      })
    )

    it.effect("a day nobody made a partition for is taken in, and made into one in vain", () =>
      Effect.gen(function* () {
        yield* inMoved(
          yield* TimescaleDatabase.fresh,
          Effect.gen(function* () {
            yield* household(2)
            yield* append([reading(0, 0)])
            const sql = yield* SqlClient.SqlClient
            yield* sql`INSERT INTO readings (channel_key, at, power_w)
              SELECT key, '2026-02-01T06:00:00Z', 1 FROM channels`
            yield* sql`SELECT wattkit_make_days('{2026-02-01,2026-02-02}')`
            const names = (yield* chunks).map(({ name }) => name)
            assert.strictEqual(names.length, 3)
            assert.includeMembers(names, ["readings_20260110", "readings_20260202"])
            assert.strictEqual((yield* stored)[0].length, 2)
            yield* giveUp(23)
            assert.deepStrictEqual(
              (yield* chunks).map(({ name }) => name),
              ["readings_20260202", "readings_anchors"]
            )
          })
        )
      })
    )

    it.effect("a role that owns nothing keeps what it may do, and compresses, and cannot drop", () =>
      Effect.gen(function* () {
        const database = yield* TimescaleDatabase.fresh
        const role = `${database.database}_humble`
        yield* Effect.acquireRelease(
          inPlain(
            database,
            Effect.gen(function* () {
              const sql = yield* SqlClient.SqlClient
              yield* sql`CREATE ROLE ${sql(role)} LOGIN`
              yield* household(2)
              yield* append(readings(3))
              yield* PostgresStorage.grant(role)
            })
          ),
          () =>
            Effect.orDie(
              inPlain(
                database,
                Effect.flatMap(SqlClient.SqlClient, (sql) =>
                  Effect.andThen(sql`DROP OWNED BY ${sql(role)}`, sql`DROP ROLE ${sql(role)}`)
                )
              )
            )
        )
        const humble = TimescaleStorage.layerClient({ url: database.as(role), maxConnections: 2 })
        const asHumble = Layer.provideMerge(TimescaleStorage.layerMigrated, humble)
        const refused = yield* refusal(Effect.scoped(Layer.build(Layer.fresh(asHumble))))
        assert.strictEqual(refused.reason, "misconfigured")
        assert.include(refused.message, "wattkit migrate")
        yield* inMoved(database, PostgresStorage.grant(role))
        yield* Effect.gen(function* () {
          assert.isAbove(yield* TimescaleStorage.compress(at(20)), 3)
          assert.deepStrictEqual(yield* append([reading(0, 7), reading(1, 9 * 1440)]), [
            "accepted",
            "accepted"
          ])
          assert.deepStrictEqual(yield* strike(0, 15), ["revised"])
          assert.strictEqual((yield* stored)[0].length, 3 * 96)
          const sql = yield* SqlClient.SqlClient
          const drop = sql`SELECT drop_chunks('readings', older_than => now())`
          for (const forbidden of [
            drop,
            sql`DROP TABLE readings`,
            sql`SELECT wattkit_drop('readings', now())`
          ]) {
            assert.isTrue(yield* Effect.isFailure(forbidden))
          }
          assert.strictEqual((yield* stored)[0].length, 3 * 96)
        }).pipe(Effect.provide(asHumble))
      })
    )

    it.effect("the move is done once, however many start at once, and undone when it fails", () =>
      Effect.gen(function* () {
        const database = yield* TimescaleDatabase.fresh
        const client = TimescaleStorage.layerClient({ url: database.url, maxConnections: 1 })
        const start = Effect.provide(TimescaleStorage.migrate, Layer.fresh(client))
        yield* inPlain(
          database,
          Effect.gen(function* () {
            yield* household(2)
            yield* append(readings(2))
            const before = yield* stored
            const sql = yield* SqlClient.SqlClient
            yield* sql`CREATE TABLE energy_hourly_parted (in_the_way int)`
            assert.strictEqual((yield* Effect.exit(start))._tag, "Failure")
            assert.deepStrictEqual(
              yield* sql`SELECT relkind::text FROM pg_class WHERE relname = 'readings'`,
              [{ relkind: "p" }]
            )
            assert.deepStrictEqual(yield* stored, before)
            yield* sql`DROP TABLE energy_hourly_parted`
          })
        )
        const all = Effect.all(
          Array.from({ length: 4 }, () => start),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual((yield* all).flat(), ["timescale_0001_hypertables"])
      })
    )

    it.effect("works in a schema of its own, beside the schema of the extension", () =>
      Effect.gen(function* () {
        const { url } = yield* TimescaleDatabase.fresh
        const make = Effect.flatMap(SqlClient.SqlClient, (sql) =>
          Effect.andThen(sql`CREATE SCHEMA apart`, sql`CREATE EXTENSION timescaledb SCHEMA public`)
        )
        yield* Effect.provide(make, PostgresStorage.layerClient({ url }))
        yield* Effect.gen(function* () {
          yield* household(2)
          yield* append(readings(3))
          const before = yield* stored
          assert.isAbove(yield* TimescaleStorage.compress(at(20)), 3)
          yield* append([reading(0, 1)])
          yield* giveUp(1)
          assert.strictEqual((yield* stored)[0].filter(({ at: of }) => of >= at(1) - day / 2).length, 240)
          assert.strictEqual(before[0].length, 288)
        }).pipe(Effect.provide(TimescaleStorage.layerOptions({ url, schema: "apart", maxConnections: 2 })))
      })
    )

    it.effect("refuses a later schema, and sessions that may not change what is compressed", () =>
      Effect.gen(function* () {
        const database = yield* TimescaleDatabase.fresh
        yield* inMoved(database, household(1))
        const plain = PostgresStorage.layerClient({ url: database.url, maxConnections: 1 })
        const unlimited = yield* refusal(
          Effect.scoped(Layer.build(Layer.provide(Layer.fresh(TimescaleStorage.layer), plain)))
        )
        assert.include(unlimited.message, "max_tuples_decompressed")
        const tomorrow = Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`INSERT INTO wattkit_timescale_migrations (migration_id, name) VALUES (99, 'tomorrow')`
        )
        yield* inPlain(database, tomorrow)
        const newer = yield* refusal(inMoved(database, Effect.void))
        assert.strictEqual(newer.reason, "misconfigured")
        assert.include(newer.message, "version 99")
      })
    )
  })

if (TimescaleDatabase.given === undefined) {
  it.effect(TimescaleDatabase.notGiven, () =>
    Effect.map(Effect.exit(TimescaleDatabase.fresh), ({ _tag }) => assert.strictEqual(_tag, "Failure"))
  )
} else {
  suite()
}
