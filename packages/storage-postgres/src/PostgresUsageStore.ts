import { PgTypes } from "@effect/sql-pg"
import {
  type ChannelName,
  type ChannelUsage,
  type DeviceId,
  type KeptResolution,
  NotFound,
  type TenantId,
  type UsageCursor,
  type UsageQuery,
  type UsageRules,
  UsageStore
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "./storageError.ts"
import { forTenant } from "./tenancy/CurrentTenant.ts"
import { type CellRow, toUsage } from "./usage/cellRows.ts"
import { rulesOf } from "./usage/channelsOf.ts"
import * as Parameters from "./usage/parameters.ts"
import * as Wholes from "./usage/wholes.ts"

interface Table {
  readonly name: string
  readonly start: string
  readonly end: string
  readonly lengthMs: number
  /** Bounds of the key that hold every cell that begins within $1 and $2. */
  readonly keyBounds: string
}

const utc = (table: string, lengthMs: number): Table => ({
  name: table,
  start: "start",
  end: "NULL::timestamptz",
  lengthMs,
  keyBounds: "u.start >= $1 AND u.start < $2"
})

const tables: { readonly [resolution in KeptResolution]: Table } = {
  PT15M: utc("usage_15m", 900_000),
  PT1H: utc("energy_hourly", 3_600_000),
  P1D: {
    name: "energy_daily",
    start: "start_at",
    end: "u.end_at",
    lengthMs: 0,
    // A day begins at most about a day from the midnight of its date in UTC.
    keyBounds: `u.day >= ($1 AT TIME ZONE 'UTC')::date - 1 AND u.day <= ($2 AT TIME ZONE 'UTC')::date + 1
      AND u.start_at >= $1 AND u.start_at < $2`
  }
}

const cell = ({ end, start }: Table): string => `u.${start} AS start, ${end} AS end,
  u.imported::float8 AS imported, u.exported::float8 AS exported, u.estimated::float8 AS estimated,
  u.covered_ms::float8 AS covered_ms, u.quality, u.events, u.power_min_w, u.power_max_w, u.readings`

/*
 * Channels are looked up first, by a statement that is planned once, and their cells by their keys. The
 * second one is not prepared, because only a plan for these bounds leaves out the months outside them; it is
 * short, so to plan it anew costs little.
 */

/** The cells each channel has to offer to a page of $4; of the first channel those after $5. */
const pageOf = (table: Table): string => `
SELECT c.place::int4 AS place, u.*
FROM unnest($3::bigint[]) WITH ORDINALITY AS c (key, place)
CROSS JOIN LATERAL (
  SELECT ${cell(table)} FROM ${table.name} u WHERE u.channel_key = c.key AND ${table.keyBounds}
    AND u.${table.start} > CASE WHEN c.place = 1 THEN $5 ELSE '-infinity' END::timestamptz
  ORDER BY u.${table.start} LIMIT $4
) u
ORDER BY c.place, u.start LIMIT $4`

/** The cells of channels, all of a month in one look at its index. */
const totalOf = (table: Table): string => `
SELECT u.${table.start} AS start, ${table.end} AS end, sum(u.imported)::float8 AS imported,
  sum(u.exported)::float8 AS exported, sum(u.estimated)::float8 AS estimated,
  min(u.covered_ms)::float8 AS covered_ms, max(u.quality) AS quality, bit_or(u.events) AS events,
  NULL::float8 AS power_min_w, NULL::float8 AS power_max_w, sum(u.readings)::float8 AS readings
FROM ${table.name} u
WHERE u.channel_key = ANY ($3::bigint[]) AND ${table.keyBounds}
GROUP BY 1, 2 ORDER BY 1, 2`

const parametersOf = ({ within }: UsageQuery, keys: ReadonlyArray<number>) => [
  PgTypes.timestamptz(within.start),
  PgTypes.timestamptz(within.end),
  Parameters.numbers(keys)
]

interface Channel {
  readonly key: number
  readonly device_id: DeviceId
  readonly name: ChannelName
}

const make = Effect.map(SqlClient.SqlClient, (sql): UsageStore => {
  const wholesOf = Wholes.make(sql)
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
          ? wholesOf(tenantId, query.deviceIds)
          : Effect.map(channelsOf(tenantId, query), keysOf)
        if (keys.length === 0) return []
        const parameters = parametersOf(query, keys)
        const rows = yield* sql.unsafe<CellRow>(totalOf(table), parameters).unprepared
        return rows.map((row) => toUsage(row, table.lengthMs))
      },
      forTenant,
      orStorageError
    ),
    rules,
    setRules
  }
})

/** Answers usage out of PostgreSQL. */
export const layer: Layer.Layer<UsageStore, never, SqlClient.SqlClient> = Layer.effect(UsageStore, make)
