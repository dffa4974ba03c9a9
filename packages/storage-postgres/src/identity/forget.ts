import { PgTypes } from "@effect/sql-pg"
import type { Instant } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"

/** Forgets sessions that were over before an instant, so many at most, and answers how many. */
export const forgetSessions = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  Effect.map(
    sql`DELETE FROM sessions WHERE key = ANY (ARRAY(
        SELECT key FROM sessions WHERE least(ended_at, expires_at) < ${PgTypes.timestamptz(before)}
        ORDER BY least(ended_at, expires_at) LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
    (rows) => rows.length
  )

/** Forgets secrets that expired before an instant, so many at most, and answers how many. */
export const forgetOneTimes = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  Effect.map(
    sql`DELETE FROM one_time WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM one_time WHERE expires_at < ${PgTypes.timestamptz(before)}
        ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
    (rows) => rows.length
  )
