import { PgTypes } from "@effect/sql-pg"
import {
  AlreadyExists,
  type Device,
  type DeviceId,
  DeviceStore,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"

const ofTenant = (sql: SqlClient.SqlClient, tenantId: TenantId) =>
  sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`

/** What may be changed of a device, in the order of its columns. */
const said = (sql: SqlClient.SqlClient, { createdAt, kind, name, parentId, removedAt, role }: Device) =>
  sql`${parentId}::text, ${Rows.storable(name)}::text, ${role}::text, ${kind}::text,
    ${PgTypes.timestamptz(createdAt)}, ${PgTypes.timestamptz(removedAt ?? null)}`

/** Replaces a device in one statement, which looks and writes. */
const replace = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, known: Device, next: Device) {
  const of = (tenantId: TenantId) => ofTenant(sql, tenantId)
  const values = sql.literal("parent_id, name, role, kind, created_at, removed_at")
  const rows = yield* sql<{ there: boolean; parent: boolean; changed: boolean }>`
    WITH found AS (
      SELECT tenant_key, location_id FROM devices WHERE ${of(known.tenantId)} AND id = ${known.id}
    ),
    parent AS (
      SELECT 1 WHERE ${next.parentId}::text IS NULL UNION ALL
      SELECT 1 FROM devices d JOIN found USING (tenant_key, location_id)
      WHERE d.id = ${next.parentId}::text AND d.id <> ${known.id}
    ),
    changed AS (
      UPDATE devices SET (${values}) = ROW (${said(sql, next)})
      WHERE ${of(known.tenantId)} AND id = ${known.id} AND location_id = ${known.locationId}
        AND (${values}) IS NOT DISTINCT FROM (${said(sql, known)}) AND EXISTS (SELECT FROM parent)
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM found) AS there, EXISTS (SELECT FROM parent) AS parent,
      EXISTS (SELECT FROM changed) AS changed`
  if (rows[0]?.there !== true) return yield* new NotFound({ what: "device", id: known.id })
  if (!rows[0].parent) return yield* new NotFound({ what: "device", id: String(next.parentId) })
  return rows[0].changed
})

const make = Effect.map(SqlClient.SqlClient, (sql): DeviceStore => {
  const columns = sql.literal("id, location_id, parent_id, name, role, kind, created_at, removed_at")
  const of = (tenantId: TenantId) => ofTenant(sql, tenantId)
  return {
    add: Effect.fnUntraced(
      function* (device: Device) {
        const rows = yield* sql<{ place: boolean; parent: boolean; added: boolean }>`
        WITH place AS (
          SELECT tenant_key, id FROM locations WHERE ${of(device.tenantId)} AND id = ${device.locationId}
        ),
        parent AS (
          SELECT 1 WHERE ${device.parentId}::text IS NULL UNION ALL
          SELECT 1 FROM devices d JOIN place p ON d.tenant_key = p.tenant_key AND d.location_id = p.id
          WHERE d.id = ${device.parentId}::text
        ),
        added AS (
          INSERT INTO devices
            (id, tenant_key, location_id, parent_id, name, role, kind, created_at, removed_at)
          SELECT ${device.id}::text, tenant_key, id, ${device.parentId}::text,
            ${Rows.storable(device.name)}::text,
            ${device.role}::text, ${device.kind}::text, ${PgTypes.timestamptz(device.createdAt)},
            ${PgTypes.timestamptz(device.removedAt ?? null)}
          FROM place WHERE EXISTS (SELECT FROM parent) ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM place) AS place, EXISTS (SELECT FROM parent) AS parent,
          EXISTS (SELECT FROM added) AS added`
        const found = rows[0]
        if (found?.place !== true) return yield* new NotFound({ what: "location", id: device.locationId })
        if (!found.parent) return yield* new NotFound({ what: "device", id: String(device.parentId) })
        if (!found.added) return yield* new AlreadyExists({ what: "device", id: device.id })
      },
      forTenantOf,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId: TenantId, id: DeviceId) {
        const rows =
          yield* sql<Rows.DeviceRow>`SELECT ${columns} FROM devices WHERE ${of(tenantId)} AND id = ${id}`
        const row = rows[0]
        return row === undefined ? yield* new NotFound({ what: "device", id }) : Rows.toDevice(tenantId, row)
      },
      forTenant,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, { after, limit, locationId, withRemoved }) {
        const there = locationId === undefined ? sql`` : sql`AND location_id = ${locationId}`
        const rows = yield* sql<Rows.DeviceRow>`SELECT ${columns} FROM devices
        WHERE ${of(tenantId)} ${there} ${withRemoved === true ? sql`` : sql`AND removed_at IS NULL`}
          AND id > ${after ?? ""} ORDER BY id LIMIT ${limit}`
        return rows.map((row) => Rows.toDevice(tenantId, row))
      },
      forTenant,
      orStorageError
    ),
    replace: (known, next) => orStorageError(forTenantOf(replace(sql, known, next), known))
  }
})

/** Keeps devices in PostgreSQL. */
export const layer: Layer.Layer<DeviceStore, never, SqlClient.SqlClient> = Layer.effect(DeviceStore, make)
