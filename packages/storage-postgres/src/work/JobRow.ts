import {
  type Instant,
  type Job,
  type JobDraft,
  type JobId,
  type JobQueue,
  type JobState,
  type TenantId,
  type UserId
} from "@wattkit/core"
import * as AnyText from "../anyText.ts"

/** A selected job. */
export interface JobRow {
  readonly id: JobId
  readonly tenant_id: TenantId | null
  readonly user_id: UserId | null
  readonly by: string
  readonly queue: JobQueue
  readonly kind: string
  readonly payload: unknown
  readonly priority: number
  readonly attempts: number
  readonly max_attempts: number
  readonly back_off_ms: number
  readonly progress: number
  readonly state: JobState
  readonly result: unknown
  readonly error_code: string | null
  readonly error_message: string | null
  readonly run_at: Date
  readonly created_at: Date
  readonly started_at: Date | null
  readonly finished_at: Date | null
  readonly worker: string | null
  readonly lease_until: Date | null
  readonly is_cancel_asked: boolean
}

/** The columns of a row, of the table by the name `j`. */
export const jobColumns = `j.id, j.by, j.queue, j.kind, j.payload, j.priority, j.attempts, j.max_attempts,
  j.back_off_ms::float8 AS back_off_ms, j.progress::float8 AS progress, j.state, j.result, j.error_code,
  j.error_message, j.run_at, j.created_at, j.started_at, j.finished_at, j.worker, j.lease_until,
  j.is_cancel_asked, (SELECT t.id FROM tenants t WHERE t.key = j.tenant_key) AS tenant_id,
  (SELECT u.id FROM users u WHERE u.key = j.user_key) AS user_id`

const priorities = ["high", "normal", "low"] as const

/** The number a priority is kept as: what comes first is the least. */
export const rankOf = ({ priority }: Pick<JobDraft, "priority">): number => priorities.indexOf(priority)

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant
const instantOr = (date: Date | null): Instant.Instant | null => (date === null ? null : instant(date))

const leaseOf = ({ lease_until, worker }: JobRow): Job["lease"] =>
  worker === null || lease_until === null
    ? null
    : { worker: AnyText.decode(worker), until: instant(lease_until) }

const errorOf = ({ error_code, error_message }: JobRow): Job["error"] =>
  error_code === null
    ? null
    : { code: AnyText.decode(error_code), message: AnyText.decode(error_message ?? "") }

/** The job of a row. */
export const toJob = (row: JobRow): Job => ({
  id: row.id,
  tenantId: row.tenant_id,
  userId: row.user_id,
  by: AnyText.decode(row.by),
  queue: row.queue,
  kind: AnyText.decode(row.kind),
  payload: row.payload,
  priority: priorities[row.priority] ?? "low",
  maxAttempts: row.max_attempts,
  backOffMs: row.back_off_ms,
  runAt: instant(row.run_at),
  createdAt: instant(row.created_at),
  state: row.state,
  attempts: row.attempts,
  progress: row.progress,
  result: row.result,
  error: errorOf(row),
  startedAt: instantOr(row.started_at),
  finishedAt: instantOr(row.finished_at),
  lease: leaseOf(row),
  isCancelAsked: row.is_cancel_asked
})

/** What lets one of several that were claimed together be begun before another. */
export const inTurn = (a: JobRow, b: JobRow): number =>
  a.priority - b.priority || a.run_at.getTime() - b.run_at.getTime() || (a.id < b.id ? -1 : 1)
