import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { answered, type Cells, cellsOf, excluded, names, of, remove, said, type Written } from "./cells.ts"
import type { Computed } from "../read/computeTask.ts"
import * as Parameters from "../parameters.ts"

/**
 * Writes the cells that differ from those that are there, and answers them and those that must not be there.
 *
 * The shape does not lean on the planner's guess of how many cells there are: they are looked up by the
 * primary key (`OFFSET 0` keeps the lookup apart) and by a hash (`NOT IN`). Cells that did not change are
 * left alone, since to lock a row is to write it.
 */
const statement = `WITH ranges AS (
  SELECT key::bigint AS channel_key, lo, hi FROM unnest($1::float8[], $2::timestamptz[], $3::timestamptz[])
    AS t (key, lo, hi)
),
cells AS MATERIALIZED (
  SELECT key::bigint AS channel_key, start, nullif(imported, 'NaN')::bigint AS imported,
    nullif(exported, 'NaN')::bigint AS exported, estimated::bigint AS estimated,
    covered_ms::integer AS covered_ms, quality::smallint AS quality, events::smallint AS events,
    nullif(power_min_w, 'NaN') AS power_min_w, nullif(power_max_w, 'NaN') AS power_max_w,
    readings::integer AS readings
  FROM unnest($4::float8[], $5::timestamptz[], ${said.map((_, i) => `$${i + 6}::float8[]`).join(", ")})
    AS t (key, start, ${names})
),
written AS (
  INSERT INTO usage_15m (channel_key, start, ${names})
  SELECT c.channel_key, c.start, ${of("c")} FROM cells c
  LEFT JOIN LATERAL (
    SELECT u.start, ${of("u")} FROM usage_15m u
    WHERE u.channel_key = c.channel_key AND u.start = c.start AND u.start >= $15 AND u.start < $16 OFFSET 0
  ) o ON true
  WHERE o.start IS NULL OR (${of("o")}) IS DISTINCT FROM (${of("c")})
  ORDER BY c.channel_key, c.start
  ON CONFLICT (channel_key, start) DO UPDATE SET ${excluded}
  RETURNING channel_key::float8 AS key, start
),
gone AS (
  SELECT e.channel_key::float8 AS key, e.start FROM ranges t CROSS JOIN LATERAL (
    SELECT u.channel_key, u.start FROM usage_15m u
    WHERE u.channel_key = t.channel_key AND u.start >= t.lo AND u.start < t.hi
      AND u.start >= $15 AND u.start < $16 OFFSET 0
  ) e
  WHERE (e.channel_key, e.start) NOT IN (SELECT channel_key, start FROM cells)
)
${answered}`

/** Cells of one channel, of which those before `lo` are somebody else's. */
interface Piece {
  readonly key: number
  readonly lo: number
  readonly hi: number
  readonly cells: Computed["cells"]
}

/** Pieces of which no two have the same cell; where tasks overlap they computed the same. */
const apart = (computed: ReadonlyArray<Computed>): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  const inOrder = computed.toSorted((a, b) => a.task.channel.key - b.task.channel.key || a.lo - b.lo)
  for (const { cells, hi, lo, task } of inOrder) {
    const { key } = task.channel
    const last = pieces.at(-1)
    const from = last?.key === key ? Math.max(lo, last.hi) : lo
    if (from < hi) pieces.push({ key, lo: from, hi, cells })
  }
  return pieces
}

const columnsOf = (pieces: ReadonlyArray<Piece>) => {
  const keys: Array<number> = []
  const starts: Array<number> = []
  const columns = said.map((): Array<number> => [])
  for (const { cells, key, lo } of pieces) {
    const { coveredMs, estimated, events, exported, imported, powerMaxW, powerMinW, quality, readings } =
      cells
    const from = [imported, exported, estimated, coveredMs, quality, events, powerMinW, powerMaxW, readings]
    for (let i = 0; i < cells.starts.length; i++) {
      if (cells.starts[i]! < lo) continue
      keys.push(key)
      starts.push(cells.starts[i]!)
      for (let c = 0; c < from.length; c++) columns[c]!.push(from[c]![i]!)
    }
  }
  return { keys, starts, columns }
}

/** Writes the quarter hours that changed, and answers which. */
export const writeQuarters = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  computed: ReadonlyArray<Computed>
) {
  const pieces = apart(computed)
  const { columns, keys, starts } = columnsOf(pieces)
  const rows = yield* sql.unsafe<Written>(statement, [
    Parameters.numbers(pieces.map(({ key }) => key)),
    Parameters.instants(pieces.map(({ lo }) => lo)),
    Parameters.instants(pieces.map(({ hi }) => hi)),
    Parameters.numbers(keys),
    Parameters.instants(starts),
    ...columns.map(Parameters.numbers),
    PgTypes.timestamptz(pieces.reduce((least, { lo }) => Math.min(least, lo), Infinity)),
    PgTypes.timestamptz(pieces.reduce((most, { hi }) => Math.max(most, hi), -Infinity))
  ]).unprepared
  const row = rows[0]
  const gone = cellsOf(row?.gone_keys ?? null, row?.gone_starts ?? null)
  yield* remove(sql, "usage_15m", gone)
  const changed = cellsOf(row?.keys ?? null, row?.starts ?? null)
  return cellsOf(row?.gone_keys ?? null, row?.gone_starts ?? null, changed) as Cells
})
