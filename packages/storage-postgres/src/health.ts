import { StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "./storageError.ts"

/** Succeeds when the database answers within two seconds. */
export const ping: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`SELECT 1`
).pipe(
  orStorageError,
  Effect.timeoutOrElse({
    duration: "2 seconds",
    orElse: () =>
      Effect.fail(new StorageError({ reason: "unavailable", message: "PostgreSQL did not answer a ping" }))
  }),
  Effect.asVoid
)

const dangers: Readonly<Record<string, ReadonlyArray<string>>> = {
  fsync: ["off"],
  synchronous_commit: ["off"],
  full_page_writes: ["off"]
}

/** Refuses a database that acknowledges what a power cut can still take away. */
export const assertDurable: Effect.Effect<void, StorageError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ name: string; setting: string }>`
    SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`
  const wrong = rows.filter(({ name, setting }) => dangers[name]?.includes(setting) ?? false)
  if (wrong.length === 0) return
  const names = wrong.map(({ name, setting }) => `${name} = ${setting}`).join(", ")
  yield* new StorageError({
    reason: "misconfigured",
    message: `PostgreSQL runs with ${names}: acknowledged readings would not survive a power cut, set it on`
  })
}).pipe(orStorageError)
