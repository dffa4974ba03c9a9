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

const make = Effect.map(SqlClient.SqlClient, (sql): DeviceStore => {
  const columns = sql.literal("id, location_id, parent_id, name, role, kind, created_at")
  const of = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`
  return {
    add: Effect.fnUntraced(function* (device: Device) {
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
          INSERT INTO devices (id, tenant_key, location_id, parent_id, name, role, kind, created_at)
          SELECT ${device.id}::text, tenant_key, id, ${device.parentId}::text,
            ${Rows.storable(device.name)}::text,
            ${device.role}::text, ${device.kind}::text, ${PgTypes.timestamptz(device.createdAt)}
          FROM place WHERE EXISTS (SELECT FROM parent) ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM place) AS place, EXISTS (SELECT FROM parent) AS parent,
          EXISTS (SELECT FROM added) AS added`
      const found = rows[0]
      if (found?.place !== true) return yield* new NotFound({ what: "location", id: device.locationId })
      if (!found.parent) return yield* new NotFound({ what: "device", id: String(device.parentId) })
      if (!found.added) return yield* new AlreadyExists({ what: "device", id: device.id })
    }, orStorageError),
    get: Effect.fnUntraced(function* (tenantId: TenantId, id: DeviceId) {
      const rows =
        yield* sql<Rows.DeviceRow>`SELECT ${columns} FROM devices WHERE ${of(tenantId)} AND id = ${id}`
      const row = rows[0]
      return row === undefined ? yield* new NotFound({ what: "device", id }) : Rows.toDevice(tenantId, row)
    }, orStorageError),
    list: Effect.fnUntraced(function* (tenantId, { after, limit, locationId }) {
      const there = locationId === undefined ? sql`` : sql`AND location_id = ${locationId}`
      const rows = yield* sql<Rows.DeviceRow>`SELECT ${columns} FROM devices
        WHERE ${of(tenantId)} ${there} AND id > ${after ?? ""} ORDER BY id LIMIT ${limit}`
      return rows.map((row) => Rows.toDevice(tenantId, row))
    }, orStorageError)
  }
})

/** Keeps devices in PostgreSQL. */
export const layer: Layer.Layer<DeviceStore, never, SqlClient.SqlClient> = Layer.effect(DeviceStore, make)
