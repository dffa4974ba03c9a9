import { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { Migrator, SqlClient, SqlError } from "effect/sql"
import { chunkFunctions } from "./chunks/chunkFunctions.ts"
import { extensionSchema } from "./chunks/extensionSchema.ts"
import { demand, detect } from "./detect.ts"
import { migrations } from "./migrations/index.ts"

/** The history of these migrations, apart from those of the plain storage below. */
const table = "wattkit_timescale_migrations"

/** A number of ours among the advisory locks of the database: "tsdb" in ASCII. */
const lock = 0x74736462

const version = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

const current = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const there = yield* sql`SELECT FROM pg_class
    WHERE relname = ${table} AND relkind = 'r' AND pg_table_is_visible(oid)`
  if (there.length === 0) return 0
  const rows = yield* sql<{ id: number | null }>`SELECT max(migration_id) AS id FROM ${sql(table)}`
  const found = rows[0]?.id ?? 0
  if (found <= version) return found
  return yield* new StorageError({
    reason: "misconfigured",
    message:
      `the database has version ${found} of the TimescaleDB schema, but this wattkit knows only up to ` +
      `${version}: run the wattkit that migrated it, or a later one`
  })
})

const run = Migrator.make({})({ loader: Migrator.fromRecord(migrations), table })

const nameOf = ([id, name]: readonly [number, string]): string =>
  `timescale_${String(id).padStart(4, "0")}_${name}`

/** Creates the extension where the server has it and the database does not. */
const createExtension = Effect.gen(function* () {
  const { available, version: created } = yield* detect
  if (created !== undefined || available === undefined) return
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE EXTENSION IF NOT EXISTS timescaledb`
})

/**
 * Moves what is in partitions into hypertables, once. A migration of the plain storage may have put functions
 * of its own in the place of ours, so whenever one ran, ours are made again.
 */
const moveUp = Effect.fnUntraced(function* (below: ReadonlyArray<string>) {
  if ((yield* current) < version) return [...below, ...(yield* run).map(nameOf)]
  if (below.length > 0) yield* chunkFunctions(yield* extensionSchema)
  return below
})

/**
 * Brings the schema up to date, that of the plain storage and then ours, and answers the names of the
 * migrations that were missing.
 *
 * All of it is one transaction: when a part fails, the schema is what it was. A database of the plain storage
 * keeps everything that is stored; nothing leads back. The time-out is long, because each partition is read
 * once when it becomes a chunk.
 */
export const migrate: Effect.Effect<ReadonlyArray<string>, StorageError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`SELECT pg_advisory_xact_lock(${lock})`
        yield* createExtension
        yield* demand
        const below = yield* PostgresStorage.migrate
        yield* sql`SET LOCAL lock_timeout = '60s'`
        yield* sql`SET LOCAL statement_timeout = '2h'`
        const ran = yield* moveUp(below)
        yield* PostgresStorage.prepareServing
        return ran
      })
    )
  }
).pipe(
  Effect.catchTag("MigrationError", (error) =>
    SqlError.isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error)
  ),
  PostgresStorage.asStorageError
)

/** Refuses a database that was not moved into hypertables, for a role that may not move it. */
export const assertMigrated: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    yield* demand
    const found = yield* current
    if (found === version) return
    return yield* new StorageError({
      reason: "misconfigured",
      message:
        `the database has version ${found} of the TimescaleDB schema, this wattkit needs ${version}: ` +
        "run wattkit migrate"
    })
  }
).pipe(PostgresStorage.orStorageError)
