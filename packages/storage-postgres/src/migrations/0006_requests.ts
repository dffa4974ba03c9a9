import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Requests that have their effect once, however often they are sent; what was answered is sealed. */
export const requests = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE idempotent_requests (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    begun_at timestamptz NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) <= 64),
    fingerprint text COLLATE "C" NOT NULL,
    answer bytea,
    PRIMARY KEY (tenant_key, id)
  )`
  yield* sql`CREATE INDEX idempotent_requests_by_age ON idempotent_requests (begun_at)`
})
