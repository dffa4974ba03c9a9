import { PgTypes } from "@effect/sql-pg"
import {
  type Binding,
  type BindingKey,
  BindingStore,
  type Instant,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer, Result } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"

interface Row extends Pick<Binding, "format" | "subject" | "channel" | "fields"> {
  readonly device_id: Binding["deviceId"]
  readonly created_at: Date
}

const toBinding = (tenantId: TenantId, row: Row): Binding => ({
  tenantId,
  format: row.format,
  subject: AnyText.decode(row.subject),
  deviceId: row.device_id,
  channel: row.channel,
  fields: row.fields,
  createdAt: row.created_at.getTime() as Instant.Instant
})

const texts = (values: ReadonlyArray<string>): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values.map(AnyText.encode), PgTypes.OID.text))

const make = Effect.map(SqlClient.SqlClient, (sql): BindingStore => {
  const ofTenant = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`
  const selected = sql`SELECT b.format, b.subject, d.id AS device_id, b.channel, b.fields, b.created_at
    FROM bindings b JOIN devices d ON d.key = b.device_key`
  const rowsOf = (tenantId: TenantId, rows: ReadonlyArray<Row>) => rows.map((row) => toBinding(tenantId, row))

  return {
    set: Effect.fnUntraced(
      function* (binding: Binding) {
        // As text that is JSON, the names of fields are escaped, whatever is in them.
        const fields = JSON.stringify(binding.fields)
        const rows = yield* sql`INSERT INTO bindings AS b
          (tenant_key, format, subject, device_key, channel, fields, created_at)
        SELECT tenant_key, ${binding.format}::text, ${AnyText.encode(binding.subject)}::text, key,
          ${binding.channel}::text, ${fields}::text::json, ${PgTypes.timestamptz(binding.createdAt)}
        FROM devices WHERE ${ofTenant(binding.tenantId)} AND id = ${binding.deviceId}
        ON CONFLICT (tenant_key, format, subject) DO UPDATE SET device_key = excluded.device_key,
          channel = excluded.channel, fields = excluded.fields, created_at = excluded.created_at
        RETURNING device_key`
        if (rows.length === 0) return yield* new NotFound({ what: "device", id: binding.deviceId })
      },
      forTenantOf,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId: TenantId, keys: ReadonlyArray<BindingKey>) {
        const rows = yield* sql<Row>`${selected}
        WHERE b.${ofTenant(tenantId)} AND (b.format, b.subject) IN (
          SELECT format, subject FROM unnest(
            ${texts(keys.map(({ format }) => format))}::text[],
            ${texts(keys.map(({ subject }) => subject))}::text[]
          ) AS k (format, subject)
        )
        ORDER BY b.format, b.subject`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, { after, deviceId, limit }) {
        const ofDevice = deviceId === undefined ? sql`` : sql`AND d.id = ${deviceId}`
        const following =
          after === undefined
            ? sql``
            : sql`AND (b.format, b.subject) >
              (${AnyText.encode(after.format)}, ${AnyText.encode(after.subject)})`
        const rows = yield* sql<Row>`${selected}
        WHERE b.${ofTenant(tenantId)} ${ofDevice} ${following}
        ORDER BY b.format, b.subject LIMIT ${limit}`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    remove: Effect.fnUntraced(
      function* (tenantId, { format, subject }) {
        const rows = yield* sql`DELETE FROM bindings
        WHERE ${ofTenant(tenantId)} AND format = ${AnyText.encode(format)}
          AND subject = ${AnyText.encode(subject)}
        RETURNING format`
        return rows.length > 0
      },
      forTenant,
      orStorageError
    )
  }
})

/** Keeps in PostgreSQL which subjects speak for which devices. */
export const layer: Layer.Layer<BindingStore, never, SqlClient.SqlClient> = Layer.effect(BindingStore, make)
