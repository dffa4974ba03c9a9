import { PgTypes } from "@effect/sql-pg"
import { type Instant, type Membership, MembershipStore, NotFound } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "../storageError.ts"
import * as Parameters from "../usage/parameters.ts"

interface Row extends Pick<Membership, "role" | "locations"> {
  readonly tenant_id: Membership["tenantId"]
  readonly user_id: Membership["userId"]
  readonly created_at: Date
}

const toMembership = (row: Row): Membership => ({
  tenantId: row.tenant_id,
  userId: row.user_id,
  role: row.role,
  locations: row.locations,
  createdAt: row.created_at.getTime() as Instant.Instant
})

/**
 * Puts a membership in the transaction it runs in. The row of the person is held, so that nobody goes
 * meanwhile; the row of the membership keeps others from putting its locations at the same time.
 */
const put = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { createdAt, locations, role, tenantId, userId }: Membership
) {
  const ids = Parameters.texts(locations)
  const tenants = yield* sql`SELECT key FROM tenants WHERE id = ${tenantId}`
  if (tenants.length === 0) return yield* new NotFound({ what: "tenant", id: tenantId })
  const users = yield* sql`SELECT key FROM users WHERE id = ${userId} FOR KEY SHARE`
  if (users.length === 0) return yield* new NotFound({ what: "user", id: userId })
  const missing = yield* sql<{ id: string }>`SELECT p.id FROM unnest(${ids}::text[]) AS p (id)
    WHERE NOT EXISTS (
      SELECT FROM locations l JOIN tenants t ON t.key = l.tenant_key WHERE t.id = ${tenantId} AND l.id = p.id
    ) ORDER BY p.id COLLATE "C" LIMIT 1`
  if (missing[0] !== undefined) return yield* new NotFound({ what: "location", id: missing[0].id })
  const key = sql`(SELECT key FROM tenants WHERE id = ${tenantId}),
    (SELECT key FROM users WHERE id = ${userId})`
  yield* sql`INSERT INTO memberships (tenant_key, user_key, created_at, role)
    VALUES (${key}, ${PgTypes.timestamptz(createdAt)}, ${role})
    ON CONFLICT (tenant_key, user_key) DO UPDATE SET role = excluded.role`
  yield* sql`DELETE FROM membership_locations WHERE (tenant_key, user_key) = (${key})`
  yield* sql`INSERT INTO membership_locations (tenant_key, user_key, location_id)
    SELECT DISTINCT ${key}, p.id FROM unnest(${ids}::text[]) AS p (id)`
})

const make = Effect.map(SqlClient.SqlClient, (sql): MembershipStore => {
  const selected = sql`SELECT t.id AS tenant_id, u.id AS user_id, m.role, m.created_at, ARRAY(
      SELECT l.location_id FROM membership_locations l
      WHERE l.tenant_key = m.tenant_key AND l.user_key = m.user_key ORDER BY l.location_id
    ) AS locations
    FROM memberships m JOIN tenants t ON t.key = m.tenant_key JOIN users u ON u.key = m.user_key`
  return {
    put: (membership) => orStorageError(sql.withTransaction(put(sql, membership))),
    get: Effect.fnUntraced(function* (tenantId, userId) {
      const rows = yield* sql<Row>`${selected} WHERE t.id = ${tenantId} AND u.id = ${userId}`
      return rows[0] === undefined
        ? yield* new NotFound({ what: "membership", id: userId })
        : toMembership(rows[0])
    }, orStorageError),
    ofUser: Effect.fnUntraced(function* (userId) {
      const rows = yield* sql<Row>`${selected} WHERE u.id = ${userId} ORDER BY t.id`
      return rows.map(toMembership)
    }, orStorageError),
    ofTenant: Effect.fnUntraced(function* (tenantId, { after = "", limit }) {
      const rows = yield* sql<Row>`${selected}
        WHERE t.id = ${tenantId} AND u.id > ${after} ORDER BY u.id LIMIT ${limit}`
      return rows.map(toMembership)
    }, orStorageError),
    remove: Effect.fnUntraced(function* (tenantId, userId) {
      const rows = yield* sql`DELETE FROM memberships
        WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
          AND user_key = (SELECT key FROM users WHERE id = ${userId}) RETURNING role`
      if (rows.length === 0) return yield* new NotFound({ what: "membership", id: userId })
    }, orStorageError)
  }
})

/** Keeps in PostgreSQL who is what in which tenant. */
export const layer: Layer.Layer<MembershipStore, never, SqlClient.SqlClient> = Layer.effect(
  MembershipStore,
  make
)
