import type { Instant, StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { hypertables } from "./chunks/hypertables.ts"

const day = 86_400_000

/** The next chunk in a transaction of its own, so that what is locked is free again soon. */
const next = Effect.fnUntraced(function* (table: string, after: string, until: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`SET LOCAL statement_timeout = '10min'`
      yield* sql`SET LOCAL lock_timeout = '2s'`
      const rows = yield* sql<{ start: string | null; compressed: boolean | null }>`
        SELECT start::text, compressed
        FROM wattkit_compress(${table}, ${after}::text::timestamptz, ${until}::text::timestamptz)`
      return { start: rows[0]?.start ?? undefined, isDone: rows[0]?.compressed === true }
    })
  )
})

/**
 * Compresses what is old enough and not compressed, or was written to since, and answers how many chunks that
 * were. Each process may do it at any time; one does it, the others have nothing to do.
 */
export const compress = Effect.fnUntraced(function* (now: Instant.Instant) {
  let compressed = 0
  for (const { compressAfterDays, table } of hypertables) {
    const until = new Date(now - compressAfterDays * day).toISOString()
    let found = yield* next(table, "-infinity", until)
    while (found.start !== undefined) {
      if (found.isDone) compressed += 1
      found = yield* next(table, found.start, until)
    }
  }
  return compressed
}, PostgresStorage.asStorageError) satisfies (
  now: Instant.Instant
) => Effect.Effect<number, StorageError, SqlClient.SqlClient>
