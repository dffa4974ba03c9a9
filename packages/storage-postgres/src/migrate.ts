import { StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { Migrator, SqlClient, SqlError } from "effect/sql"
import { migrations } from "./migrations/index.ts"
import { asStorageError, orStorageError } from "./storageError.ts"

/** The history of migrations, apart from that of any other program in the same database. */
const table = "wattkit_migrations"

/** A number of ours among the advisory locks of the database: "watt" in ASCII. */
const lock = 0x77617474

/** The version of the schema this code is written for. */
export const version = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

const current = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const there = yield* sql<{ found: boolean }>`SELECT to_regclass(${table}) IS NOT NULL AS found`
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

const run = Migrator.make({})({ loader: Migrator.fromRecord(migrations), table })

/**
 * Brings the schema up to date and answers the names of the migrations that were missing.
 *
 * Any number of processes may start at once: one migrates, the others wait for it. All missing migrations
 * are one transaction: when one fails, the schema is what it was. A schema newer than this code is refused.
 */
export const migrate: Effect.Effect<ReadonlyArray<string>, StorageError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    if ((yield* refuseNewer(yield* current)) === version) return []
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`SET LOCAL lock_timeout = '20s'`
        yield* sql`SET LOCAL statement_timeout = '10min'`
        yield* sql`SELECT pg_advisory_xact_lock(${lock})`
        yield* refuseNewer(yield* current)
        const ran = yield* run
        return ran.map(([id, name]) => `${String(id).padStart(4, "0")}_${name}`)
      })
    )
  }
).pipe(
  Effect.catchTag("MigrationError", (error) =>
    SqlError.isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error)
  ),
  asStorageError
)

/** Refuses a schema that is not exactly the one this code is written for, for a role that may not migrate. */
export const assertMigrated: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.gen(function* () {
  const found = yield* refuseNewer(yield* current)
  if (found === version) return
  yield* new StorageError({
    reason: "misconfigured",
    message: `the database has schema version ${found}, but this wattkit needs ${version}: run "wattkit migrate"`
  })
}).pipe(orStorageError)
