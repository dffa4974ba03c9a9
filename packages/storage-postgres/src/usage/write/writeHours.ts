import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import {
  answered,
  type Cells,
  cellsOf,
  countOf,
  excluded,
  inColumns,
  names,
  of,
  remove,
  spanOf,
  sums,
  type Written
} from "./cells.ts"
import * as Parameters from "../parameters.ts"

const HOUR = 3_600_000

const statement = `WITH fresh AS MATERIALIZED (
  SELECT t.key::bigint AS channel_key, t.start, s.*
  FROM unnest($1::float8[], $2::timestamptz[]) AS t (key, start)
  CROSS JOIN LATERAL (
    SELECT ${sums} FROM usage_15m u
    WHERE u.channel_key = t.key::bigint AND u.start >= t.start AND u.start < t.start + interval '1 hour'
      AND u.start >= $3 AND u.start < $4 OFFSET 0
  ) s
),
written AS (
  INSERT INTO energy_hourly AS e (channel_key, start, ${names})
  SELECT channel_key, start, ${names} FROM fresh WHERE cells > 0 ORDER BY channel_key, start
  ON CONFLICT (channel_key, start) DO UPDATE SET ${excluded}
  WHERE (${of("e")}) IS DISTINCT FROM (${of("excluded")})
  RETURNING channel_key::float8 AS key, start
),
gone AS (SELECT channel_key::float8 AS key, start FROM fresh WHERE cells = 0)
${answered}`

/** Adds up the hours anew that quarter hours changed in, and answers how many of them changed. */
export const writeHours = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, changed: Cells) {
  const hours = new Map<number, Set<number>>()
  for (const [key, starts] of changed) {
    hours.set(key, new Set(Array.from(starts, (start) => Math.floor(start / HOUR) * HOUR)))
  }
  if (hours.size === 0) return 0
  const { keys, starts } = inColumns(hours)
  const [first, last] = spanOf(starts)
  const rows = yield* sql.unsafe<Written>(statement, [
    Parameters.numbers(keys),
    Parameters.instants(starts),
    PgTypes.timestamptz(first),
    PgTypes.timestamptz(last + HOUR)
  ]).unprepared
  const row = rows[0]
  const gone = cellsOf(row?.gone_keys ?? null, row?.gone_starts ?? null)
  yield* remove(sql, "energy_hourly", gone)
  return countOf(cellsOf(row?.keys ?? null, row?.starts ?? null)) + countOf(gone)
})
