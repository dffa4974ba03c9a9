import { PgTypes } from "@effect/sql-pg"
import { type Instant, type OneTime, OneTimeStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants } from "../tenancy/CurrentTenant.ts"
import { forgetOneTimes } from "./forget.ts"

interface Row {
  readonly user_id: OneTime["userId"]
  readonly tenant_id: OneTime["tenantId"]
  readonly expires_at: Date
}

const make = Effect.map(SqlClient.SqlClient, (sql): OneTimeStore => ({
  put: ({ digest, expiresAt, purpose, tenantId, userId }) => {
    const tenant =
      tenantId === null
        ? sql`SELECT NULL::bigint AS key`
        : sql`SELECT key FROM tenants WHERE id = ${tenantId}`
    const place =
      purpose === "invite"
        ? sql`(user_key, tenant_key) WHERE purpose = 'invite'`
        : sql`(user_key, purpose) WHERE purpose <> 'invite'`
    return Effect.asVoid(
      orStorageError(
        acrossTenants(sql`
          WITH tenant AS (${tenant}),
          person AS (SELECT key FROM users WHERE id = ${userId} FOR KEY SHARE)
          INSERT INTO one_time (user_key, tenant_key, expires_at, purpose, digest)
          SELECT person.key, tenant.key, ${PgTypes.timestamptz(expiresAt)}, ${purpose}::text,
            ${AnyText.encode(digest)}::text
          FROM person CROSS JOIN tenant
          ON CONFLICT ${place} DO UPDATE SET tenant_key = excluded.tenant_key,
            expires_at = excluded.expires_at, digest = excluded.digest`)
      )
    )
  },
  take: Effect.fnUntraced(
    function* (digest, purpose, now) {
      const rows = yield* sql<Row>`WITH taken AS (
          DELETE FROM one_time WHERE digest = ${AnyText.encode(digest)} AND purpose = ${purpose}
            AND expires_at > ${PgTypes.timestamptz(now)} RETURNING user_key, tenant_key, expires_at
        )
        SELECT u.id AS user_id, t.id AS tenant_id, o.expires_at
        FROM taken o JOIN users u ON u.key = o.user_key LEFT JOIN tenants t ON t.key = o.tenant_key`
      const row = rows[0]
      if (row === undefined) return undefined
      const expiresAt = row.expires_at.getTime() as Instant.Instant
      return { digest, purpose, userId: row.user_id, tenantId: row.tenant_id, expiresAt }
    },
    acrossTenants,
    orStorageError
  ),
  forget: (before, limit) => orStorageError(acrossTenants(forgetOneTimes(sql, before, limit)))
}))

/** Keeps secrets that work once in PostgreSQL. */
export const layer: Layer.Layer<OneTimeStore, never, SqlClient.SqlClient> = Layer.effect(OneTimeStore, make)
