import { type DeviceId, mainChannel, type TenantId } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Parameters from "./parameters.ts"

interface Row {
  readonly key: number
  readonly device_key: number
  readonly is_whole: boolean
}

/**
 * The keys of the channels that are the whole of devices: of each its main one, and all of them where that is
 * silent.
 *
 * It is asked each time, because a correction may strike out all that a main channel has said.
 */
export const wholesOf = (sql: SqlClient.SqlClient, tenantId: TenantId, deviceIds: ReadonlyArray<DeviceId>) =>
  Effect.map(
    // OFFSET keeps the planner from reading all states there are for the few that are asked about.
    sql<Row>`SELECT c.key::float8 AS key, d.key::float8 AS device_key, c.name = ${mainChannel}
        AND EXISTS (SELECT FROM device_state s WHERE s.channel_key = c.key OFFSET 0) AS is_whole
      FROM devices d JOIN channels c ON c.device_key = d.key
      WHERE d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
        AND d.id = ANY (${Parameters.texts(deviceIds)})`,
    (rows) => {
      const spoken = new Set(rows.flatMap((row) => (row.is_whole ? [row.device_key] : [])))
      return rows.flatMap(({ device_key, is_whole, key }) =>
        is_whole || !spoken.has(device_key) ? [key] : []
      )
    }
  )
