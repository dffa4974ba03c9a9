import { PgTypes } from "@effect/sql-pg"
import type { KeptResolution, UsageQuery } from "@wattkit/core"
import * as Parameters from "./parameters.ts"

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

/** Where the cells of each resolution are. */
export const tables: { readonly [resolution in KeptResolution]: Table } = {
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

/**
 * The cells each channel has to offer to a page of $4; of the first channel those after $5. Channels stand in
 * their order before their cells are looked up, so that the look-up ends with the page.
 */
export const pageOf = (table: Table): string => `
SELECT c.place::int4 AS place, u.*
FROM (SELECT * FROM unnest($3::bigint[]) WITH ORDINALITY AS c (key, place) ORDER BY place OFFSET 0) c
CROSS JOIN LATERAL (
  SELECT ${cell(table)} FROM ${table.name} u WHERE u.channel_key = c.key AND ${table.keyBounds}
    AND u.${table.start} > CASE WHEN c.place = 1 THEN $5 ELSE '-infinity' END::timestamptz
  ORDER BY u.${table.start} LIMIT $4
) u
ORDER BY c.place, u.start LIMIT $4`

/** The cells of channels, all of a month in one look at its index. */
export const totalOf = (table: Table): string => `
SELECT u.${table.start} AS start, ${table.end} AS end, sum(u.imported)::float8 AS imported,
  sum(u.exported)::float8 AS exported, sum(u.estimated)::float8 AS estimated,
  min(u.covered_ms)::float8 AS covered_ms, max(u.quality) AS quality, bit_or(u.events) AS events,
  NULL::float8 AS power_min_w, NULL::float8 AS power_max_w, sum(u.readings)::float8 AS readings
FROM ${table.name} u
WHERE u.channel_key = ANY ($3::bigint[]) AND ${table.keyBounds}
GROUP BY 1, 2 ORDER BY 1, 2`

/** The first three parameters of both statements: bounds and channels. */
export const parametersOf = ({ within }: UsageQuery, keys: ReadonlyArray<number>) => [
  PgTypes.timestamptz(within.start),
  PgTypes.timestamptz(within.end),
  Parameters.numbers(keys)
]
