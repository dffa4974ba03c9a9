import { PgTypes } from "@effect/sql-pg"
import { type Interval, LocalCalendar } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Touched } from "../marks.ts"
import * as Parameters from "../parameters.ts"
import type { Channel } from "../read/Task.ts"
import { writeDays } from "./writeDays.ts"

const DAY = 86_400_000
const AT_ONCE = 2000

interface Extent {
  readonly first: Date | null
  readonly last: Date | null
}

/** The first instant quarter hours are kept from, if some of the channel were given up before it. */
const keptFrom = (sql: SqlClient.SqlClient, key: number) =>
  sql<{ readonly at: Date | null }>`SELECT kept.at FROM (
      SELECT to_date(right(min(p.relname), 6), 'YYYYMM')::timestamp AT TIME ZONE 'UTC' AS at
      FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = 'usage_15m'::regclass
    ) kept WHERE EXISTS (
      SELECT FROM energy_daily d WHERE d.channel_key = ${key}::float8::bigint
        AND d.day < (kept.at AT TIME ZONE 'UTC')::date - 1
    )`.unprepared

/**
 * Adds up the days of a channel anew, from about an instant on, and removes those its place does not have.
 *
 * Days whose quarter hours were given up stay as they are.
 */
export const zoneDays = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { calendar, key }: Channel,
  { since }: Touched
) {
  // The day before the change takes up the difference, and was another one before.
  const about = since - 3 * DAY
  const extents = yield* sql<Extent>`SELECT
      (SELECT start FROM usage_15m WHERE channel_key = ${key}::float8::bigint
        AND start >= ${PgTypes.timestamptz(about)} ORDER BY start LIMIT 1) AS first,
      (SELECT start FROM usage_15m WHERE channel_key = ${key}::float8::bigint
        ORDER BY start DESC LIMIT 1) AS last`.unprepared
  const { first, last } = extents[0] ?? { first: null, last: null }
  const kept = (yield* keptFrom(sql, key))[0]?.at?.getTime() ?? Number.NEGATIVE_INFINITY
  const within = {
    start: first?.getTime() ?? 0,
    end: first === null || last === null ? 0 : last.getTime() + 1
  }
  const days = LocalCalendar.daysIn(calendar, within as Interval.Interval).filter(
    ({ interval }) => interval.start >= kept
  )
  let changed = 0
  for (let i = 0; i < days.length; i += AT_ONCE) {
    changed += yield* writeDays(
      sql,
      days.slice(i, i + AT_ONCE).map(({ date, interval }) => ({ key, date, ...interval }))
    )
  }
  // A day of the zone before may have begun earlier than the first that the same quarter hours are in now.
  const dates = Parameters.dates(days.map(({ date }) => date))
  const gone = yield* sql`DELETE FROM energy_daily WHERE channel_key = ${key}::float8::bigint
    AND (day >= ${PgTypes.date(days[0]?.date ?? "infinity")}
      OR start_at >= ${PgTypes.timestamptz(Math.max(about, kept))})
    AND NOT day = ANY (${dates}) RETURNING 1`.unprepared
  return changed + gone.length
})
