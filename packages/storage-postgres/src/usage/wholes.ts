import { type DeviceId, mainChannel, type TenantId } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as Parameters from "./parameters.ts"

/** Tells the keys of the channels that are the whole of devices. */
export type Wholes = (
  tenantId: TenantId,
  deviceIds: ReadonlyArray<DeviceId>
) => Effect.Effect<ReadonlyArray<number>, SqlError.SqlError>

interface Row {
  readonly key: number
  readonly device_id: DeviceId
  readonly is_whole: boolean
}

/**
 * Makes what tells them: of a device its main channel, and all of them where that is silent.
 *
 * A main channel that has said something will always have, so it is asked about once in a process.
 */
export const make = (sql: SqlClient.SqlClient): Wholes => {
  const tenants = new Map<TenantId, Map<DeviceId, number>>()

  // OFFSET keeps the planner from reading all states there are for the few that are asked about.
  const ask = (tenantId: TenantId, deviceIds: ReadonlyArray<DeviceId>) => sql<Row>`
    SELECT c.key::float8 AS key, d.id AS device_id, c.name = ${mainChannel}
      AND EXISTS (SELECT FROM device_state s WHERE s.channel_key = c.key OFFSET 0) AS is_whole
    FROM devices d JOIN channels c ON c.device_key = d.key
    WHERE d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      AND d.id = ANY (${Parameters.texts(deviceIds)})`

  return Effect.fnUntraced(function* (tenantId, deviceIds) {
    const known = tenants.get(tenantId) ?? new Map<DeviceId, number>()
    tenants.set(tenantId, known)
    const wanted = [...new Set(deviceIds)]
    const unknown = wanted.filter((id) => !known.has(id))
    const rows = unknown.length === 0 ? [] : yield* ask(tenantId, unknown)
    for (const { device_id, is_whole, key } of rows) if (is_whole) known.set(device_id, key)
    const parts = rows.flatMap(({ device_id, key }) => (known.has(device_id) ? [] : [key]))
    return wanted.flatMap((id) => known.get(id) ?? []).concat(parts)
  })
}
