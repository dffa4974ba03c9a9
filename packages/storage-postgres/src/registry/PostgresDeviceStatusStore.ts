import { PgTypes } from "@effect/sql-pg"
import {
  type DeviceId,
  type DeviceStatus,
  DeviceStatusStore,
  type Instant,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { locks } from "../locks.ts"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant } from "../tenancy/CurrentTenant.ts"

type Row = Rows.DeviceStatusRow & { readonly device_id: DeviceId; readonly tenant_id: TenantId }

/**
 * Writes down what changed since the last status of every device that was ever heard.
 *
 * A device that said it is offline is not looked at until a reading is received after that. A status is later
 * than the one before it, also when a clock was put back.
 */
const observe = (sql: SqlClient.SqlClient, now: Instant.Instant, silentMs: number) => sql<Row>`
  WITH received AS (
    SELECT c.device_key, date_trunc('milliseconds', max(s.received_at)) AS at
    FROM channels c JOIN device_state s ON s.channel_key = c.key GROUP BY c.device_key
  ),
  heard AS (
    SELECT device_key,
      CASE WHEN said.status = 'online' THEN greatest(received.at, said.at) ELSE received.at END AS at
    FROM received FULL JOIN device_reports said USING (device_key)
    WHERE said.status IS DISTINCT FROM 'offline' OR received.at > said.at
  ),
  judged AS (
    SELECT device_key, at,
      at + make_interval(secs => ${PgTypes.float8(silentMs)}::float8 / 1000) AS silent_at FROM heard
  ),
  changed AS (
    SELECT j.device_key, n.status,
      greatest(n.at, before.at + interval '1 millisecond') AS at
    FROM judged j
    CROSS JOIN LATERAL (
      SELECT CASE WHEN silent_at <= ${PgTypes.timestamptz(now)} THEN 'offline' ELSE 'online' END AS status,
        CASE WHEN silent_at <= ${PgTypes.timestamptz(now)} THEN silent_at ELSE j.at END AS at
    ) n
    LEFT JOIN LATERAL (
      SELECT h.status, h.at FROM device_status_history h WHERE h.device_key = j.device_key
      ORDER BY h.at DESC LIMIT 1
    ) before ON true
    WHERE before.status IS DISTINCT FROM n.status
  ),
  written AS (
    INSERT INTO device_status_history (device_key, at, status)
    SELECT device_key, at, status FROM changed RETURNING device_key, at, status
  )
  SELECT t.id AS tenant_id, d.id AS device_id, w.at, w.status
  FROM written w JOIN devices d ON d.key = w.device_key JOIN tenants t ON t.key = d.tenant_key ORDER BY d.id`

const make = Effect.map(SqlClient.SqlClient, (sql): DeviceStatusStore => ({
  observe: Effect.fnUntraced(
    function* (now, silentMs) {
      const rows = yield* sql.withTransaction(
        Effect.andThen(sql`SELECT pg_advisory_xact_lock(${locks.observe})`, observe(sql, now, silentMs))
      )
      return rows.map(({ device_id, tenant_id, ...row }) => ({
        ...Rows.toDeviceStatus(device_id, row),
        tenantId: tenant_id
      }))
    },
    acrossTenants,
    orStorageError
  ),
  report: Effect.fnUntraced(
    function* (tenantId: TenantId, deviceId: DeviceId, at, status) {
      const rows = yield* sql<{ changed: boolean | null }>`SELECT wattkit_report_status(
      ${tenantId}, ${deviceId}, ${PgTypes.timestamptz(at)}, ${status}) AS changed`
      return rows[0]?.changed ?? (yield* new NotFound({ what: "device", id: deviceId }))
    },
    forTenant,
    orStorageError
  ),
  history: Effect.fnUntraced(
    function* (tenantId, deviceId, within) {
      const start = PgTypes.timestamptz(within.start)
      const rows = yield* sql<Rows.DeviceStatusRow>`WITH device AS MATERIALIZED (
          SELECT d.key FROM devices d JOIN tenants t ON t.key = d.tenant_key
          WHERE t.id = ${tenantId} AND d.id = ${deviceId}
        )
        (SELECT at, status FROM device_status_history
          WHERE device_key = (SELECT key FROM device) AND at <= ${start} ORDER BY at DESC LIMIT 1)
        UNION ALL
        SELECT at, status FROM device_status_history
          WHERE device_key = (SELECT key FROM device) AND at > ${start}
            AND at < ${PgTypes.timestamptz(within.end)}
        ORDER BY at`
      return rows.map((row): DeviceStatus => Rows.toDeviceStatus(deviceId, row))
    },
    forTenant,
    orStorageError
  )
}))

/** Keeps in PostgreSQL when devices were online and offline. */
export const layer: Layer.Layer<DeviceStatusStore, never, SqlClient.SqlClient> = Layer.effect(
  DeviceStatusStore,
  make
)
