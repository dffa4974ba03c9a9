import type { RefreshedUsage } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { locks } from "../locks.ts"
import { channelsOf } from "./channelsOf.ts"
import { type Computed, computeTask } from "./read/computeTask.ts"
import { countOf } from "./write/cells.ts"
import { withExtents } from "./extents.ts"
import { type Fetched, fetchReadings } from "./read/fetchReadings.ts"
import { leaveMarks, takeMarks, type Touched } from "./marks.ts"
import type { Months } from "./write/months.ts"
import { askFirsts } from "./read/firsts.ts"
import * as Task from "./read/Task.ts"
import { daysOf, writeDays } from "./write/writeDays.ts"
import { writeHours } from "./write/writeHours.ts"
import { writeQuarters } from "./write/writeQuarters.ts"
import { zoneDays } from "./write/zoneDays.ts"

/**
 * A transaction ends after about this long, so that others get their turn and little is lost when it fails.
 */
const TRANSACTION_MS = 2000
/** Nothing else of this process waits longer than about this while usage is computed. */
const TURN_MS = 3
/** Cells are written as soon as there are so many. */
const CELLS_AT_ONCE = 10_000

/** What a refresh works with. */
export interface Refresh {
  readonly sql: SqlClient.SqlClient
  readonly months: Months
}

type Changed = { -readonly [resolution in keyof RefreshedUsage["changed"]]: number }

/** What one transaction of a refresh did. */
export interface Done {
  readonly channels: ReadonlySet<number>
  readonly changed: Changed
}

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

const isTask = (computed: Computed | Task.Task): computed is Task.Task => "channel" in computed

/** Computes the tasks of one wave; those that have to be read again, or go on, are put to `again`. */
const computeWave = Effect.fnUntraced(function* ({ fetched, tasks }: Wave, again: Array<Task.Task>) {
  const all: Array<Computed> = []
  let began = performance.now()
  for (let i = 0; i < tasks.length; i++) {
    const computed = computeTask(tasks[i]!, fetched[i]!())
    if (isTask(computed)) again.push(computed)
    else {
      all.push(computed)
      if (computed.rest !== undefined) again.push(computed.rest)
    }
    if (performance.now() - began > TURN_MS) {
      yield* turn
      began = performance.now()
    }
  }
  return all
})

/** Tasks and what was read for them. */
interface Wave {
  readonly tasks: ReadonlyArray<Task.Task>
  readonly fetched: ReadonlyArray<() => Fetched>
}

/** Cells few enough to be written at once. */
function* portions(computed: ReadonlyArray<Computed>): Generator<ReadonlyArray<Computed>> {
  let portion: Array<Computed> = []
  let cells = 0
  for (const one of computed) {
    portion.push(one)
    cells += one.cells.starts.length
    if (cells < CELLS_AT_ONCE) continue
    yield portion
    portion = []
    cells = 0
  }
  if (portion.length > 0) yield portion
}

const write = Effect.fnUntraced(function* (
  { months, sql }: Refresh,
  computed: ReadonlyArray<Computed>,
  channels: ReadonlyMap<number, Task.Channel>,
  changed: Changed
) {
  for (const portion of portions(computed)) {
    for (const { cells } of portion) yield* months.ready(cells.starts)
    const quarters = yield* writeQuarters(sql, portion)
    changed.PT15M += countOf(quarters)
    changed.PT1H += yield* writeHours(sql, quarters)
    changed.P1D += yield* writeDays(sql, daysOf(channels, quarters))
  }
})

/** Usage before this instant is as it is: the readings it came from were given up. */
const finalBeforeOf = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ at: Date | null }>`SELECT nullif(readings_from, '-infinity') AS at FROM readings_horizon`,
    (rows) => rows[0]?.at?.getTime() ?? Number.NEGATIVE_INFINITY
  )

const tasksOf = (
  channels: ReadonlyMap<number, Task.Channel>,
  touched: ReadonlyArray<Touched>
): Array<Task.Task> =>
  touched.flatMap(({ key, since, until }) => {
    const channel = channels.get(key)
    return channel === undefined ? [] : [Task.make(channel, since, until)]
  })

/**
 * Computes and writes the cells of tasks until none is left or it is late, and answers what is left.
 *
 * The server does not read the next wave while this one is computed: usage may wait a second, and two
 * processors busy with it would let those wait who store readings.
 */
const work = Effect.fnUntraced(function* (
  refresh: Refresh,
  channels: ReadonlyMap<number, Task.Channel>,
  waiting: Array<Task.Task>,
  { changed, finalBefore, isLate }: { changed: Changed; finalBefore: number; isLate: () => boolean }
) {
  const again: Array<Task.Task> = []
  const touchedFrom = new Map<number, number>()
  for (const { channel, since } of waiting) {
    touchedFrom.set(channel.key, Math.min(since, touchedFrom.get(channel.key) ?? Infinity))
  }
  // Something is done in any case, or a slow server would read the same again for ever.
  let isAnything = false
  const isOver = () => isAnything && isLate()
  const fetch = (tasks: ReadonlyArray<Task.Task>) =>
    Effect.map(fetchReadings(refresh.sql, tasks, finalBefore), (fetched): Wave => ({ tasks, fetched }))
  while (!isOver()) {
    if (waiting.length === 0) {
      if (again.length === 0) break
      const asked = yield* askFirsts(refresh.sql, again.splice(0), { finalBefore, touchedFrom })
      waiting.push(...asked.toSorted(Task.compare))
    }
    const computed = yield* computeWave(yield* fetch(Task.takeWave(waiting)), again)
    yield* write(refresh, computed, channels, changed)
    isAnything ||= computed.length > 0
  }
  return [...waiting, ...again]
})

/**
 * Takes marks up to a place in the log and brings usage up to date with them, in the transaction that is
 * going on; undefined when there are none. What takes longer than a transaction should is marked again.
 */
export const refreshSome = Effect.fnUntraced(function* (refresh: Refresh, upTo: number) {
  const { sql } = refresh
  const started = performance.now()
  const isLate = () => performance.now() - started > TRANSACTION_MS
  // Everything here goes by a key; a plan that does otherwise was made from statistics that are out of date.
  yield* sql`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('jit', 'off', true)`
  yield* sql`SELECT pg_advisory_xact_lock(${locks.refresh})`
  const marks = yield* takeMarks(sql, upTo)
  if (marks.from === undefined) return undefined
  const finalBefore = yield* finalBeforeOf(sql)
  const keys = new Set([...marks.readings, ...marks.days].map(({ key }) => key))
  const channels = yield* channelsOf(sql, [...keys])
  const clipped = marks.readings.flatMap((one) =>
    one.until < finalBefore ? [] : [{ ...one, since: Math.max(one.since, finalBefore) }]
  )
  const tasks = tasksOf(channels, yield* withExtents(sql, clipped, finalBefore)).sort(Task.compare)
  const changed: Changed = { PT15M: 0, PT1H: 0, P1D: 0 }
  const left = yield* work(refresh, channels, tasks, { changed, finalBefore, isLate })
  const days = [...marks.days]
  while (left.length === 0 && days.length > 0 && !(isLate() && days.length < marks.days.length)) {
    const one = days.shift()!
    const channel = channels.get(one.key)
    if (channel !== undefined) changed.P1D += yield* zoneDays(sql, channel, one)
  }
  const readings = left.map(({ channel, since, until }) => ({ key: channel.key, since, until }))
  yield* leaveMarks(sql, marks.from, { readings, days })
  return { channels: keys, changed } satisfies Done
})
