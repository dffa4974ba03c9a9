import { PgTypes } from "@effect/sql-pg"
import {
  type Instant,
  type RefreshedUsage,
  type Retained,
  type Retention,
  StorageError,
  usualRetention
} from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { forgetOneTimes, forgetSessions } from "./identity/forget.ts"
import { locks } from "./locks.ts"
import { forgetLetters, forgetSettled } from "./records/forget.ts"
import { orStorageError } from "./storageError.ts"
import * as Parameters from "./usage/parameters.ts"
import type { Refresh } from "./usage/refresh.ts"

const DAY = 86_400_000
/** So many days ahead there is room for readings. */
const AHEAD = 3
/** How often readings are refreshed before they are given up, when more of them come in between. */
const TRIES = 10
const CELLS_AT_ONCE = 20_000
const RECORDS_AT_ONCE = 1000

const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

const daysBefore = (now: number, days: number): number => (Math.floor(now / DAY) - days) * DAY

/** Makes room for the days to come. */
const makeRoom = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, now: number) {
  const days = Array.from({ length: AHEAD + 1 }, (_, i) => dateOf(now + i * DAY))
  yield* sql`SELECT wattkit_make_days(${Parameters.dates(days)})`
  yield* sql`SELECT wattkit_make_months(${Parameters.dates(days)})`
}, orStorageError)

/** Gives something up in one transaction, while no other process does. */
const givingUp = <A, E, R>(sql: SqlClient.SqlClient, work: Effect.Effect<A, E, R>) =>
  orStorageError(
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`SELECT set_config('statement_timeout', '10min', true), set_config('jit', 'off', true),
          set_config('enable_seqscan', 'off', true)`
        yield* sql`SELECT pg_advisory_xact_lock(${locks.retain})`
        return yield* work
      })
    )
  )

const horizonOf = (sql: SqlClient.SqlClient) =>
  orStorageError(
    Effect.map(
      sql<{ at: Date | null }>`SELECT nullif(readings_from, '-infinity') AS at FROM readings_horizon`,
      (rows) => rows[0]?.at?.getTime() ?? Number.NEGATIVE_INFINITY
    )
  )

/**
 * Whether there are readings to give up before an instant. Where there are none the horizon stays, so that a
 * history can be brought in that is older than readings are kept: its usage is computed before it is given
 * up.
 */
const isThereBefore = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, from: number, before: number) {
  const at = (instant: number) =>
    instant === Number.NEGATIVE_INFINITY ? sql.literal("'-infinity'") : PgTypes.timestamptz(instant)
  const rows = yield* sql<{ found: boolean }>`SELECT EXISTS (SELECT FROM channels c CROSS JOIN LATERAL (
      SELECT FROM readings r
      WHERE r.channel_key = c.key AND r.at >= ${at(from)} AND r.at < ${at(before)} LIMIT 1
    ) old) AS found`.unprepared
  return rows[0]?.found === true
}, orStorageError)

/** Gives up readings before an instant, once usage is computed of all of them. */
const giveUpReadings = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  refreshUsage: Effect.Effect<RefreshedUsage, StorageError>,
  before: number
) {
  for (let i = 0; i < TRIES; i++) {
    yield* refreshUsage
    const rows = yield* givingUp(
      sql,
      sql<{
        dropped: number | null
      }>`SELECT wattkit_give_up_readings(${PgTypes.timestamptz(before)}) AS dropped`
    )
    const dropped = rows[0]?.dropped ?? null
    if (dropped !== null) return dropped
  }
  return yield* new StorageError({
    reason: "unavailable",
    message: "PostgreSQL: readings that are to be given up are still being stored"
  })
})

/** Gives up the months of quarter hours or hours that are over before an instant, and answers their cells. */
const giveUpMonths = (sql: SqlClient.SqlClient, table: "usage_15m" | "energy_hourly", before: number) =>
  Effect.gen(function* () {
    // A refresh holds what is to be dropped, and is soon done.
    yield* sql`SELECT pg_advisory_xact_lock(${locks.refresh})`
    const at = PgTypes.timestamptz(before)
    const rows = yield* sql<{ cells: number }>`SELECT count(*)::float8 AS cells FROM ${sql(table)}
      WHERE start < date_trunc('month', ${at}, 'UTC')`.unprepared
    const cells = rows[0]?.cells ?? 0
    yield* sql`SELECT wattkit_drop_months(${table}, ${at})`
    return cells
  })

/** Gives up days that began before an instant, some at a time, and answers how many they were. */
const giveUpDays = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, before: number) {
  const at = PgTypes.timestamptz(before)
  let dropped = 0
  for (;;) {
    const rows = yield* givingUp(
      sql,
      sql`DELETE FROM energy_daily WHERE ctid = ANY (ARRAY(
          SELECT d.place FROM channels c CROSS JOIN LATERAL (
            SELECT e.ctid AS place FROM energy_daily e WHERE e.channel_key = c.key
              AND e.day <= (${at} AT TIME ZONE 'UTC')::date + 1 AND e.start_at < ${at} OFFSET 0
          ) d LIMIT ${CELLS_AT_ONCE}
        )) RETURNING 1`.unprepared
    )
    dropped += rows.length
    if (rows.length < CELLS_AT_ONCE) return dropped
  }
})

/**
 * Gives up dead letters, settled readings and what nobody can sign in with any more, some at a time, and
 * answers how many they were.
 */
const giveUpRecords = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  now: number,
  retention: Retention
) {
  const { deadLetterDays, sessionDays, settledDays } = { ...usualRetention, ...retention }
  let dropped = 0
  for (const [forget, days] of [
    [forgetLetters, deadLetterDays],
    [forgetSettled, settledDays],
    [forgetSessions, sessionDays],
    [forgetOneTimes, sessionDays]
  ] as const) {
    const before = daysBefore(now, days) as Instant.Instant
    for (let some = RECORDS_AT_ONCE; some === RECORDS_AT_ONCE; dropped += some) {
      some = yield* orStorageError(forget(sql, before, RECORDS_AT_ONCE))
    }
  }
  return dropped
})

/**
 * Makes room for the days to come and gives up what is older than it is kept.
 *
 * Nothing is given up before what is computed from it: cells stay at least as long as the readings, and two
 * days longer, because a day of a place that is computed anew may begin so long before them.
 */
export const retain = ({ months, sql }: Refresh, refreshUsage: Effect.Effect<RefreshedUsage, StorageError>) =>
  Effect.fnUntraced(function* (now: Instant.Instant, retention: Retention) {
    yield* makeRoom(sql, now)
    const wanted = daysBefore(now, retention.readingDays)
    const horizon = yield* horizonOf(sql)
    const droppedReadingDays =
      wanted > horizon && (yield* isThereBefore(sql, horizon, wanted))
        ? yield* giveUpReadings(sql, refreshUsage, wanted)
        : 0
    const readingsFrom = yield* horizonOf(sql)
    const before = (days: number) => Math.min(daysBefore(now, days), readingsFrom - 2 * DAY)
    const quarters = yield* givingUp(sql, giveUpMonths(sql, "usage_15m", before(retention.quarterHourDays)))
    const hours = yield* givingUp(sql, giveUpMonths(sql, "energy_hourly", before(retention.hourDays)))
    months.forget()
    const days = yield* giveUpDays(sql, before(retention.dayDays))
    return {
      readingsFrom: readingsFrom as Instant.Instant,
      droppedReadingDays,
      droppedCells: quarters + hours + days,
      droppedRecords: yield* giveUpRecords(sql, now, retention)
    } satisfies Retained
  })
