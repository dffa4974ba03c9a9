import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as Arrays from "../read/arrayBytes.ts"
import * as Parameters from "../parameters.ts"

/** What a cell says, by the column. */
export const said = [
  "imported",
  "exported",
  "estimated",
  "covered_ms",
  "quality",
  "events",
  "power_min_w",
  "power_max_w",
  "readings"
] as const

/** The columns of what a cell says. */
export const names = said.join(", ")

/** The columns of what a cell says, of one table among others. */
export const of = (alias: string): string => said.map((name) => `${alias}.${name}`).join(", ")

/** Every column as the row that was to be inserted has it. */
export const excluded = said.map((name) => `${name} = excluded.${name}`).join(", ")

/** What the cells `u` say together. */
export const sums = `sum(u.imported)::bigint AS imported, sum(u.exported)::bigint AS exported,
  sum(u.estimated)::bigint AS estimated, sum(u.covered_ms)::bigint AS covered_ms,
  max(u.quality) AS quality, bit_or(u.events) AS events,
  min(u.power_min_w) AS power_min_w, max(u.power_max_w) AS power_max_w,
  sum(u.readings)::integer AS readings, count(*) AS cells`

/** Cells by channel, by their starts. */
export type Cells = ReadonlyMap<number, ReadonlySet<number>>

/** The channels and starts of cells, as columns. */
export const inColumns = (cells: Cells) => {
  const keys: Array<number> = []
  const starts: Array<number> = []
  for (const [key, of] of cells) {
    for (const start of of) {
      keys.push(key)
      starts.push(start)
    }
  }
  return { keys, starts }
}

/** How many cells. */
export const countOf = (cells: Cells): number => {
  let count = 0
  for (const of of cells.values()) count += of.size
  return count
}

/** The first and last start of all. */
export const spanOf = (starts: ReadonlyArray<number>): readonly [number, number] => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const start of starts) {
    if (start < first) first = start
    if (start > last) last = start
  }
  return [first, last]
}

/** The cells a statement answers as two arrays, with those of another added to them. */
export const cellsOf = (
  keys: Uint8Array | null,
  starts: Uint8Array | null,
  cells = new Map<number, Set<number>>()
): Map<number, Set<number>> => {
  const at = Arrays.instants(starts)
  Arrays.numbers(keys).forEach((key, i) => {
    const of = cells.get(key)
    if (of === undefined) cells.set(key, new Set([at[i]!]))
    else of.add(at[i]!)
  })
  return cells
}

/** What a statement answers that wrote cells: those it wrote, and those that are to be no more. */
export interface Written {
  readonly keys: Uint8Array | null
  readonly starts: Uint8Array | null
  readonly gone_keys: Uint8Array | null
  readonly gone_starts: Uint8Array | null
}

/** Selects what `Written` has, out of `written` and `gone`. */
export const answered = `SELECT w.keys, w.starts, g.keys AS gone_keys, g.starts AS gone_starts
FROM (SELECT array_send(array_agg(key)) AS keys, array_send(array_agg(start)) AS starts FROM written) w,
  (SELECT array_send(array_agg(key)) AS keys, array_send(array_agg(start)) AS starts FROM gone) g`

/** Deletes cells, channel by channel: they are few, and so the primary key finds them. */
export const remove = (
  sql: SqlClient.SqlClient,
  table: "usage_15m" | "energy_hourly",
  cells: Cells
): Effect.Effect<void, SqlError.SqlError> =>
  Effect.forEach(
    cells,
    ([key, starts]) =>
      sql`DELETE FROM ${sql(table)} WHERE channel_key = ${key}::float8::bigint
        AND start = ANY (${Parameters.instants([...starts])})`.unprepared,
    { discard: true }
  )
