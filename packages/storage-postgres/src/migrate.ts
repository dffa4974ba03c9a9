import { StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { Migrator, SqlClient, SqlError } from "effect/sql"
import { migrations } from "./migrations/index.ts"
import { asStorageError, orStorageError } from "./storageError.ts"
import { prepareRole } from "./tenancy/servingRole.ts"
import { all } from "./tenancy/TenantKeys.ts"

/** The history of migrations, apart from that of any other program in the same database. */
const table = "wattkit_migrations"

/** A number of ours among the advisory locks of the database: "watt" in ASCII. */
const lock = 0x77617474

/** The version of the schema this code is written for. */
export const version = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

/**
 * The version of the schema that is there.
 *
 * It reads `pg_class`, because `to_regclass` may answer from before the wait for the lock: a session hears of
 * a new table only when it next locks one.
 */
const current = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const there = yield* sql<{ found: boolean }>`SELECT EXISTS (
    SELECT FROM pg_class WHERE relname = ${table} AND relkind = 'r' AND pg_table_is_visible(oid)
  ) AS found`
  if (there[0]?.found !== true) return 0
  const rows = yield* sql<{ id: number | null }>`SELECT max(migration_id) AS id FROM ${sql(table)}`
  return rows[0]?.id ?? 0
})

const refuseNewer = (found: number) =>
  found > version
    ? Effect.fail(
        new StorageError({
          reason: "misconfigured",
          message:
            `the database has schema version ${found}, but this wattkit knows only up to ${version}: ` +
            "run the wattkit that migrated it, or a later one"
        })
      )
    : Effect.succeed(found)

const inTransaction = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(effect))

const run = Migrator.make({})({ loader: Migrator.fromRecord(migrations), table })

/** Runs the migrations that are missing; what they change may be anybody's. */
const catchUp = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  if ((yield* refuseNewer(yield* current)) === version) return []
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`SET LOCAL lock_timeout = '20s'`
      yield* sql`SET LOCAL statement_timeout = '10min'`
      yield* sql`SELECT set_config('wattkit.tenant', ${all}, true)`
      yield* sql`SELECT pg_advisory_xact_lock(${lock})`
      yield* refuseNewer(yield* current)
      const ran = yield* run
      return ran.map(([id, name]) => `${String(id).padStart(4, "0")}_${name}`)
    })
  )
}).pipe(
  Effect.catchTag("MigrationError", (error) =>
    SqlError.isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error)
  ),
  asStorageError
)

/** Refuses a schema that is not exactly the one this code is written for, for a role that may not migrate. */
export const assertMigrated: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const found = yield* refuseNewer(yield* current)
    if (found === version) return
    yield* new StorageError({
      reason: "misconfigured",
      message: `the database has schema version ${found}, this wattkit needs ${version}: run wattkit migrate`
    })
  }
).pipe(orStorageError)

/** Lets a role read and write every table of the schema and call its functions, and nothing else. */
export const grant = (role: string): Effect.Effect<void, StorageError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const schemas = yield* sql<{ name: string }>`SELECT current_schema() AS name`
    const schema = sql(schemas[0]?.name ?? "public")
    yield* sql`GRANT USAGE ON SCHEMA ${schema} TO ${sql(role)}`
    yield* sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${sql(role)}`
    yield* sql`REVOKE INSERT, UPDATE, DELETE ON ${sql(table)}, readings_horizon FROM ${sql(role)}`
    // Whoever takes over the server shall not be able to hide it.
    yield* sql`REVOKE UPDATE, DELETE ON audit_logs, consents FROM ${sql(role)}`
    yield* sql`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${sql(role)}`
  }).pipe(inTransaction, asStorageError)

/** Makes the role the stores work as where they need one, and lets it do what they need. */
export const prepareServing: Effect.Effect<void, StorageError, SqlClient.SqlClient> = prepareRole(grant)

/**
 * Brings the schema up to date and answers the names of the migrations that were missing. A role that row
 * security does not hold for also makes the one the stores work as.
 *
 * Any number of processes may start at once: one migrates, the others wait for it. All missing migrations
 * are one transaction: when one fails, the schema is what it was. A schema newer than this code is refused.
 */
export const migrate: Effect.Effect<ReadonlyArray<string>, StorageError, SqlClient.SqlClient> = Effect.tap(
  catchUp,
  () => prepareRole(grant)
)
