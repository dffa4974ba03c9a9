import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Parameters from "../parameters.ts"
import type { Task } from "./Task.ts"

interface Row {
  readonly key: number
  readonly first: Date | null
  readonly has_anchors: boolean
}

/**
 * Tells the tasks that ask an instant their channels have no readings before.
 *
 * Every reading that usage is computed of has a cell, so none is before the first cell, but those that are
 * touched now, and anchors. One that is stored meanwhile leaves a mark, and whoever takes it computes what
 * follows from it.
 */
export const askFirsts = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tasks: ReadonlyArray<Task>,
  { finalBefore, touchedFrom }: { finalBefore: number; touchedFrom: ReadonlyMap<number, number> }
) {
  const keys = new Set(tasks.flatMap(({ asksFirst, channel }) => (asksFirst ? [channel.key] : [])))
  if (keys.size === 0) return tasks
  const rows = yield* sql<Row>`SELECT k.key::float8 AS key,
      (SELECT u.start FROM usage_15m u WHERE u.channel_key = k.key ORDER BY u.start LIMIT 1) AS first,
      EXISTS (SELECT FROM readings r WHERE r.channel_key = k.key
        AND r.at < ${PgTypes.timestamptz(finalBefore)}) AS has_anchors
    FROM unnest(${Parameters.numbers([...keys])}::bigint[]) k (key)`.unprepared
  const firsts = new Map(
    rows.map(({ first, has_anchors, key }) => [
      key,
      has_anchors
        ? Number.NEGATIVE_INFINITY
        : Math.min(first?.getTime() ?? Infinity, touchedFrom.get(key) ?? Infinity)
    ])
  )
  return tasks.map((task): Task =>
    task.asksFirst
      ? { ...task, asksFirst: false, first: firsts.get(task.channel.key) ?? Number.NEGATIVE_INFINITY }
      : task
  )
})
