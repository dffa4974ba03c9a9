import { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What a database has of TimescaleDB. */
export interface Detected {
  /** The version of the extension in the database; undefined when it was not created there. */
  readonly version: string | undefined
  /** The version the server would create; undefined when it is not installed or not preloaded. */
  readonly available: string | undefined
  /** Under which licence it runs: compression and attaching are not in `apache`. */
  readonly licence: "apache" | "timescale" | undefined
  readonly capabilities: {
    /** The stores of this package work here, once `migrate` has run. */
    readonly hypertables: boolean
    /** Old readings are compressed. */
    readonly compression: boolean
  }
  /** Readings are in a hypertable already, and the plain storage does not compress them. */
  readonly isMoved: boolean
}

/** The first version that attaches a table as a chunk. */
const least: readonly [number, number] = [2, 21]

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10))
  return major < least[0] || (major === least[0] && minor < least[1])
}

interface Row {
  readonly version: string | null
  readonly available: string | null
  readonly licence: string | null
  readonly moved: boolean
}

/**
 * Tells what the database of the client has of TimescaleDB, and changes nothing.
 *
 * The loader's own setting tells whether it is preloaded: `shared_preload_libraries` is a secret of
 * superusers. The tables of the extension are named in no other database, so they are asked for in text.
 */
export const detect: Effect.Effect<Detected, StorageError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Row>`SELECT
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS version,
    (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'
      AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.disable_load')) AS available,
    current_setting('timescaledb.license', true) AS licence,
    EXISTS (SELECT FROM pg_class WHERE relname = 'readings' AND relkind = 'r' AND pg_table_is_visible(oid))
      AND EXISTS (SELECT FROM pg_class WHERE relname = 'wattkit_timescale_migrations' AND relkind = 'r'
        AND pg_table_is_visible(oid)) AS moved`
  const { available, licence, moved, version } = rows[0]!
  const isReady = version !== null && !isOld(version) && licence === "timescale"
  return {
    version: version ?? undefined,
    available: available ?? undefined,
    licence: licence === "timescale" || licence === "apache" ? licence : undefined,
    capabilities: { hypertables: isReady, compression: isReady },
    isMoved: moved
  } satisfies Detected
}).pipe(PostgresStorage.orStorageError)

const plain = "or use the storage on plain PostgreSQL, which does the same without compression"

/** What an operator has to mend before the stores of this package work; undefined when they do. */
export const obstacle = ({ available, licence, version }: Detected): string | undefined => {
  if (version === undefined) {
    return available === undefined
      ? "the PostgreSQL server has no TimescaleDB: install it, add timescaledb to shared_preload_libraries " +
          `and restart the server, ${plain}`
      : "the database has no TimescaleDB yet: run CREATE EXTENSION timescaledb in it, or let a role that " +
          "may do so run wattkit migrate"
  }
  if (isOld(version)) {
    return (
      `TimescaleDB ${version} is older than ${least.join(".")}: install a later one and run ` +
      `ALTER EXTENSION timescaledb UPDATE, ${plain}`
    )
  }
  return licence === "timescale"
    ? undefined
    : `TimescaleDB runs without its community features: set timescaledb.license = 'timescale', ${plain}`
}

/** Fails, with what to do, on a database the stores of this package do not work in. */
export const demand: Effect.Effect<Detected, StorageError, SqlClient.SqlClient> = Effect.flatMap(
  detect,
  (detected) => {
    const message = obstacle(detected)
    return message === undefined
      ? Effect.succeed(detected)
      : Effect.fail(new StorageError({ reason: "misconfigured", message }))
  }
)
