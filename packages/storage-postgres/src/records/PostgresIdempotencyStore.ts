import { PgTypes } from "@effect/sql-pg"
import {
  type BegunRequest,
  type IdempotentRequest,
  IdempotencyStore,
  idempotencyKeptMs,
  type Instant,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant } from "../tenancy/CurrentTenant.ts"
import { forgetRequests } from "./forget.ts"

/** So many requests of a tenant are kept, which one beyond the limits of every client does not reach. */
const most = 50_000

interface Row {
  readonly tenant: boolean
  readonly begun: boolean
  readonly full: boolean
  readonly begun_at: Date | null
  readonly fingerprint: string | null
  readonly answer: Uint8Array | null
}

const toBegun = (row: Row, fingerprint: string): BegunRequest | undefined => {
  if (row.begun) return { kind: "begun" }
  if (row.begun_at === null) return row.full ? { kind: "full" } : undefined
  if (row.fingerprint !== fingerprint) return { kind: "other" }
  return row.answer === null
    ? { kind: "running", since: row.begun_at.getTime() as Instant.Instant }
    : { kind: "kept", answer: Uint8Array.from(row.answer) }
}

/**
 * Begins a request, or tells what there is of it. Nothing is told when a twin began it while this was asked,
 * which the row does not show yet.
 */
const tryToBegin = (
  sql: SqlClient.SqlClient,
  most: number,
  tenantId: TenantId,
  { at, fingerprint, id }: IdempotentRequest
) => {
  const from = PgTypes.timestamptz(at - idempotencyKeptMs)
  return sql<Row>`
    WITH tenant AS (SELECT key FROM tenants WHERE id = ${tenantId}),
    known AS (
      SELECT r.begun_at, r.fingerprint, r.answer
      FROM idempotent_requests r JOIN tenant t ON r.tenant_key = t.key WHERE r.id = ${id}
    ),
    crowd AS (
      SELECT count(*) >= ${most}::int AS is_full FROM (
        SELECT FROM idempotent_requests r JOIN tenant t ON r.tenant_key = t.key
        WHERE r.begun_at > ${from} LIMIT ${most}::int
      ) kept
    ),
    begun AS (
      INSERT INTO idempotent_requests AS r (tenant_key, id, fingerprint, begun_at)
      SELECT t.key, ${id}::text, ${fingerprint}::text, ${PgTypes.timestamptz(at)}
      FROM tenant t CROSS JOIN crowd WHERE NOT crowd.is_full OR EXISTS (SELECT FROM known)
      ON CONFLICT (tenant_key, id) DO UPDATE
        SET fingerprint = excluded.fingerprint, begun_at = excluded.begun_at, answer = NULL
        WHERE r.begun_at <= ${from}
      RETURNING 1
    )
    SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM begun) AS begun,
      crowd.is_full AS full, k.begun_at, k.fingerprint, k.answer
    FROM crowd LEFT JOIN known k ON true`
}

const make = (most: number) =>
  Effect.map(SqlClient.SqlClient, (sql): IdempotencyStore => ({
    capabilities: { most },
    begin: Effect.fnUntraced(
      function* (tenantId, request) {
        for (;;) {
          const [row] = yield* tryToBegin(sql, most, tenantId, request)
          if (row?.tenant !== true) return yield* new NotFound({ what: "tenant", id: tenantId })
          const begun = toBegun(row, request.fingerprint)
          if (begun !== undefined) return begun
        }
      },
      forTenant,
      orStorageError
    ),
    keep: Effect.fnUntraced(
      function* (tenantId, id, answer) {
        yield* sql`UPDATE idempotent_requests SET answer = ${answer}
        WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND id = ${id}
          AND answer IS NULL`
      },
      forTenant,
      orStorageError
    ),
    release: Effect.fnUntraced(
      function* (tenantId, id) {
        yield* sql`DELETE FROM idempotent_requests
        WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND id = ${id}
          AND answer IS NULL`
      },
      forTenant,
      orStorageError
    ),
    forget: (before, limit) => orStorageError(acrossTenants(forgetRequests(sql, before, limit)))
  }))

/** Keeps requests in PostgreSQL, so many of a tenant. */
export const layerWith = (most: number): Layer.Layer<IdempotencyStore, never, SqlClient.SqlClient> =>
  Layer.effect(IdempotencyStore, make(most))

/** As `layerWith`, with room for what a busy tenant asks for in a day. */
export const layer: Layer.Layer<IdempotencyStore, never, SqlClient.SqlClient> = layerWith(most)
