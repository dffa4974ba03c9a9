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
  readonly location_id: string
  readonly newest: Date | null
}

type Zone = Location["zone"]

interface ZonesRow {
  readonly id: string
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

/** What a refresh has to know of channels: their rules and the calendar of their place among it. */
export const channelsOf = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  keys: ReadonlyArray<number>
) {
  const rows = yield* sql<ChannelRow>`
    SELECT c.key::float8 AS key, c.says, c.rules, d.location_id, s.at AS newest
    FROM unnest(${Parameters.numbers(keys)}::bigint[]) k (key)
    JOIN channels c ON c.key = k.key
    JOIN devices d ON d.key = c.device_key
    LEFT JOIN device_state s ON s.channel_key = c.key`.unprepared
  const locations = [...new Set(rows.map((row) => row.location_id))]
  const zones = yield* sql<ZonesRow>`
    SELECT l.id, l.zone, z.zones, z.froms
    FROM unnest(${Parameters.texts(locations)}::text[]) i (id)
    JOIN locations l ON l.id = i.id
    CROSS JOIN LATERAL (
      SELECT array_agg(zone ORDER BY from_date) AS zones, array_agg(from_date ORDER BY from_date) AS froms
      FROM location_zones WHERE location_id = l.id
    ) z`.unprepared
  const calendars = new Map(zones.map((row) => [row.id, calendarOf(row)]))
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
          calendar: calendars.get(row.location_id) ?? LocalCalendar.utc,
          newest: row.newest?.getTime() ?? Number.NEGATIVE_INFINITY
        }
      ]
    })
  )
})
