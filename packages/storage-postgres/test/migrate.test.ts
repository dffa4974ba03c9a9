import { assert, layer } from "@effect/vitest"
import {
  ApiKeyStore,
  auditHash,
  AuditStore,
  BindingStore,
  ConsentStore,
  DeadLetterStore,
  DeviceId,
  DeviceStatusStore,
  Email,
  FormatId,
  Instant,
  LocationStore,
  mainChannel,
  MembershipStore,
  noSecrets,
  OneTimeStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  SessionId,
  SessionStore,
  SigningKeyStore,
  StorageError,
  TenantId,
  UserId,
  UserStore,
  verifyChain
} from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Layer } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { migrations } from "../src/migrations/index.ts"
import { always, household, reading } from "./household.ts"
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

const now = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")

const later = new Date(now + 1000)

const all = Object.keys(migrations)

/** A person who signs in, refreshes and is removed, all of it written down. */
const actAndBeSeen = Effect.fnUntraced(function* (tenantId: TenantId) {
  const audit = yield* AuditStore
  const people = yield* UserStore
  const sessions = yield* SessionStore
  const id = UserId.make("ada")
  const member = { role: "admin", locations: [], disabledAt: null } as const
  const times = { createdAt: now, verifiedAt: now, disabledAt: null, eraseAt: null }
  yield* people.add({ id, email: Email.make("ada@example.org"), name: "Ada", ...times }, noSecrets)
  yield* (yield* MembershipStore).put({ tenantId, userId: id, ...member, createdAt: now })
  const expiresAt = Instant.plus(now, 1000)
  const session = { id: SessionId.make("s"), userId: id, tenantId, createdAt: now, usedAt: now, expiresAt }
  yield* sessions.begin({ ...session, endedAt: null, agent: "" }, "1")
  const turned = yield* sessions.rotate({ digest: "1", next: "2", now, forgivenMs: 0, idleMs: 1 })
  assert.strictEqual(turned.kind, "rotated")
  const secret = { digest: "3", purpose: "invite", userId: id, tenantId, expiresAt } as const
  yield* (yield* OneTimeStore).put(secret)
  assert.deepStrictEqual(yield* (yield* OneTimeStore).take("3", "invite", now), secret)
  const key = { id: "k", sealed: "", publicJwk: {}, createdAt: now, expiresAt }
  assert.deepStrictEqual(yield* (yield* SigningKeyStore).add(key, Instant.plus(now, -1)), [key])
  const consent = { userId: id, at: now, subject: "terms", version: "1", isGiven: true }
  yield* (yield* ConsentStore).add(consent)
  const sql = yield* SqlClient.SqlClient
  assert.isTrue(yield* Effect.isFailure(sql`UPDATE consents SET is_given = false`))
  assert.isTrue(yield* Effect.isFailure(sql`DELETE FROM consents`))
  assert.strictEqual((yield* (yield* PersonalData).erase(id))["consents"], 1)
  const done = { tenantId, at: now, by: "server", action: "user.remove", subject: "user ada" }
  yield* audit.add([{ ...done, before: null, after: null }], auditHash)
  assert.isUndefined(verifyChain(yield* audit.list(tenantId, { limit: 9 })))
})

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "migrate",
  (it) => {
    it.effect("builds the schema of an empty database, and does nothing the second time", () =>
      inFresh(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* PostgresStorage.migrate, all)
          assert.deepStrictEqual(yield* tables, [
            "api_keys",
            "audit_logs",
            "bindings",
            "channels",
            "consents",
            "dead_letters",
            "device_reports",
            "device_state",
            "device_status_history",
            "devices",
            "energy_daily",
            "energy_hourly",
            "idempotent_requests",
            "job_parts",
            "jobs",
            "location_zones",
            "locations",
            "membership_locations",
            "memberships",
            "notification_preferences",
            "notifications",
            "one_time",
            "quarantine",
            "reading_revisions",
            "readings",
            "readings_anchors",
            "readings_horizon",
            "refresh_tokens",
            "sessions",
            "signing_keys",
            "tariff_assignments",
            "tariffs",
            "tenants",
            "usage_15m",
            "usage_stale",
            "users",
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

    it.effect("carries over what version 2 has stored, and marks its usage", () =>
      inFresh(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const before = {
            "0001_registry": migrations["0001_registry"],
            "0002_readings": migrations["0002_readings"]
          }
          yield* Migrator.make({})({ loader: Migrator.fromRecord(before), table: "wattkit_migrations" })
          yield* sql`INSERT INTO tenants (id, name, created_at) VALUES ('t', 'Ada', now())`
          yield* sql`INSERT INTO locations
            SELECT 'l', key, 'House', 'house', 'Europe/Berlin', 'EUR', now() FROM tenants`
          yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
            SELECT 'd', key, 'l', 'Meter', 'load', 'plug', now() FROM tenants`
          for (const table of ["readings", "device_state"]) {
            yield* sql`INSERT INTO ${sql(table)}
                (tenant_key, device_key, channel, at, received_at, power_w, extra)
              SELECT tenant_key, key, 'main', '2026-03-01T23:59:59.999Z', '2026-03-02Z', 7, '{"a":1}'
              FROM devices`
          }
          yield* sql`INSERT INTO readings (tenant_key, device_key, channel, at, import_wh)
            SELECT tenant_key, key, 'other', '2026-03-02Z', 5 FROM devices`
          assert.deepStrictEqual(yield* PostgresStorage.migrate, all.slice(2))
          const rows = yield* sql`SELECT c.name, c.says, r.at, r.power_w, r.import_wh, r.extra
            FROM readings r JOIN channels c ON c.key = r.channel_key ORDER BY r.at`
          const at = (text: string) => new Date(text)
          assert.deepStrictEqual(rows, [
            {
              name: "main",
              says: 8,
              at: at("2026-03-01T23:59:59.999Z"),
              power_w: 7,
              import_wh: null,
              extra: { a: 1 }
            },
            {
              name: "other",
              says: 1,
              at: at("2026-03-02T00:00:00Z"),
              power_w: null,
              import_wh: 5,
              extra: null
            }
          ])
          const states = yield* sql`SELECT at, received_at, power_w FROM device_state`
          assert.deepStrictEqual(states, [
            { at: at("2026-03-01T23:59:59.999Z"), received_at: at("2026-03-02T00:00:00Z"), power_w: 7 }
          ])
          assert.deepStrictEqual(yield* sql`SELECT location_id, zone FROM location_zones`, [
            { location_id: "l", zone: "Europe/Berlin" }
          ])
          const marks = yield* sql`
            SELECT cardinality(channel_keys) AS channels, 'infinity' = ALL (tos) AS whole FROM usage_stale`
          assert.deepStrictEqual(marks, [{ channels: 2, whole: true }])
        })
      )
    )

    it.effect("goes on from version 3: what devices were and what waits stays, and they can report", () =>
      inFresh(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const before = Object.fromEntries(Object.entries(migrations).slice(0, 3))
          yield* Migrator.make({})({ loader: Migrator.fromRecord(before), table: "wattkit_migrations" })
          yield* sql`INSERT INTO tenants (id, name, created_at) VALUES ('t', 'Ada', now())`
          yield* sql`INSERT INTO locations
            SELECT 'l', key, 'House', 'house', 'Europe/Berlin', 'EUR', now() FROM tenants`
          yield* sql`INSERT INTO devices (id, tenant_key, location_id, name, role, kind, created_at)
            SELECT 'd', key, 'l', 'Meter', 'load', 'plug', now() FROM tenants`
          yield* sql`INSERT INTO device_status_history SELECT key, '2026-03-01Z', 'online' FROM devices`
          yield* sql`INSERT INTO quarantine (tenant_key, id, device_key, reason, reading, received_at)
            SELECT tenant_key, 'q', key, 'future', '{}', now() FROM devices`
          assert.deepStrictEqual(yield* PostgresStorage.migrate, all.slice(3))
          yield* Effect.gen(function* () {
            const statuses = yield* DeviceStatusStore
            const [tenantId, deviceId] = [TenantId.make("t"), DeviceId.make("d")]
            const at = Instant.fromStringOrThrow("2026-03-01T00:00:01Z")
            assert.isTrue(yield* statuses.report(tenantId, deviceId, at, "offline"))
            const history = yield* statuses.history(tenantId, deviceId, always)
            assert.deepStrictEqual(
              history.map(({ status }) => status),
              ["online", "offline"]
            )
            const page = { limit: 9, waiting: true }
            assert.strictEqual((yield* (yield* QuarantineStore).list(tenantId, page)).length, 1)
          }).pipe(Effect.provide(PostgresStorage.layerMigrated))
        })
      )
    )

    it.effect("goes on from version 6: keys, members and invitations are what they were", () =>
      inFresh(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const before = Object.fromEntries(Object.entries(migrations).slice(0, 6))
          yield* Migrator.make({})({ loader: Migrator.fromRecord(before), table: "wattkit_migrations" })
          yield* sql`INSERT INTO tenants (id, name, created_at) VALUES ('t', 'Ada', now())`
          yield* sql`INSERT INTO locations
            SELECT 'l', key, 'House', 'house', 'Europe/Berlin', 'EUR', now() FROM tenants`
          yield* sql`INSERT INTO api_keys (id, tenant_key, name, scopes, prefix, digest, created_at)
            SELECT 'k', key, 'Key', '{read}', '', 'd', now() FROM tenants`
          yield* sql`INSERT INTO users (id, email, name, created_at, totp_step, recovery_digests)
            VALUES ('u', 'u@example.org', 'U', now(), 0, '{}')`
          yield* sql`INSERT INTO memberships SELECT t.key, u.key, now(), 'admin' FROM tenants t, users u`
          yield* sql`INSERT INTO one_time (user_key, tenant_key, expires_at, purpose, digest)
            SELECT u.key, t.key, ${later}, 'invite', 'i' FROM tenants t, users u`
          assert.deepStrictEqual(yield* PostgresStorage.migrate, all.slice(6))
          yield* Effect.gen(function* () {
            const [tenantId, userId] = [TenantId.make("t"), UserId.make("u")]
            const [key] = yield* (yield* ApiKeyStore).list(tenantId, { limit: 9 })
            assert.deepInclude(key, { userId: null, locations: null, expiresAt: null, lastUsedAt: null })
            assert.isNull((yield* (yield* MembershipStore).get(tenantId, userId)).disabledAt)
            const places = yield* (yield* LocationStore).list(tenantId, { limit: 9 })
            assert.notProperty(places[0], "address")
            assert.isDefined(yield* (yield* OneTimeStore).take("i", "invite", now))
          }).pipe(Effect.provide(PostgresStorage.layerMigrated))
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
          const { deviceIds, tenantId } = yield* household(1)
          assert.deepStrictEqual(yield* store.append(tenantId, [reading(deviceIds[0]!, 1)]), ["accepted"])
          const [deviceId, format] = [deviceIds[0]!, FormatId.make("tasmota")]
          const said = { tenantId, format, subject: "kitchen", deviceId }
          yield* (yield* BindingStore).set({ ...said, channel: mainChannel, fields: {}, createdAt: now })
          const message = {
            carrier: "mqtt",
            topic: "a",
            payload: new Uint8Array(1),
            isRetained: false
          } as const
          const letters = yield* DeadLetterStore
          const letter = { ...said, id: "1", message: { ...message, receivedAt: now }, settled: null }
          yield* letters.add(tenantId, [{ ...letter, reason: "malformed", detail: "" }])
          assert.strictEqual(yield* letters.forget(Instant.plus(now, 1), 9), 1)
          assert.isTrue(yield* (yield* DeviceStatusStore).report(tenantId, deviceId, now, "offline"))
          const sql = yield* SqlClient.SqlClient
          assert.isTrue(yield* Effect.isFailure(sql`DROP TABLE readings`))
          assert.isTrue(yield* Effect.isFailure(sql`DELETE FROM wattkit_migrations`))
          yield* actAndBeSeen(tenantId)
          assert.isTrue(yield* Effect.isFailure(sql`UPDATE audit_logs SET by = 'nobody'`))
          assert.isTrue(yield* Effect.isFailure(sql`DELETE FROM audit_logs`))
          assert.isTrue(yield* Effect.isFailure(sql`TRUNCATE audit_logs`))
          assert.isTrue(yield* Effect.isFailure(sql`UPDATE readings_horizon SET readings_from = now()`))
        }).pipe(Effect.provide(stores))
      })
    )
  }
)
