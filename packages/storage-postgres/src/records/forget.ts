import { PgTypes } from "@effect/sql-pg"
import type { Instant } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"

/** Skips what somebody else holds: it is given up the next time. */
const forget = (
  sql: SqlClient.SqlClient,
  table: "dead_letters" | "quarantine" | "idempotent_requests",
  column: "received_at" | "settled_at" | "begun_at",
  before: number,
  limit: number
) =>
  Effect.map(
    sql`DELETE FROM ${sql(table)} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${sql(table)} WHERE ${sql(column)} < ${PgTypes.timestamptz(before)}
        ORDER BY ${sql(column)} LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
    (rows) => rows.length
  )

/** Gives up dead letters that came before an instant, so many at most, and answers how many. */
export const forgetLetters = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  forget(sql, "dead_letters", "received_at", before, limit)

/** Gives up readings that were settled before an instant, so many at most, and answers how many. */
export const forgetSettled = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  forget(sql, "quarantine", "settled_at", before, limit)

/** Gives up requests that began before an instant, so many at most, and answers how many. */
export const forgetRequests = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  forget(sql, "idempotent_requests", "begun_at", before, limit)
