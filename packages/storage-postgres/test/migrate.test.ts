import { assert, layer } from "@effect/vitest"
import { DeviceId, ReadingStore, StorageError, TenantId } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

const Server = Context.Service<TestServer.TestServer>("test/Server")

const inFresh = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.flatMap(Effect.flatMap(Server, TestServer.freshDatabase), (options) =>
    Effect.provide(effect, PostgresStorage.layerClient(options))
  )

const tables = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    (rows) => rows.map(({ name }) => name)
  )
)

const refusal = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const error = yield* Effect.flip(effect)
  return error instanceof StorageError ? error : assert.fail(`not a StorageError: ${String(error)}`)
})

const all = ["0001_registry", "0002_readings"]

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "migrate",
  (it) => {
    it.effect("builds the schema of an empty database, and does nothing the second time", () =>
      inFresh(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* PostgresStorage.migrate, all)
          assert.deepStrictEqual(yield* tables, [
            "api_keys",
            "device_state",
            "devices",
            "locations",
            "readings",
            "tenants",
            "wattkit_migrations"
          ])
          assert.deepStrictEqual(yield* PostgresStorage.migrate, [])
        })
      )
    )

    it.effect("is done once, however many start at once", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        const start = Effect.provide(PostgresStorage.migrate, PostgresStorage.layerClient(options))
        const ran = yield* Effect.all(
          Array.from({ length: 8 }, () => start),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(ran.flat(), all)
      })
    )

    it.effect("refuses a schema that is newer than the code, and leaves it alone", () =>
      inFresh(
        Effect.gen(function* () {
          yield* PostgresStorage.migrate
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO wattkit_migrations (migration_id, name) VALUES (99, 'of_tomorrow')`
          for (const start of [PostgresStorage.migrate, Layer.build(PostgresStorage.layer)]) {
            const { reason, message } = yield* refusal(
              Effect.scoped(start as Effect.Effect<unknown, unknown, SqlClient.SqlClient>)
            )
            assert.strictEqual(reason, "misconfigured")
            assert.include(message, "version 99")
          }
        })
      )
    )

    it.effect("stores nothing before the schema is there, and says what to run", () =>
      inFresh(
        Effect.gen(function* () {
          const { reason, message } = yield* refusal(
            Effect.scoped(Layer.build(PostgresStorage.layerMigrated))
          )
          assert.strictEqual(reason, "misconfigured")
          assert.include(message, "wattkit migrate")
          assert.deepStrictEqual(yield* tables, [])
        })
      )
    )

    it.effect("leaves a schema as it was when a migration fails", () =>
      inFresh(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql`CREATE TABLE device_state (in_the_way int)`
          assert.strictEqual((yield* Effect.exit(PostgresStorage.migrate))._tag, "Failure")
          assert.deepStrictEqual(yield* tables, ["device_state"])
        })
      )
    )

    it.effect("grants a role what the stores need and no more", () =>
      Effect.gen(function* () {
        const server = yield* Server
        const options = yield* TestServer.freshDatabase(server)
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql`CREATE ROLE humble LOGIN`
          yield* PostgresStorage.migrate
        }).pipe(Effect.provide(PostgresStorage.layerClient(options)))
        const humble = PostgresStorage.layerClient({
          url: TestServer.url(server, options.database, "humble")
        })
        const stores = Layer.provideMerge(PostgresStorage.layerMigrated, humble)
        const before = yield* refusal(Effect.scoped(Layer.build(stores)))
        assert.strictEqual(before.reason, "misconfigured")
        yield* Effect.provide(PostgresStorage.grant("humble"), PostgresStorage.layerClient(options))
        yield* Effect.gen(function* () {
          const store = yield* ReadingStore
          const none = yield* store.append(TenantId.make("t"), [reading(DeviceId.make("d"), 1)])
          assert.deepStrictEqual(none, ["unknown_device"])
          const sql = yield* SqlClient.SqlClient
          assert.isTrue(yield* Effect.isFailure(sql`DROP TABLE readings`))
          assert.isTrue(yield* Effect.isFailure(sql`DELETE FROM wattkit_migrations`))
        }).pipe(Effect.provide(stores))
      })
    )
  }
)
