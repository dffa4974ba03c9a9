import { assert, layer } from "@effect/vitest"
import {
  ApiKeyId,
  ApiKeyStore,
  DeviceId,
  DeviceStore,
  Instant,
  LocationStore,
  ReadingStore,
  StorageError,
  TariffId,
  TariffStore,
  TenantId
} from "@wattkit/core"
import { PostgresReadingStore, PostgresStorage } from "@wattkit/storage-postgres"
import { ConfigProvider, Config, Context, Effect, Layer, Redacted, Tracer } from "effect"
import { SqlClient } from "effect/sql"
import { household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

const Server = Context.Service<TestServer.TestServer>("test/Server")

const reasonOf = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const error = yield* Effect.flip(effect)
  return error instanceof StorageError ? error : assert.fail(`not a StorageError: ${String(error)}`)
})

const build = (options: PostgresStorage.Options) =>
  Effect.scoped(Layer.build(PostgresStorage.layerOptions(options)))

const at = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")

/** How many statements are sent. */
const statementsOf = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  let count = 0
  const tracer = Tracer.make({
    span: (made) => {
      count++
      return new Tracer.NativeSpan(made)
    }
  })
  yield* Effect.provideService(effect, Tracer.Tracer, tracer)
  return count
})

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "storage",
  (it) => {
    it.effect("refuses a server that acknowledges what is not on disk", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        const sloppy = { ...PostgresStorage.pool().startupParameters, synchronous_commit: "off" }
        const client = PostgresStorage.layerClient(options)
        const careless = Layer.effect(
          SqlClient.SqlClient,
          Effect.tap(
            SqlClient.SqlClient,
            (sql) => sql`SELECT set_config('synchronous_commit', ${sloppy.synchronous_commit}, false)`
          )
        )
        const error = yield* reasonOf(
          Effect.scoped(
            Layer.build(PostgresStorage.layer.pipe(Layer.provide(careless), Layer.provide(client)))
          )
        )
        assert.strictEqual(error.reason, "misconfigured")
        assert.include(error.message, "synchronous_commit = off")
      })
    )

    it.effect(
      "says that it is unavailable when nobody listens, and misconfigured when the database is not there",
      () =>
        Effect.gen(function* () {
          const server = yield* Server
          const nobody = Redacted.make("postgres://wattkit@127.0.0.1:1/none")
          assert.strictEqual((yield* reasonOf(build({ url: nobody }))).reason, "unavailable")
          assert.strictEqual(
            (yield* reasonOf(build({ url: TestServer.url(server, "none") }))).reason,
            "misconfigured"
          )
          assert.strictEqual(
            (yield* reasonOf(build({ url: TestServer.url(server, "postgres", "eve") }))).reason,
            "misconfigured"
          )
        })
    )

    it.effect("says that it is misconfigured when its tables are gone", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        const error = yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql`DROP TABLE device_state`
          return yield* reasonOf((yield* ReadingStore).latest(TenantId.make("t"), [DeviceId.make("d")]))
        }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
        assert.strictEqual(error.reason, "misconfigured")
      })
    )

    it.effect("refuses a batch over the largest as a mistake, and stores nothing of it", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        yield* Effect.gen(function* () {
          const { tenantId, deviceIds } = yield* household(1)
          const store = yield* ReadingStore
          const batch = Array.from({ length: PostgresReadingStore.maxBatch + 1 }, (_, i) =>
            reading(deviceIds[0]!, i)
          )
          const exit = yield* Effect.exit(store.append(tenantId, batch))
          assert.isTrue(
            exit._tag === "Failure" && exit.cause.reasons.every((reason) => reason._tag === "Die")
          )
          assert.deepStrictEqual(yield* store.latest(tenantId, deviceIds), [])
        }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
      })
    )

    it.effect("the database itself refuses a channel of a device of another tenant", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* household(1)
          yield* sql`INSERT INTO tenants (id, name, created_at) VALUES ('other', 'Eve', now())`
          const steal = sql`INSERT INTO channels (tenant_key, device_key, name)
            SELECT t.key, d.key, 'main' FROM tenants t, devices d WHERE t.id = 'other'`
          const error = yield* Effect.flip(steal)
          assert.strictEqual(error.reason._tag, "ConstraintError")
        }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
      })
    )

    it.effect("replaces in one statement, and notes the uses of any number of keys in one", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        yield* Effect.gen(function* () {
          const { deviceIds, tenantId } = yield* household(1)
          const [devices, keys, places] = [yield* DeviceStore, yield* ApiKeyStore, yield* LocationStore]
          const device = yield* devices.get(tenantId, deviceIds[0]!)
          const place = yield* places.get(tenantId, device.locationId)
          const id = TariffId.make("f")
          const tariff = { id, tenantId, name: "Green", definition: {}, createdAt: at, changedAt: at }
          yield* (yield* TariffStore).add(tariff)
          const uses = Array.from({ length: 500 }, (_, i) => ({ tenantId, at, id: ApiKeyId.make(`k${i}`) }))
          for (const [what, once] of [
            ["device", devices.replace(device, { ...device, name: "Other" })],
            ["location", places.replace(place, { ...place, name: "Other" })],
            ["tariff", (yield* TariffStore).replace(tariff, { ...tariff, name: "Other" })],
            ["uses", keys.noteUse(uses)]
          ] as const) {
            assert.strictEqual(yield* statementsOf(once), 1, what)
          }
          assert.strictEqual(yield* statementsOf(keys.noteUse([])), 0)
        }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
      })
    )

    it.effect("is made from configuration, in a schema of its own, and answers a ping", () =>
      Effect.gen(function* () {
        const options = yield* TestServer.freshDatabase(yield* Server)
        yield* Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE SCHEMA apart`),
          PostgresStorage.layerClient(options)
        )
        const config = PostgresStorage.layerConfig({
          url: Config.Redacted("DATABASE_URL"),
          schema: Config.succeed("apart"),
          maxConnections: Config.succeed(2)
        })
        const env = ConfigProvider.fromUnknown({ DATABASE_URL: Redacted.value(options.url) })
        yield* Effect.gen(function* () {
          yield* PostgresStorage.ping
          yield* household(1)
          const sql = yield* SqlClient.SqlClient
          assert.deepStrictEqual(yield* sql`SELECT id FROM apart.tenants`, [{ id: "t" }])
        }).pipe(Effect.provide(Layer.provide(config, ConfigProvider.layer(env))))
      })
    )
  }
)
