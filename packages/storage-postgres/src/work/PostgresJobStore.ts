import { PgTypes } from "@effect/sql-pg"
import {
  type Job,
  type JobDraft,
  type JobId,
  type JobQuery,
  JobStore,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant } from "../tenancy/CurrentTenant.ts"
import { jobColumns, type JobRow, rankOf, toJob } from "./JobRow.ts"
import { forgetJobs, forgetParts } from "./forget.ts"
import { makeWork } from "./workers.ts"

/** The number of the tenant in a statement, and of none when there is none. */
const keyOf = (sql: SqlClient.SqlClient, tenantId: TenantId | null) =>
  sql`(SELECT key FROM tenants WHERE id = ${tenantId}::text)`

/** The job that was added with a key before. */
const twinOf = (sql: SqlClient.SqlClient, tenantId: TenantId | null, key: string) =>
  sql<JobRow>`SELECT ${sql.literal(jobColumns)} FROM jobs j
    WHERE j.tenant_key IS NOT DISTINCT FROM ${keyOf(sql, tenantId)} AND j.once = ${AnyText.encode(key)}`

/** Whether what a job belongs to is there. */
const assertThere = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, { tenantId, userId }: JobDraft) {
  const rows = yield* sql<{ tenant: boolean; person: boolean }>`SELECT
    ${tenantId === null}::boolean OR EXISTS (SELECT FROM tenants WHERE id = ${tenantId}::text) AS tenant,
    ${userId === null}::boolean OR EXISTS (SELECT FROM users WHERE id = ${userId}::text) AS person`
  if (rows[0]?.tenant !== true) return yield* new NotFound({ what: "tenant", id: tenantId ?? "" })
  if (!rows[0].person) return yield* new NotFound({ what: "user", id: userId ?? "" })
})

/** Adds a job, unless there is one of the key; of twins at the same time one is added. */
const add = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, job: JobDraft, key: string | undefined) {
  const { backOffMs, by, createdAt, id, kind, maxAttempts, payload, queue, runAt, tenantId, userId } = job
  for (;;) {
    const [row] = yield* sql<JobRow>`
      WITH person AS (SELECT key FROM users WHERE id = ${userId}::text FOR KEY SHARE)
      INSERT INTO jobs AS j (tenant_key, user_key, id, by, queue, kind, payload, priority, max_attempts,
        back_off_ms, run_at, created_at, once)
      SELECT ${keyOf(sql, tenantId)}, (SELECT key FROM person), ${id}::text, ${AnyText.encode(by)}::text,
        ${queue}::text, ${AnyText.encode(kind)}::text, ${JSON.stringify(payload ?? null)}::text::json,
        ${rankOf(job)}::smallint, ${maxAttempts}::integer, ${backOffMs}::float8::bigint,
        ${PgTypes.timestamptz(runAt)}, ${PgTypes.timestamptz(createdAt)},
        ${key === undefined ? null : AnyText.encode(key)}::text
      WHERE (${tenantId === null}::boolean OR ${keyOf(sql, tenantId)} IS NOT NULL)
        AND (${userId === null}::boolean OR EXISTS (SELECT FROM person))
      ON CONFLICT (tenant_key, once) WHERE once IS NOT NULL DO NOTHING
      RETURNING ${sql.literal(jobColumns)}`
    if (row !== undefined) return { job: toJob(row), isNew: true }
    yield* assertThere(sql, job)
    const [twin] = key === undefined ? [] : yield* twinOf(sql, tenantId, key)
    if (twin !== undefined) return { job: toJob(twin), isNew: false }
  }
})

/** What somebody does to one job of a tenant, in a statement that changes it or leaves it. */
const changeOne = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  id: JobId,
  next: "cancel" | "retry",
  at: number
) {
  const own = sql`j.id = ${AnyText.encode(id)} AND j.tenant_key = ${keyOf(sql, tenantId)}`
  const now = PgTypes.timestamptz(at)
  const change =
    next === "cancel"
      ? sql`is_cancel_asked = state = 'running',
          finished_at = CASE WHEN state = 'running' THEN NULL ELSE ${now} END,
          state = CASE WHEN state = 'running' THEN 'running' ELSE 'cancelled' END
        WHERE ${own} AND state IN ('queued', 'failed', 'running')`
      : sql`state = 'queued', attempts = 0, progress = 0, run_at = ${now}, finished_at = NULL,
          is_cancel_asked = false
        WHERE ${own} AND state IN ('dead', 'cancelled')`
  yield* sql`UPDATE jobs j SET ${change}`
  const [row] = yield* sql<JobRow>`SELECT ${sql.literal(jobColumns)} FROM jobs j WHERE ${own}`
  return row === undefined ? yield* new NotFound({ what: "job", id }) : toJob(row)
})

const list = (sql: SqlClient.SqlClient, tenantId: TenantId, query: JobQuery) => {
  const { before, by, kind, limit, queue, state, userId } = query
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? sql`` : sql`AND j.${sql(column)} = ${AnyText.encode(value)}`
  const older = before === undefined ? sql`` : sql`AND j.id < ${AnyText.encode(before)}`
  const own =
    userId === undefined ? sql`` : sql`AND j.user_key = (SELECT key FROM users WHERE id = ${userId})`
  return Effect.map(
    sql<JobRow>`SELECT ${sql.literal(jobColumns)} FROM jobs j
      WHERE j.tenant_key = ${keyOf(sql, tenantId)} ${older} ${own} ${equal("state", state)}
        ${equal("queue", queue)} ${equal("kind", kind)} ${equal("by", by)}
      ORDER BY j.id DESC LIMIT ${limit}`,
    (rows): ReadonlyArray<Job> => rows.map(toJob)
  )
}

const make = Effect.map(SqlClient.SqlClient, (sql): JobStore => ({
  ...makeWork(sql),
  add: (job, key) => {
    const added = add(sql, job, key)
    return orStorageError(job.tenantId === null ? acrossTenants(added) : forTenant(added, job.tenantId))
  },
  cancel: (tenantId, id, at) =>
    orStorageError(forTenant(changeOne(sql, tenantId, id, "cancel", at), tenantId)),
  retry: (tenantId, id, at) => orStorageError(forTenant(changeOne(sql, tenantId, id, "retry", at), tenantId)),
  find: Effect.fnUntraced(
    function* (tenantId, id) {
      const [row] = yield* sql<JobRow>`SELECT ${sql.literal(jobColumns)} FROM jobs j
        WHERE j.tenant_key = ${keyOf(sql, tenantId)} AND j.id = ${AnyText.encode(id)}`
      return row === undefined ? yield* new NotFound({ what: "job", id }) : toJob(row)
    },
    forTenant,
    orStorageError
  ),
  list: (tenantId, query) => orStorageError(forTenant(list(sql, tenantId, query), tenantId)),
  part: Effect.fnUntraced(
    function* (tenantId, id, part) {
      const [row] = yield* sql<{ bytes: Uint8Array }>`SELECT p.bytes FROM job_parts p
        JOIN jobs j ON j.key = p.job_key
        WHERE j.tenant_key = ${keyOf(sql, tenantId)} AND j.id = ${AnyText.encode(id)}
          AND p.part = ${part}::integer`
      return row === undefined ? undefined : Uint8Array.from(row.bytes)
    },
    (effect, tenantId) => forTenant(effect, tenantId),
    orStorageError
  ),
  forgetParts: (before, limit) => orStorageError(acrossTenants(forgetParts(sql, before, limit))),
  forget: (before, limit) => orStorageError(acrossTenants(forgetJobs(sql, before, limit)))
}))

/** Keeps jobs in PostgreSQL; whoever claims some passes over what others are claiming. */
export const layer: Layer.Layer<JobStore, never, SqlClient.SqlClient> = Layer.effect(JobStore, make)
