import { PgTypes } from "@effect/sql-pg"
import { AlreadyExists, type ApiKey, ApiKeyStore, NotFound } from "@wattkit/core"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"

const make = Effect.map(SqlClient.SqlClient, (sql): ApiKeyStore => {
  const selected =
    sql.literal(`SELECT k.id, t.id AS tenant_id, k.name, k.scopes, k.device_id, k.prefix, k.digest,
    k.created_at, k.revoked_at FROM api_keys k JOIN tenants t ON t.key = k.tenant_key`)
  return {
    add: Effect.fnUntraced(function* (key: ApiKey) {
      const rows = yield* sql<{ tenant: boolean; device: boolean; added: boolean }>`
        WITH tenant AS (SELECT key FROM tenants WHERE id = ${key.tenantId}),
        device AS (
          SELECT 1 WHERE ${key.deviceId}::text IS NULL UNION ALL
          SELECT 1 FROM devices d JOIN tenant t ON t.key = d.tenant_key WHERE d.id = ${key.deviceId}::text
        ),
        added AS (
          INSERT INTO api_keys
            (id, tenant_key, device_id, name, scopes, prefix, digest, created_at, revoked_at)
          SELECT ${key.id}::text, key, ${key.deviceId}::text, ${Rows.storable(key.name)}::text,
            ${[...key.scopes]}::text[], ${Rows.storable(key.prefix)}::text,
            ${Rows.storable(key.digest)}::text,
            ${PgTypes.timestamptz(key.createdAt)}, ${PgTypes.timestamptz(key.revokedAt)}
          FROM tenant WHERE EXISTS (SELECT FROM device) ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM device) AS device,
          EXISTS (SELECT FROM added) AS added`
      const found = rows[0]
      if (found?.tenant !== true) return yield* new NotFound({ what: "tenant", id: key.tenantId })
      if (!found.device) return yield* new NotFound({ what: "device", id: String(key.deviceId) })
      if (!found.added) return yield* new AlreadyExists({ what: "api_key", id: key.id })
    }, orStorageError),
    findByDigest: Effect.fnUntraced(function* (digest: string) {
      // A digest that had to be made storable must not meet the one it was made into.
      if (Rows.storable(digest) !== digest) return Option.none()
      const rows = yield* sql<Rows.ApiKeyRow>`${selected} WHERE k.digest = ${digest}`
      return Option.map(Option.fromUndefinedOr(rows[0]), Rows.toApiKey)
    }, orStorageError),
    list: Effect.fnUntraced(function* (tenantId, page) {
      const rows = yield* sql<Rows.ApiKeyRow>`${selected}
        WHERE t.id = ${tenantId} AND k.id > ${page.after ?? ""} ORDER BY k.id LIMIT ${page.limit}`
      return rows.map(Rows.toApiKey)
    }, orStorageError),
    revoke: Effect.fnUntraced(function* (tenantId, id, at) {
      const revoked = yield* sql`
        UPDATE api_keys SET revoked_at = coalesce(revoked_at, ${PgTypes.timestamptz(at)})
        WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND id = ${id} RETURNING id`
      if (revoked.length === 0) return yield* new NotFound({ what: "api_key", id })
    }, orStorageError)
  }
})

/** Keeps API keys in PostgreSQL. */
export const layer: Layer.Layer<ApiKeyStore, never, SqlClient.SqlClient> = Layer.effect(ApiKeyStore, make)
