import { PgTypes } from "@effect/sql-pg"
import { type Beat, type ClaimQuery, type JobHold, type JobState, type JobStore } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants } from "../tenancy/CurrentTenant.ts"
import * as Parameters from "../usage/parameters.ts"
import { inTurn, jobColumns, type JobRow, toJob } from "./JobRow.ts"

/** What others are claiming is passed over, so nobody waits and nobody gets what another got. */
const claim = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { leaseMs, limit, now, queues, worker }: ClaimQuery
) {
  const at = PgTypes.timestamptz(now)
  const rows = yield* sql<JobRow>`WITH chosen AS MATERIALIZED (
      SELECT key FROM jobs
      WHERE state IN ('queued', 'failed') AND queue = ANY (${Parameters.texts(queues)}::text[])
        AND run_at <= ${at}
      ORDER BY priority, run_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs j SET state = 'running', attempts = j.attempts + 1, progress = 0, started_at = ${at},
      worker = ${AnyText.encode(worker)}, lease_until = ${PgTypes.timestamptz(now + leaseMs)}
    FROM chosen c WHERE j.key = c.key RETURNING ${sql.literal(jobColumns)}`
  return rows.toSorted(inTurn).map(toJob)
})

/** The wait before another attempt, as `retryAt` of core has it. */
const backOff = `least(back_off_ms * 2.0 ^ least(greatest(attempts - 1, 0), 30), 3600000) *
  interval '1 millisecond'`

const lost = "the worker that ran it was not heard of any more"

const across = <A, E>(effect: Effect.Effect<A, E>) => orStorageError(acrossTenants(effect))

const heldIn =
  (sql: SqlClient.SqlClient) =>
  ({ id, worker }: JobHold) =>
    sql`id = ${id} AND worker = ${AnyText.encode(worker)}`

/** Makes what becomes of attempts that failed, and of those whose worker was lost. */
const makeFailing = (sql: SqlClient.SqlClient) => {
  const held = heldIn(sql)
  const gone = sql`worker = NULL, lease_until = NULL`
  return {
    fail: (hold, { code, message }, at, isFinal = false) =>
      across(
        Effect.map(
          sql<{ state: JobState }>`UPDATE jobs SET
              state = CASE WHEN ${isFinal}::boolean OR attempts >= max_attempts THEN 'dead' ELSE 'failed' END,
              finished_at = CASE WHEN ${isFinal}::boolean OR attempts >= max_attempts
                THEN ${PgTypes.timestamptz(at)} END,
              run_at = CASE WHEN ${isFinal}::boolean OR attempts >= max_attempts THEN run_at
                ELSE ${PgTypes.timestamptz(at)} + ${sql.literal(backOff)} END,
              error_code = ${AnyText.encode(code)}, error_message = ${AnyText.encode(message)}, ${gone}
            WHERE ${held(hold)} RETURNING state`,
          ([row]) => row?.state
        )
      ),
    expire: (now) =>
      across(
        Effect.map(
          sql`UPDATE jobs SET
              state = CASE WHEN is_cancel_asked THEN 'cancelled' WHEN attempts >= max_attempts THEN 'dead'
                ELSE 'queued' END,
              finished_at = CASE WHEN is_cancel_asked OR attempts >= max_attempts
                THEN ${PgTypes.timestamptz(now)} END,
              run_at = CASE WHEN is_cancel_asked OR attempts >= max_attempts THEN run_at
                ELSE ${PgTypes.timestamptz(now)} END,
              error_code = CASE WHEN is_cancel_asked THEN error_code ELSE 'worker_lost' END,
              error_message = CASE WHEN is_cancel_asked THEN error_message ELSE ${lost} END, ${gone}
            WHERE key = ANY (ARRAY(
              SELECT key FROM jobs WHERE state = 'running' AND lease_until <= ${PgTypes.timestamptz(now)}
              FOR UPDATE SKIP LOCKED
            )) RETURNING 1`,
          ({ length }) => length
        )
      )
  } satisfies Partial<JobStore>
}

/** Makes what workers do with jobs, which are everybody's. */
export const makeWork = (sql: SqlClient.SqlClient) => {
  const held = heldIn(sql)
  const found = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0
  const gone = sql`worker = NULL, lease_until = NULL`
  return {
    claim: (query) => across(claim(sql, query)),
    beat: (hold, { leaseMs, now, progress }) =>
      across(
        Effect.map(
          sql<{ asked: boolean }>`UPDATE jobs SET lease_until = ${PgTypes.timestamptz(now + leaseMs)},
              progress = coalesce(${progress ?? null}::real, progress)
            WHERE ${held(hold)} RETURNING is_cancel_asked AS asked`,
          ([row]): Beat => (row === undefined ? "lost" : row.asked ? "cancel" : "held")
        )
      ),
    succeed: (hold, result, at) =>
      across(
        Effect.map(
          sql`UPDATE jobs SET state = 'succeeded', progress = 100, error_code = NULL, error_message = NULL,
              result = ${JSON.stringify(result ?? null)}::text::json,
              finished_at = ${PgTypes.timestamptz(at)}, ${gone}
            WHERE ${held(hold)} RETURNING 1`,
          found
        )
      ),
    ...makeFailing(sql),
    stopped: (hold, at) =>
      across(
        Effect.map(
          sql`UPDATE jobs SET state = 'cancelled', finished_at = ${PgTypes.timestamptz(at)}, ${gone}
            WHERE ${held(hold)} RETURNING 1`,
          found
        )
      ),
    handBack: (hold, at) =>
      across(
        Effect.map(
          sql`UPDATE jobs SET state = 'queued', run_at = ${PgTypes.timestamptz(at)},
              attempts = attempts - 1, ${gone}
            WHERE ${held(hold)} RETURNING 1`,
          found
        )
      ),
    keepPart: (hold, part, bytes) =>
      across(
        Effect.map(
          sql`INSERT INTO job_parts (job_key, part, bytes)
            SELECT key, ${part}::integer, ${bytes} FROM jobs WHERE ${held(hold)} FOR UPDATE
            ON CONFLICT (job_key, part) DO UPDATE SET bytes = excluded.bytes RETURNING 1`,
          found
        )
      )
  } satisfies Partial<JobStore>
}
