import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { protectTables } from "./rows/protect.ts"

/**
 * Jobs, and the parts of what they made. A job without a tenant is the server's own; a person takes theirs
 * along. Workers find what waits, and leases that ran out, by indexes that hold nothing else.
 */
const jobs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE jobs (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_key bigint REFERENCES tenants (key),
    user_key bigint REFERENCES users (key) ON DELETE CASCADE,
    run_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    lease_until timestamptz,
    back_off_ms bigint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    progress real NOT NULL DEFAULT 0,
    is_cancel_asked boolean NOT NULL DEFAULT false,
    id text COLLATE "C" NOT NULL UNIQUE,
    state text COLLATE "C" NOT NULL DEFAULT 'queued'
      CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'dead', 'cancelled')),
    queue text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    by text COLLATE "C" NOT NULL,
    once text COLLATE "C",
    worker text COLLATE "C",
    error_code text,
    error_message text,
    payload json NOT NULL,
    result json,
    CHECK ((state = 'running') = (worker IS NOT NULL AND lease_until IS NOT NULL))
  ) WITH (fillfactor = 70)`
  yield* sql`CREATE UNIQUE INDEX jobs_once ON jobs (tenant_key, once) NULLS NOT DISTINCT
    WHERE once IS NOT NULL`
  yield* sql`CREATE INDEX jobs_waiting ON jobs (queue, priority, run_at, id)
    WHERE state IN ('queued', 'failed')`
  yield* sql`CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running'`
  yield* sql`CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL`
  yield* sql`CREATE INDEX jobs_of_tenant ON jobs (tenant_key, id)`
  yield* sql`CREATE INDEX jobs_of_user ON jobs (user_key, id) WHERE user_key IS NOT NULL`
  yield* sql`CREATE TABLE job_parts (
    job_key bigint NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    part integer NOT NULL,
    bytes bytea NOT NULL CHECK (length(bytes) <= 1048576),
    PRIMARY KEY (job_key, part)
  )`
})

/** What people are told, in each tenant apart, and how they want to be told. */
const notifications = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE notifications (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    user_key bigint NOT NULL REFERENCES users (key) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (tenant_key, user_key, id)
  )`
  yield* sql`CREATE INDEX notifications_unread ON notifications (tenant_key, user_key)
    WHERE read_at IS NULL`
  yield* sql`CREATE INDEX notifications_by_age ON notifications (created_at)`
  yield* sql`CREATE INDEX notifications_of_user ON notifications (user_key)`
  yield* sql`CREATE TABLE notification_preferences (
    user_key bigint PRIMARY KEY REFERENCES users (key) ON DELETE CASCADE,
    preferences json NOT NULL
  )`
})

/** Those whose addresses nobody confirmed are looked for each day. */
const unconfirmed = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX users_unconfirmed ON users (id) WHERE verified_at IS NULL`
})

/** Work in the background, and what people are told of it. */
export const work = Effect.andThen(jobs, notifications).pipe(
  Effect.andThen(unconfirmed),
  Effect.andThen(protectTables)
)
