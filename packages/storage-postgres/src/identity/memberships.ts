import { PgTypes } from "@effect/sql-pg"
import { type Instant, type Membership, NotFound, type TenantId, type UserId } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Parameters from "../usage/parameters.ts"

/** A selected membership. */
export interface MembershipRow extends Pick<Membership, "role" | "locations"> {
  readonly tenant_id: Membership["tenantId"]
  readonly user_id: Membership["userId"]
  readonly created_at: Date
  readonly disabled_at: Date | null
}

/** The membership of a row. */
export const toMembership = (row: MembershipRow): Membership => ({
  tenantId: row.tenant_id,
  userId: row.user_id,
  role: row.role,
  locations: row.locations,
  createdAt: row.created_at.getTime() as Instant.Instant,
  disabledAt: row.disabled_at === null ? null : (row.disabled_at.getTime() as Instant.Instant)
})

/** Memberships as they are selected, `m` of the tenant `t` and the person `u`. */
export const selected = (sql: SqlClient.SqlClient) => sql`SELECT t.id AS tenant_id, u.id AS user_id,
    m.role, m.created_at, m.disabled_at, ARRAY(
      SELECT l.location_id FROM membership_locations l
      WHERE l.tenant_key = m.tenant_key AND l.user_key = m.user_key ORDER BY l.location_id
    ) AS locations
  FROM memberships m JOIN tenants t ON t.key = m.tenant_key JOIN users u ON u.key = m.user_key`

/** Fails with the first of some locations that the tenant does not have. */
const findPlaces = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  locations: Membership["locations"]
) {
  const missing = yield* sql<{
    id: string
  }>`SELECT p.id FROM unnest(${Parameters.texts(locations)}::text[]) AS p (id)
    WHERE NOT EXISTS (
      SELECT FROM locations l JOIN tenants t ON t.key = l.tenant_key WHERE t.id = ${tenantId} AND l.id = p.id
    ) ORDER BY p.id COLLATE "C" LIMIT 1`
  if (missing[0] !== undefined) return yield* new NotFound({ what: "location", id: missing[0].id })
})

/**
 * Puts a membership in the transaction it runs in. The row of the person is held, so that nobody goes
 * meanwhile; the row of the membership keeps others from putting its locations at the same time.
 */
export const put = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { createdAt, disabledAt, locations, role, tenantId, userId }: Membership
) {
  const ids = Parameters.texts(locations)
  const tenants = yield* sql`SELECT key FROM tenants WHERE id = ${tenantId}`
  if (tenants.length === 0) return yield* new NotFound({ what: "tenant", id: tenantId })
  const users = yield* sql`SELECT key FROM users WHERE id = ${userId} FOR KEY SHARE`
  if (users.length === 0) return yield* new NotFound({ what: "user", id: userId })
  yield* findPlaces(sql, tenantId, locations)
  const key = sql`(SELECT key FROM tenants WHERE id = ${tenantId}),
    (SELECT key FROM users WHERE id = ${userId})`
  yield* sql`INSERT INTO memberships (tenant_key, user_key, created_at, disabled_at, role)
    VALUES (${key}, ${PgTypes.timestamptz(createdAt)}, ${PgTypes.timestamptz(disabledAt)}, ${role})
    ON CONFLICT (tenant_key, user_key)
      DO UPDATE SET role = excluded.role, disabled_at = excluded.disabled_at`
  yield* sql`DELETE FROM membership_locations WHERE (tenant_key, user_key) = (${key})`
  yield* sql`INSERT INTO membership_locations (tenant_key, user_key, location_id)
    SELECT DISTINCT ${key}, p.id FROM unnest(${ids}::text[]) AS p (id)`
})

/** Whether somebody else may administer the tenant of a member now. */
const isAdministered = ({ tenantId, userId }: Membership, sql: SqlClient.SqlClient) =>
  Effect.map(
    sql`SELECT FROM memberships m JOIN users u ON u.key = m.user_key
      WHERE m.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND u.id <> ${userId}
        AND m.role = 'admin' AND m.disabled_at IS NULL AND u.disabled_at IS NULL AND u.verified_at IS NOT NULL
      LIMIT 1`,
    (rows) => rows.length > 0
  )

const isSame = (one: Membership, other: Membership): boolean =>
  one.role === other.role &&
  one.disabledAt === other.disabledAt &&
  one.locations.join() === [...new Set(other.locations)].sort().join()

/**
 * Replaces a membership in the transaction it runs in. The row of the tenant is held, so that of two admins
 * who take each other out one stays; that of the person before that of the membership, as everywhere.
 */
export const replace = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  known: Membership,
  next: Membership | null
) {
  const { tenantId, userId } = known
  yield* sql`SELECT key FROM tenants WHERE id = ${tenantId} FOR NO KEY UPDATE`
  if (next !== null) yield* findPlaces(sql, tenantId, next.locations)
  yield* sql`SELECT key FROM users WHERE id = ${userId} FOR KEY SHARE`
  yield* sql`SELECT FROM memberships
    WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      AND user_key = (SELECT key FROM users WHERE id = ${userId}) FOR UPDATE`
  const rows = yield* sql<MembershipRow & { readonly is_in: boolean }>`
    SELECT m.*, u.disabled_at IS NULL AND u.verified_at IS NOT NULL AS is_in
    FROM (${selected(sql)}) m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = ${tenantId} AND m.user_id = ${userId}`
  const row = rows[0]
  if (row === undefined || !isSame(toMembership(row), known)) return "changed" as const
  const administers = (one: Membership | null) =>
    one !== null && row.is_in && one.role === "admin" && one.disabledAt === null
  const isLost = administers(toMembership(row)) && !administers(next)
  if (isLost && !(yield* isAdministered(known, sql))) return "last_admin" as const
  yield* next === null ? remove(sql, tenantId, userId) : put(sql, { ...next, tenantId, userId })
  return "replaced" as const
})

/** Takes a member out and answers whether there was one. */
export const remove = (sql: SqlClient.SqlClient, tenantId: TenantId, userId: UserId) =>
  Effect.map(
    sql`DELETE FROM memberships WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      AND user_key = (SELECT key FROM users WHERE id = ${userId}) RETURNING role`,
    (rows) => rows.length > 0
  )
