import { LocalCalendar, type Location, type UsageRules, usualRules, ZoneHistory } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { kindOf } from "./read/Kind.ts"
import * as Parameters from "./parameters.ts"
import type { Channel } from "./read/Task.ts"

interface ChannelRow {
  readonly key: number
  readonly says: number
  readonly rules: Partial<UsageRules> | null
  readonly tenant_key: number
  readonly location_id: string
  readonly newest: Date | null
}

type Zone = Location["zone"]

interface ZonesRow {
  readonly place: number
  readonly zone: Zone
  readonly zones: ReadonlyArray<Zone> | null
  readonly froms: ReadonlyArray<ZoneHistory.ZoneSince["from"]> | null
}

/** The rules that were set, and the usual ones for what they do not say. */
export const rulesOf = (rules: Partial<UsageRules> | null): UsageRules => ({ ...usualRules, ...rules })

const calendarOf = ({ froms, zone, zones }: ZonesRow): LocalCalendar.LocalCalendar => {
  const [first, ...others] = (zones ?? []).flatMap((of, i) => {
    const from = froms?.[i]
    return from === undefined ? [] : [{ zone: of, from }]
  })
  return first === undefined ? LocalCalendar.of(zone) : ZoneHistory.calendarOf([first, ...others])
}

/** Two tenants may have a location of the same id. */
const placeOf = (row: ChannelRow): string => `${row.tenant_key}/${row.location_id}`

/** What a refresh has to know of channels: their rules and the calendar of their place among it. */
export const channelsOf = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  keys: ReadonlyArray<number>
) {
  const rows = yield* sql<ChannelRow>`
    SELECT c.key::float8 AS key, c.says, c.rules, d.tenant_key::float8 AS tenant_key, d.location_id,
      s.at AS newest
    FROM unnest(${Parameters.numbers(keys)}::bigint[]) k (key)
    JOIN channels c ON c.key = k.key
    JOIN devices d ON d.key = c.device_key
    LEFT JOIN device_state s ON s.channel_key = c.key`.unprepared
  const locations = [...new Map(rows.map((row) => [placeOf(row), row])).values()]
  const zones = yield* sql<ZonesRow>`
    SELECT i.place::int4 AS place, l.zone, z.zones, z.froms
    FROM unnest(
      ${Parameters.numbers(locations.map((row) => row.tenant_key))}::bigint[],
      ${Parameters.texts(locations.map((row) => row.location_id))}::text[]
    ) WITH ORDINALITY AS i (tenant_key, id, place)
    JOIN locations l ON l.tenant_key = i.tenant_key AND l.id = i.id
    CROSS JOIN LATERAL (
      SELECT array_agg(zone ORDER BY from_date) AS zones, array_agg(from_date ORDER BY from_date) AS froms
      FROM location_zones WHERE tenant_key = l.tenant_key AND location_id = l.id
    ) z`.unprepared
  const calendars = new Map(zones.map((row) => [placeOf(locations[row.place - 1]!), calendarOf(row)]))
  return new Map(
    rows.map((row): readonly [number, Channel] => {
      const rules = rulesOf(row.rules)
      return [
        row.key,
        {
          key: row.key,
          says: row.says,
          rules,
          kind: kindOf(rules, row.says),
          calendar: calendars.get(placeOf(row)) ?? LocalCalendar.utc,
          newest: row.newest?.getTime() ?? Number.NEGATIVE_INFINITY
        }
      ]
    })
  )
})
