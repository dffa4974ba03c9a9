import { PgTypes } from "@effect/sql-pg"
import type { Instant } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"

/** Gives up so many jobs that finished before an instant, and answers how many. */
export const forgetJobs = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  Effect.map(
    sql`DELETE FROM jobs WHERE key = ANY (ARRAY(
        SELECT key FROM jobs WHERE finished_at < ${PgTypes.timestamptz(before)}
        ORDER BY finished_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
    (rows) => rows.length
  )

/** Gives up the parts of so many jobs that finished before an instant, and answers how many jobs. */
export const forgetParts = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  Effect.map(
    sql<{ jobs: number }>`WITH old AS (
        SELECT j.key FROM jobs j WHERE j.finished_at < ${PgTypes.timestamptz(before)}
          AND EXISTS (SELECT FROM job_parts p WHERE p.job_key = j.key)
        ORDER BY j.finished_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ), gone AS (DELETE FROM job_parts WHERE job_key IN (SELECT key FROM old) RETURNING job_key)
      SELECT count(DISTINCT job_key)::float8 AS jobs FROM gone`,
    (rows) => rows[0]?.jobs ?? 0
  )

/** Gives up so many notifications that were made before an instant, and answers how many. */
export const forgetNotifications = (sql: SqlClient.SqlClient, before: Instant.Instant, limit: number) =>
  Effect.map(
    sql`DELETE FROM notifications WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM notifications WHERE created_at < ${PgTypes.timestamptz(before)}
        ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
    (rows) => rows.length
  )
