import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Arrays from "./read/arrayBytes.ts"
import * as Parameters from "./parameters.ts"

/** A channel and the first and last instant at which something of it was touched. */
export interface Touched {
  readonly key: number
  readonly since: number
  readonly until: number
}

interface Origin {
  readonly first: number
  readonly last: number
  readonly markedAt: Date
}

/** Marks that were taken from the log. */
export interface Marks {
  readonly readings: ReadonlyArray<Touched>
  /** Channels whose days alone changed. */
  readonly days: ReadonlyArray<Touched>
  /** Their first and last place in the log and the time of the oldest, where what is left goes back to. */
  readonly from: Origin | undefined
}

/** How much is taken at once: a mark of a large batch has thousands of channels, one of a reading has one. */
const MARKS = 20_000
const TOUCHED = 100_000

interface Row {
  readonly id: number
  readonly marked_at: Date
  readonly days_only: boolean
  readonly keys: Uint8Array
  readonly froms: Uint8Array
  readonly tos: Uint8Array
}

/** What lies nearer than this is read together. */
const NEAR = 3_600_000

/** The fewest spans that hold all that was touched, none of a channel near another of it. */
export const merge = (touched: Iterable<Touched>): ReadonlyArray<Touched> => {
  const spans = new Map<number, Array<Touched>>()
  for (const one of touched) {
    const of = spans.get(one.key)
    const last = of?.at(-1)
    if (of === undefined) spans.set(one.key, [one])
    else if (last !== undefined && isNear(last, one)) of[of.length - 1] = hullOf(last, one)
    else of.push(one)
  }
  return [...spans.values()].flatMap((of) => (of.length === 1 ? of : mergeSorted(of)))
}

const isNear = (a: Touched, b: Touched): boolean => b.since <= a.until + NEAR && a.since <= b.until + NEAR

const hullOf = (a: Touched, b: Touched): Touched => ({
  key: a.key,
  since: Math.min(a.since, b.since),
  until: Math.max(a.until, b.until)
})

const mergeSorted = (of: ReadonlyArray<Touched>): ReadonlyArray<Touched> => {
  const merged: Array<Touched> = []
  for (const one of of.toSorted((a, b) => a.since - b.since)) {
    const last = merged.at(-1)
    if (last !== undefined && isNear(last, one)) merged[merged.length - 1] = hullOf(last, one)
    else merged.push(one)
  }
  return merged
}

function* touchedIn(rows: ReadonlyArray<Row>): Generator<Touched> {
  for (const row of rows) {
    const [keys, froms, tos] = [Arrays.keys(row.keys), Arrays.instants(row.froms), Arrays.instants(row.tos)]
    for (let i = 0; i < keys.length; i++) yield { key: keys[i]!, since: froms[i]!, until: tos[i]! }
  }
}

/** The last place of the log there is, 0 when it is empty. */
export const lastMark = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ id: number }>`SELECT id::float8 AS id FROM usage_stale ORDER BY usage_stale.id DESC LIMIT 1`,
    (rows) => rows[0]?.id ?? 0
  )

/** Takes the oldest marks out of the log, up to a place in it; they are back when the transaction fails. */
export const takeMarks = (sql: SqlClient.SqlClient, upTo: number) =>
  Effect.map(
    sql<Row>`DELETE FROM usage_stale WHERE id = ANY (ARRAY(
        SELECT m.id FROM (
          SELECT id, sum(cardinality(channel_keys)) OVER (ORDER BY id) AS total,
            row_number() OVER (ORDER BY id) AS n
          FROM usage_stale WHERE id <= ${PgTypes.float8(upTo)}::bigint ORDER BY id LIMIT ${MARKS}
        ) m WHERE m.total <= ${TOUCHED} OR m.n = 1
      ))
      RETURNING id::float8 AS id, marked_at, days_only, array_send(channel_keys) AS keys,
        array_send(froms) AS froms, array_send(tos) AS tos`.unprepared,
    (rows): Marks => {
      const inOrder = rows.toSorted((a, b) => a.id - b.id)
      const [first, last] = [inOrder[0], inOrder.at(-1)]
      return {
        readings: merge(touchedIn(rows.filter((row) => !row.days_only))),
        days: merge(touchedIn(rows.filter((row) => row.days_only))),
        from: first && last && { first: first.id, last: last.id, markedAt: first.marked_at }
      }
    }
  )

/** Puts back what could not be done in this transaction, as old as it was. */
export const leaveMarks = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  from: Origin,
  left: { readonly readings: ReadonlyArray<Touched>; readonly days: ReadonlyArray<Touched> }
) {
  const insert = (id: number, touched: ReadonlyArray<Touched>, daysOnly: boolean) =>
    sql`INSERT INTO usage_stale (id, marked_at, channel_keys, froms, tos, days_only) OVERRIDING SYSTEM VALUE
      VALUES (${PgTypes.float8(id)}::bigint, ${PgTypes.timestamptz(from.markedAt)},
        ${Parameters.numbers(touched.map(({ key }) => key))}::bigint[],
        ${Parameters.instants(touched.map(({ since }) => since))},
        ${Parameters.instants(touched.map(({ until }) => until))}, ${daysOnly})`
  // What is left of both kinds came from two marks at least, so they do not meet.
  if (left.readings.length > 0) yield* insert(from.first, left.readings, false)
  if (left.days.length > 0) yield* insert(from.last, left.days, true)
})
