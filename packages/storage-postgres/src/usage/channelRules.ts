import { PgTypes } from "@effect/sql-pg"
import {
  type ChannelName,
  type DeviceId,
  NotFound,
  type TenantId,
  type UsageRules,
  type UsageStore
} from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { orStorageError } from "../storageError.ts"
import { forTenant } from "../tenancy/CurrentTenant.ts"
import { rulesOf } from "./channelsOf.ts"

/** Makes what reads and sets the rules of channels. */
export const makeRules = (sql: SqlClient.SqlClient): Pick<UsageStore, "rules" | "setRules"> => {
  const ofTenant = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`

  const rules = Effect.fnUntraced(
    function* (tenantId: TenantId, deviceId: DeviceId, channel: ChannelName) {
      const rows = yield* sql<{ rules: Partial<UsageRules> | null }>`
      SELECT c.rules FROM devices d LEFT JOIN channels c ON c.device_key = d.key AND c.name = ${channel}
      WHERE d.${ofTenant(tenantId)} AND d.id = ${deviceId}`
      const row = rows[0]
      return row === undefined ? yield* new NotFound({ what: "device", id: deviceId }) : rulesOf(row.rules)
    },
    forTenant,
    orStorageError
  )

  const setRules = Effect.fnUntraced(
    function* (tenantId: TenantId, deviceId: DeviceId, channel: ChannelName, set: UsageRules) {
      const rows = yield* sql<{ found: boolean }>`
      WITH device AS (SELECT key, tenant_key FROM devices WHERE ${ofTenant(tenantId)} AND id = ${deviceId}),
      channel AS (
        INSERT INTO channels (tenant_key, device_key, name, rules)
        SELECT tenant_key, key, ${channel}::text, ${PgTypes.jsonb(set)} FROM device
        ON CONFLICT (device_key, name) DO UPDATE SET rules = excluded.rules
        RETURNING key
      ),
      marked AS (
        INSERT INTO usage_stale (channel_keys, froms, tos)
        SELECT ARRAY[key], ARRAY['-infinity'::timestamptz], ARRAY['infinity'::timestamptz] FROM channel
      )
      SELECT EXISTS (SELECT FROM device) AS found`
      if (rows[0]?.found !== true) yield* new NotFound({ what: "device", id: deviceId })
    },
    forTenant,
    orStorageError
  )

  return { rules, setRules }
}
