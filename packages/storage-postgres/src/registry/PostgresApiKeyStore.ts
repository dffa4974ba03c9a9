import { PgTypes } from "@effect/sql-pg"
import { AlreadyExists, type ApiKey, ApiKeyStore, NotFound } from "@wattkit/core"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant, forTenantOf, forTenantsOf } from "../tenancy/CurrentTenant.ts"
import * as Arrays from "../usage/parameters.ts"

const add = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, key: ApiKey) {
  const locations = key.locations === null ? sql`NULL` : sql`${Arrays.texts(key.locations)}`
  const rows = yield* sql<{ tenant: boolean; device: boolean; person: boolean; added: boolean }>`
    WITH tenant AS (SELECT key FROM tenants WHERE id = ${key.tenantId}),
    device AS (
      SELECT 1 WHERE ${key.deviceId}::text IS NULL UNION ALL
      SELECT 1 FROM devices d JOIN tenant t ON t.key = d.tenant_key WHERE d.id = ${key.deviceId}::text
    ),
    member AS (
      SELECT u.key FROM users u JOIN memberships m ON m.user_key = u.key JOIN tenant t ON t.key = m.tenant_key
      WHERE u.id = ${key.userId}::text FOR KEY SHARE OF u
    ),
    person AS (
      SELECT NULL::bigint AS key WHERE ${key.userId}::text IS NULL UNION ALL SELECT key FROM member
    ),
    added AS (
      INSERT INTO api_keys
        (id, tenant_key, device_id, user_key, name, scopes, locations, prefix, digest,
          created_at, expires_at, last_used_at, revoked_at)
      SELECT ${key.id}::text, tenant.key, ${key.deviceId}::text, person.key,
        ${Rows.storable(key.name)}::text, ${[...key.scopes]}::text[], ${locations}::text[],
        ${Rows.storable(key.prefix)}::text, ${Rows.storable(key.digest)}::text,
        ${PgTypes.timestamptz(key.createdAt)}, ${PgTypes.timestamptz(key.expiresAt)},
        ${PgTypes.timestamptz(key.lastUsedAt)}, ${PgTypes.timestamptz(key.revokedAt)}
      FROM tenant CROSS JOIN person WHERE EXISTS (SELECT FROM device)
      ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM device) AS device,
      EXISTS (SELECT FROM person) AS person, EXISTS (SELECT FROM added) AS added`
  const found = rows[0]
  if (found?.tenant !== true) return yield* new NotFound({ what: "tenant", id: key.tenantId })
  if (!found.device) return yield* new NotFound({ what: "device", id: String(key.deviceId) })
  if (!found.person) return yield* new NotFound({ what: "membership", id: String(key.userId) })
  if (!found.added) return yield* new AlreadyExists({ what: "api_key", id: key.id })
})

type Uses = Parameters<ApiKeyStore["noteUse"]>[0]

/**
 * Notes uses in one statement. The keys are locked in the order of their ids, as by every process that does
 * the same at the same time.
 */
const noteUse = (sql: SqlClient.SqlClient, uses: Uses) => sql`
  WITH used AS (
    SELECT t.key AS tenant_key, u.id, max(u.at) AS at FROM unnest(
      ${Arrays.texts(uses.map(({ tenantId }) => tenantId))}::text[],
      ${Arrays.texts(uses.map(({ id }) => id))}::text[],
      ${Arrays.instants(uses.map(({ at }) => at))}::timestamptz[]
    ) AS u (tenant_id, id, at) JOIN tenants t ON t.id = u.tenant_id GROUP BY t.key, u.id
  ),
  held AS (
    SELECT k.id, u.at FROM api_keys k JOIN used u USING (tenant_key, id)
    WHERE k.last_used_at IS NULL OR k.last_used_at < u.at
    ORDER BY k.id FOR NO KEY UPDATE OF k
  )
  UPDATE api_keys k SET last_used_at = held.at FROM held
  WHERE k.id = held.id AND (k.last_used_at IS NULL OR k.last_used_at < held.at)`

const make = Effect.map(SqlClient.SqlClient, (sql): ApiKeyStore => {
  const selected = sql.literal(`SELECT k.id, t.id AS tenant_id, k.name, k.scopes, k.device_id,
    u.id AS user_id, k.locations, k.prefix, k.digest, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
    FROM api_keys k JOIN tenants t ON t.key = k.tenant_key LEFT JOIN users u ON u.key = k.user_key`)
  return {
    add: (key) => orStorageError(forTenantOf(add(sql, key), key)),
    findByDigest: Effect.fnUntraced(
      function* (digest: string) {
        // A digest that had to be made storable must not meet the one it was made into.
        if (Rows.storable(digest) !== digest) return Option.none()
        const rows = yield* sql<Rows.ApiKeyRow>`${selected} WHERE k.digest = ${digest}`
        return Option.map(Option.fromUndefinedOr(rows[0]), Rows.toApiKey)
      },
      acrossTenants,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId, id) {
        const rows = yield* sql<Rows.ApiKeyRow>`${selected} WHERE t.id = ${tenantId} AND k.id = ${id}`
        return rows[0] === undefined ? yield* new NotFound({ what: "api_key", id }) : Rows.toApiKey(rows[0])
      },
      forTenant,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, { after, deviceId, limit, userId }) {
        const theirs = userId === undefined ? sql`` : sql`AND u.id = ${userId}`
        const its = deviceId === undefined ? sql`` : sql`AND k.device_id = ${deviceId}`
        const rows = yield* sql<Rows.ApiKeyRow>`${selected}
        WHERE t.id = ${tenantId} ${theirs} ${its} AND k.id > ${after ?? ""} ORDER BY k.id LIMIT ${limit}`
        return rows.map(Rows.toApiKey)
      },
      forTenant,
      orStorageError
    ),
    revoke: Effect.fnUntraced(
      function* (tenantId, id, at) {
        const revoked = yield* sql`
        UPDATE api_keys SET revoked_at = least(revoked_at, ${PgTypes.timestamptz(at)})
        WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND id = ${id} RETURNING id`
        if (revoked.length === 0) return yield* new NotFound({ what: "api_key", id })
      },
      forTenant,
      orStorageError
    ),
    noteUse: (uses) =>
      uses.length === 0 ? Effect.void : Effect.asVoid(orStorageError(forTenantsOf(noteUse(sql, uses), uses)))
  }
})

/** Keeps API keys in PostgreSQL. */
export const layer: Layer.Layer<ApiKeyStore, never, SqlClient.SqlClient> = Layer.effect(ApiKeyStore, make)
