import { PgTypes } from "@effect/sql-pg"
import { type Instant, LocalCalendar, LocalDate } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Arrays from "../read/arrayBytes.ts"
import { type Cells, excluded, names, of, spanOf, sums } from "./cells.ts"
import * as Parameters from "../parameters.ts"
import type { Channel } from "../read/Task.ts"

const HOUR = 3_600_000

/** A day is its whole hours, and the quarter hours where it begins or ends within one. */
const statement = `
WITH fresh AS MATERIALIZED (
  SELECT t.key::bigint AS channel_key, t.day, t.start_at, t.end_at, s.*
  FROM unnest($1::float8[], $2::date[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
    $6::timestamptz[]) AS t (key, day, start_at, end_at, whole_from, whole_to)
  CROSS JOIN LATERAL (
    SELECT ${sums} FROM (
      SELECT ${of("h")} FROM energy_hourly h WHERE h.channel_key = t.key::bigint
        AND h.start >= t.whole_from AND h.start < t.whole_to AND h.start >= $7 AND h.start < $8
      UNION ALL
      SELECT ${of("q")} FROM usage_15m q WHERE q.channel_key = t.key::bigint
        AND q.start >= t.start_at AND q.start < t.whole_from AND q.start >= $7 AND q.start < $8
      UNION ALL
      SELECT ${of("q")} FROM usage_15m q WHERE q.channel_key = t.key::bigint
        AND q.start >= t.whole_to AND q.start < t.end_at AND q.start >= $7 AND q.start < $8
      OFFSET 0
    ) u
  ) s
),
written AS (
  INSERT INTO energy_daily AS e (tenant_key, channel_key, day, start_at, end_at, ${names})
  SELECT (SELECT c.tenant_key FROM channels c WHERE c.key = channel_key), channel_key, day, start_at, end_at,
    ${names}
  FROM fresh WHERE cells > 0 ORDER BY channel_key, day
  ON CONFLICT (channel_key, day) DO UPDATE
  SET start_at = excluded.start_at, end_at = excluded.end_at, ${excluded}
  WHERE (e.start_at, e.end_at, ${of("e")}) IS DISTINCT FROM
    (excluded.start_at, excluded.end_at, ${of("excluded")})
  RETURNING 1
)
SELECT (SELECT count(*)::int4 FROM written) AS written,
  (SELECT array_send(array_agg(channel_key::float8)) FROM fresh WHERE cells = 0) AS gone_keys,
  (SELECT array_agg(day) FROM fresh WHERE cells = 0) AS gone_days`

interface Row {
  readonly written: number
  readonly gone_keys: Uint8Array | null
  readonly gone_days: ReadonlyArray<string> | null
}

/** A day of a channel to be added up anew. */
export interface Day {
  readonly key: number
  readonly date: LocalDate.LocalDate
  readonly start: number
  readonly end: number
}

/** The days that quarter hours changed in. */
export const daysOf = (channels: ReadonlyMap<number, Channel>, changed: Cells): ReadonlyArray<Day> => {
  const days: Array<Day> = []
  for (const [key, starts] of changed) {
    const calendar = channels.get(key)?.calendar
    if (calendar === undefined) continue
    const numbers = new Set(
      Array.from(starts, (start) => LocalCalendar.epochDayOf(calendar, start as Instant.Instant))
    )
    for (const number of numbers) {
      const start = LocalCalendar.startOfEpochDay(calendar, number)
      const end = LocalCalendar.startOfEpochDay(calendar, number + 1)
      days.push({ key, date: LocalDate.fromEpochDay(number), start, end })
    }
  }
  return days
}

/** Adds up days anew, and answers how many of them changed. */
export const writeDays = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, days: ReadonlyArray<Day>) {
  if (days.length === 0) return 0
  const wholeFrom = days.map(({ end, start }) => Math.min(Math.ceil(start / HOUR) * HOUR, end))
  const wholeTo = days.map(({ end }, i) => Math.max(Math.floor(end / HOUR) * HOUR, wholeFrom[i]!))
  const [first] = spanOf(days.map(({ start }) => start))
  const [, last] = spanOf(days.map(({ end }) => end))
  const rows = yield* sql.unsafe<Row>(statement, [
    Parameters.numbers(days.map(({ key }) => key)),
    Parameters.dates(days.map(({ date }) => date)),
    Parameters.instants(days.map(({ start }) => start)),
    Parameters.instants(days.map(({ end }) => end)),
    Parameters.instants(wholeFrom),
    Parameters.instants(wholeTo),
    PgTypes.timestamptz(first),
    PgTypes.timestamptz(last)
  ]).unprepared
  const row = rows[0]
  const gone = new Map<number, Array<string>>()
  Arrays.numbers(row?.gone_keys ?? null).forEach((key, i) => {
    const day = row?.gone_days?.[i]
    if (day !== undefined) gone.set(key, [...(gone.get(key) ?? []), day])
  })
  let removed = 0
  for (const [key, dates] of gone) {
    const deleted = yield* sql`DELETE FROM energy_daily WHERE channel_key = ${key}::float8::bigint
      AND day = ANY (${Parameters.dates(dates)}) RETURNING 1`.unprepared
    removed += deleted.length
  }
  return (row?.written ?? 0) + removed
})
