import { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * How many rows one statement may take out of compression to change some of them; by default 100,000, which
 * a batch of late readings of a few hundred channels is over.
 */
const limit = "timescaledb.max_tuples_decompressed_per_dml_transaction"

/**
 * The pool the stores count on: that of the plain storage, and no limit on what is taken out of compression.
 */
export const pool = (options: Omit<PostgresStorage.Options, "url"> = {}) => {
  const usual = PostgresStorage.pool(options)
  return { ...usual, startupParameters: { ...usual.startupParameters, [limit]: "0" } }
}

/** Refuses a client whose sessions could not change old readings. */
export const assertUnlimited: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ setting: string | null }>`SELECT current_setting(${limit}, true) AS setting`
    const setting = rows[0]?.setting ?? "not set"
    if (setting === "0") return
    yield* new StorageError({
      reason: "misconfigured",
      message:
        `${limit} is ${setting}, with which late readings fail: ` +
        "make the client with TimescaleStorage.pool"
    })
  }
).pipe(PostgresStorage.orStorageError)
