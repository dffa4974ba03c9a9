import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Parameters from "./parameters.ts"
import type { Touched } from "./marks.ts"

interface Row {
  readonly key: number
  readonly first: Date | null
  readonly last: Date | null
}

const DAY = 86_400_000
/** A span longer than this is looked at before it is read: most often it means all there is. */
const LONG = 400 * DAY

/** Spans that are open, or very long, cut down to where there are readings or cells. */
export const withExtents = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  touched: ReadonlyArray<Touched>,
  finalBefore: number
) {
  const isLong = ({ since, until }: Touched) => until - since > LONG
  const long = touched.filter(isLong)
  if (long.length === 0) return touched
  const rows = yield* sql<Row>`
    SELECT k.key::float8 AS key,
      least(
        (SELECT r.at FROM readings r WHERE r.channel_key = k.key
          AND r.at >= ${PgTypes.timestamptz(finalBefore)} ORDER BY r.at LIMIT 1),
        (SELECT u.start FROM usage_15m u WHERE u.channel_key = k.key
          AND u.start >= ${PgTypes.timestamptz(finalBefore)} ORDER BY u.start LIMIT 1)
      ) AS first,
      greatest(
        (SELECT r.at FROM readings r WHERE r.channel_key = k.key ORDER BY r.at DESC LIMIT 1),
        (SELECT u.start FROM usage_15m u WHERE u.channel_key = k.key ORDER BY u.start DESC LIMIT 1)
      ) AS last
    FROM unnest(${Parameters.numbers([...new Set(long.map(({ key }) => key))])}::bigint[]) k (key)`.unprepared
  const extents = new Map(rows.map((row) => [row.key, row]))
  return touched.flatMap((one) => {
    if (!isLong(one)) return [one]
    const { first, last } = extents.get(one.key) ?? { first: null, last: null }
    if (first === null || last === null) return []
    const since = Math.max(one.since, first.getTime())
    const until = Math.min(one.until, last.getTime())
    return since <= until ? [{ key: one.key, since, until }] : []
  })
})
