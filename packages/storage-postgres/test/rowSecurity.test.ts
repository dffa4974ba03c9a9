import { assert, layer } from "@effect/vitest"
import { DeviceStore } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Layer, type Redacted } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { sqlState } from "../src/storageError.ts"
import { faultOf, relationsOf } from "../src/tenancy/assertRowSecurity.ts"
import * as TestServer from "./TestServer.ts"
import { addTenants, deviceIds, marked, tenants } from "./twoTenants.ts"

const { acrossTenants, forTenant, layerClient, layerMigrated, layerSessions, migrate } = PostgresStorage

const Server = Context.Service<TestServer.TestServer>("test/Server")

const [ada, eve] = tenants

type Options = PostgresStorage.Options & { readonly database: string }

/** A database with both tenants. */
const house = Effect.gen(function* () {
  const options = yield* TestServer.freshDatabase(yield* Server)
  yield* Effect.provide(addTenants, PostgresStorage.layerOptions(options))
  return options
})

/** Runs statements as the superuser, who sees everything and changes what it likes. */
const asSuperuser = <A, E>(options: Options, work: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(SqlClient.SqlClient, work), Layer.fresh(layerClient(options)))

const changing = (options: Options, ...statements: ReadonlyArray<string>) =>
  asSuperuser(options, (sql) => Effect.forEach(statements, (one) => sql.unsafe(one), { discard: true }))

/** Runs statements on sessions of the stores, of which there is one, so that all use the same. */
const inSession = <A, E>(options: Options, work: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.flatMap(SqlClient.SqlClient, work).pipe(
    Effect.provide(
      layerSessions.pipe(Layer.provide(layerClient({ ...options, maxConnections: 1 })), Layer.fresh)
    )
  )

const devicesOf = (sql: SqlClient.SqlClient, from = "devices") =>
  Effect.map(sql.unsafe<{ name: string }>(`SELECT DISTINCT name FROM ${from} ORDER BY name`), (rows) =>
    rows.map(({ name }) => name.replace("text of ", ""))
  )

/** Why the stores do not start. */
const refusal = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const stores = Layer.fresh(Layer.provide(layerMigrated, layerClient({ url })))
  const error = yield* Effect.flip(Effect.scoped(Layer.build(stores)))
  assert.strictEqual(error.reason, "misconfigured")
  return error.message
})

const server = Layer.effect(Server, TestServer.make())

layer(server, { excludeTestServices: true, timeout: "60 seconds" })("row security", (it) => {
  it.effect("a statement sees the rows of its tenant, of all who say so, and else none", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* inSession(options, (sql) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* devicesOf(sql), [])
          assert.deepStrictEqual(yield* forTenant(devicesOf(sql), ada), ["ada"])
          assert.deepStrictEqual(yield* forTenant(devicesOf(sql), eve), ["eve"])
          assert.deepStrictEqual(yield* acrossTenants(devicesOf(sql)), ["ada", "eve"])
          assert.deepStrictEqual(yield* devicesOf(sql), [])
          const moved = sql`UPDATE devices SET name = 'stolen' RETURNING name`
          assert.deepStrictEqual(yield* moved, [])
          assert.strictEqual((yield* forTenant(moved, ada)).length, deviceIds.length)
          assert.deepStrictEqual(yield* forTenant(devicesOf(sql), eve), ["eve"])
          const given = sql`UPDATE devices SET tenant_key = (SELECT max(key) FROM tenants) + 1`
          assert.strictEqual((yield* Effect.flip(forTenant(given, ada))).reason._tag, "AuthorizationError")
        })
      )
    })
  )

  it.effect("a transaction has the tenant of its begin, in all its statements and savepoints", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* inSession(options, (sql) =>
        Effect.gen(function* () {
          const failing = sql.withTransaction(
            Effect.andThen(sql`SELECT set_config('wattkit.tenant', 'all', true)`, sql`SELECT 1/0`)
          )
          const both = sql.withTransaction(
            Effect.gen(function* () {
              yield* Effect.flip(failing)
              return yield* devicesOf(sql)
            })
          )
          assert.deepStrictEqual(yield* forTenant(both, ada), ["ada"])
          const changed = sql.withTransaction(forTenant(devicesOf(sql), ada))
          const exit = yield* Effect.exit(forTenant(changed, eve))
          assert.include(String(exit), "a transaction has one tenant")
          assert.deepStrictEqual(yield* devicesOf(sql), [])
        })
      )
    })
  )

  it.effect("leak 1: an owner sees everything, unless row security is forced", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* changing(
        options,
        "CREATE ROLE landlord LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO landlord",
        "ALTER TABLE devices OWNER TO landlord"
      )
      const url = TestServer.url(yield* Server, options.database, "landlord")
      const seen = inSession({ ...options, url }, (sql) => forTenant(devicesOf(sql), ada))
      assert.deepStrictEqual(yield* seen, ["ada"])
      yield* changing(options, "ALTER TABLE devices NO FORCE ROW LEVEL SECURITY")
      const asOwner = Effect.provide(Effect.flatMap(SqlClient.SqlClient, devicesOf), layerClient({ url }))
      assert.deepStrictEqual(yield* asOwner, ["ada", "eve"])
      assert.include(yield* refusal(url), "row security of devices is not forced")
      yield* changing(options, "ALTER TABLE devices FORCE ROW LEVEL SECURITY")
      assert.deepStrictEqual(yield* asOwner, [])
    })
  )

  it.effect("leak 2: a view sees what its owner sees, unless it asks as its invoker", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* changing(
        options,
        "CREATE VIEW devices_seen AS SELECT * FROM devices",
        "GRANT SELECT ON devices_seen TO wattkit_app"
      )
      const seen = inSession(options, (sql) => forTenant(devicesOf(sql, "devices_seen"), ada))
      assert.deepStrictEqual(yield* seen, ["ada", "eve"])
      yield* changing(options, "ALTER VIEW devices_seen SET (security_invoker = true)")
      assert.deepStrictEqual(yield* seen, ["ada"])
      yield* changing(options, "ALTER VIEW green_energy_daily RESET (security_invoker)")
      assert.include(yield* refusal(options.url), "green_energy_daily is not security_invoker")
    })
  )

  it.effect("leak 3: what a session is set to stays with it; what a transaction is set to does not", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* inSession(options, (sql) =>
        Effect.gen(function* () {
          yield* forTenant(devicesOf(sql), ada)
          yield* forTenant(sql.withTransaction(devicesOf(sql)), ada)
          const said = sql<{ tenant: string }>`SELECT current_setting('wattkit.tenant', true) AS tenant`
          assert.deepStrictEqual(yield* said, [{ tenant: "" }])
          assert.deepStrictEqual(yield* devicesOf(sql), [])
        })
      )
      const url = TestServer.url(yield* Server, options.database)
      const sloppy = layerClient({ url, maxConnections: 1 })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`SELECT 'all'::wattkit_acting_for`
        const left = yield* sql<{ tenant: string }>`SELECT current_setting('wattkit.tenant') AS tenant`
        assert.deepStrictEqual(left, [{ tenant: "" }])
        yield* sql`SET ROLE wattkit_app`
        yield* sql`SELECT set_config('wattkit.tenant', 'all', false)`
        assert.deepStrictEqual(yield* devicesOf(sql), ["ada", "eve"])
      }).pipe(Effect.provide(sloppy))
    })
  )

  it.effect("leak 4: a setting that was local reads as '', which is no number", () =>
    Effect.gen(function* () {
      const options = yield* house
      const afterwards = inSession(options, (sql) =>
        Effect.andThen(forTenant(sql`SELECT 1`, ada), Effect.exit(devicesOf(sql)))
      )
      assert.strictEqual((yield* afterwards)._tag, "Success")
      const bare = "tenant_key = current_setting('wattkit.tenant', true)::bigint"
      yield* changing(
        options,
        "CREATE TABLE diaries (tenant_key bigint, name text)",
        "INSERT INTO diaries VALUES (1, 'text of ada')",
        "GRANT SELECT ON diaries TO wattkit_app",
        "ALTER TABLE diaries ENABLE ROW LEVEL SECURITY",
        `CREATE POLICY own ON diaries USING (${bare})`
      )
      const failed = yield* inSession(options, (sql) =>
        Effect.andThen(forTenant(sql`SELECT 1`, ada), Effect.flip(devicesOf(sql, "diaries")))
      )
      assert.strictEqual(SqlError.isSqlError(failed) && sqlState(failed), "22P02")
    })
  )

  it.effect("leak 5: an id that is taken tells of another tenant, where it is unique over all", () =>
    Effect.gen(function* () {
      const options = yield* house
      const [id] = deviceIds
      const addForEve = Effect.gen(function* () {
        const store = yield* DeviceStore
        const adas = yield* store.get(ada, id!)
        yield* store.add({ ...adas, tenantId: eve, name: marked(eve) })
      }).pipe(Effect.provide(Layer.fresh(PostgresStorage.layerOptions(options))), Effect.exit)
      const leave = "DELETE FROM devices WHERE name LIKE '%eve'"
      yield* changing(options, leave)
      assert.strictEqual((yield* addForEve)._tag, "Success")
      yield* changing(options, leave, "CREATE UNIQUE INDEX devices_by_id ON devices (id)")
      assert.include(String(yield* addForEve), "AlreadyExists")
      const unique = yield* asSuperuser(options, uniqueOverAll)
      assert.deepStrictEqual(
        unique.filter((one) => !(one in overAll)),
        ["devices_by_id"]
      )
    })
  )

  it.effect("leak 6: a transaction that was left open is not lent to the next", () =>
    Effect.gen(function* () {
      const options = yield* house
      const leave = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
        const connection = yield* sql.reserve
        yield* connection.execute("BEGIN", [], undefined)
        yield* Effect.flip(connection.execute("SELECT 1/0", [], undefined))
      }, Effect.scoped)
      const seen = yield* inSession(options, (sql) =>
        Effect.andThen(forTenant(leave(sql), ada), forTenant(devicesOf(sql), eve))
      )
      assert.deepStrictEqual(seen, ["eve"])
      const bare = Layer.fresh(layerClient({ ...options, maxConnections: 1 }))
      const failed = yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* leave(sql)
        return yield* Effect.flip(devicesOf(sql))
      }).pipe(Effect.provide(bare))
      assert.strictEqual(sqlState(failed), "25P02")
    })
  )

  it.effect("leak 7: every table has a policy or is exempt for a reason, and a new one has to", () =>
    Effect.gen(function* () {
      const options = yield* house
      const faults = asSuperuser(options, (sql) =>
        Effect.map(relationsOf(sql), (all) => all.flatMap((one) => faultOf(one) ?? []))
      )
      assert.deepStrictEqual(yield* faults, [])
      yield* changing(
        options,
        "CREATE TABLE diaries (entry text)",
        "CREATE TABLE letters (tenant_key bigint)",
        "CREATE TABLE notes (tenant_key bigint)",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE notes FORCE ROW LEVEL SECURITY",
        "CREATE POLICY wattkit_tenant ON notes USING (true)",
        "CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM devices"
      )
      assert.deepStrictEqual((yield* faults).toSorted(), [
        "diaries has neither a policy nor an exemption",
        "row security of letters is not enabled",
        "sums holds rows of all tenants in a view",
        "the policy of notes is not the one it was made with"
      ])
    })
  )

  it.effect("refuses to start where row security was taken away or widened", () =>
    Effect.gen(function* () {
      const options = yield* house
      const body = "LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT true'"
      for (const [wrong, right, said] of [
        [
          "ALTER TABLE channels DISABLE ROW LEVEL SECURITY",
          "ALTER TABLE channels ENABLE ROW LEVEL SECURITY",
          "row security of channels is not enabled"
        ],
        [
          "CREATE POLICY guests ON channels USING (true)",
          "DROP POLICY guests ON channels",
          "the policy of channels is not the one it was made with"
        ],
        [
          "ALTER POLICY wattkit_tenant ON channels USING (true)",
          `ALTER POLICY wattkit_tenant ON channels USING ((SELECT wattkit_across() AS wattkit_across)
            OR tenant_key = (SELECT wattkit_tenant() AS wattkit_tenant))`,
          "the policy of channels is not the one it was made with"
        ],
        [
          `CREATE OR REPLACE FUNCTION wattkit_across() RETURNS boolean ${body}`,
          "SELECT 1",
          "the function wattkit_across is not the one it was made with"
        ]
      ] as const) {
        yield* changing(options, wrong)
        assert.include(yield* refusal(options.url), said)
        yield* changing(options, right)
      }
    })
  )

  it.effect("refuses a role row security does not hold for, when there is no other to work as", () =>
    Effect.gen(function* () {
      const options = yield* house
      yield* changing(options, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM wattkit_app")
      assert.include(yield* refusal(options.url), "run wattkit migrate as a superuser")
      yield* Effect.provide(migrate, layerClient(options))
      const role = inSession(options, (sql) => sql<{ role: string }>`SELECT current_user::text AS role`)
      assert.deepStrictEqual(yield* role, [{ role: "wattkit_app" }])
      yield* changing(
        options,
        "CREATE ROLE ghost LOGIN BYPASSRLS",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ghost"
      )
      const url = TestServer.url(yield* Server, options.database, "ghost")
      assert.include(yield* refusal(url), "has BYPASSRLS")
    })
  )
})

/** Unique keys over all tenants, and why nobody learns of another tenant's rows by them. */
const overAll: Readonly<Record<string, string>> = {
  tenants_id_key: "the tenants themselves, which only the operator adds",
  api_keys_pkey: "ids are drawn by the server from 128 random bits",
  api_keys_digest_key: "digests of secrets",
  refresh_tokens_pkey: "digests of secrets",
  one_time_digest_key: "digests of secrets",
  jobs_id_key: "ids are drawn by the server from random bits",
  sessions_id_key: "ids are drawn by the server from random bits",
  users_id_key: "persons belong to no tenant, and their ids are drawn by the server",
  users_email_key: "persons belong to no tenant; who signs up is not told whether an address is known",
  signing_keys_pkey: "the server's own",
  wattkit_migrations_pkey: "the server's own",
  readings_horizon_pkey: "the server's own"
}

/** The unique indexes that hold neither a tenant's key nor a key the database drew. */
const uniqueOverAll = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ name: string }>`SELECT i.indexrelid::regclass::text AS name
      FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
      WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace AND NOT t.relispartition
        AND NOT EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
            AND (a.attname LIKE '%\\_key' OR a.attname = 'key' OR a.attidentity <> '')
        ) ORDER BY 1`,
    (rows) => rows.map(({ name }) => name)
  )
