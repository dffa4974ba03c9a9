import { PgTypes } from "@effect/sql-pg"
import {
  type ChannelName,
  type ChannelUsage,
  type DeviceId,
  type TenantId,
  type UsageCursor,
  type UsageQuery,
  UsageStore
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "./storageError.ts"
import { forTenant } from "./tenancy/CurrentTenant.ts"
import { type CellRow, toUsage } from "./usage/cellRows.ts"
import { pageOf, parametersOf, tables, totalOf } from "./usage/cellStatements.ts"
import { makeRules } from "./usage/channelRules.ts"
import * as Parameters from "./usage/parameters.ts"
import { wholesOf } from "./usage/wholes.ts"

interface Channel {
  readonly key: number
  readonly device_id: DeviceId
  readonly name: ChannelName
}

/*
 * Channels are looked up first, by a statement that is planned once, and their cells by their keys. The
 * second one is not prepared, because only a plan for these bounds leaves out the months outside them; it is
 * short, so to plan it anew costs little.
 */

const make = Effect.map(SqlClient.SqlClient, (sql): UsageStore => {
  const ofTenant = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`

  /** The channels of a query in their order, those from a cursor on. */
  const channelsOf = (
    tenantId: TenantId,
    { channel, deviceIds }: UsageQuery,
    after?: UsageCursor
  ) => sql<Channel>`SELECT c.key::float8 AS key, d.id AS device_id, c.name
    FROM devices d JOIN channels c ON c.device_key = d.key
    WHERE d.${ofTenant(tenantId)} AND d.id = ANY (${Parameters.texts(deviceIds)})
      ${channel === undefined ? sql`` : sql`AND c.name = ${channel}`}
      AND (d.id, c.name) >= (${after?.deviceId ?? ""}::text, ${after?.channel ?? ""}::text)
    ORDER BY d.id, c.name`

  const keysOf = (rows: ReadonlyArray<{ readonly key: number }>) => rows.map(({ key }) => key)

  return {
    page: Effect.fnUntraced(
      function* (tenantId, query) {
        const { after, limit, resolution } = query
        const table = tables[resolution]
        const channels = yield* channelsOf(tenantId, query, after)
        const [first] = channels
        if (first === undefined) return []
        const isGoneOn = first.device_id === after?.deviceId && first.name === after.channel
        const rows = yield* sql.unsafe<CellRow & { readonly place: number }>(pageOf(table), [
          ...parametersOf(query, keysOf(channels)),
          PgTypes.int4(limit),
          PgTypes.timestamptz(isGoneOn ? after.start : Number.NEGATIVE_INFINITY)
        ]).unprepared
        return rows.map((row): ChannelUsage => {
          const { device_id: deviceId, name: channel } = channels[row.place - 1]!
          return { deviceId, channel, ...toUsage(row, table.lengthMs) }
        })
      },
      forTenant,
      orStorageError
    ),
    total: Effect.fnUntraced(
      function* (tenantId, query) {
        const table = tables[query.resolution]
        const keys = yield* query.channel === undefined
          ? wholesOf(sql, tenantId, query.deviceIds)
          : Effect.map(channelsOf(tenantId, query), keysOf)
        if (keys.length === 0) return []
        const parameters = parametersOf(query, keys)
        const rows = yield* sql.unsafe<CellRow>(totalOf(table), parameters).unprepared
        return rows.map((row) => toUsage(row, table.lengthMs))
      },
      forTenant,
      orStorageError
    ),
    ...makeRules(sql)
  }
})

/** Answers usage out of PostgreSQL. */
export const layer: Layer.Layer<UsageStore, never, SqlClient.SqlClient> = Layer.effect(UsageStore, make)
