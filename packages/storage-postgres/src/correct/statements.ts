import { PgTypes } from "@effect/sql-pg"
import type { Reading } from "@wattkit/core"
import { Effect, Result } from "effect"
import type { SqlClient } from "effect/sql"
import { asParameter, placeholders, saidBy, saidTypes } from "../append/columns.ts"
import { saidBits } from "../append/said.ts"
import { type ReadingRow, said, saidColumns, saysSomething } from "../rows.ts"
import type { Corrected, Version } from "./versions.ts"

/** An identity by the key of its channel. */
type Identity = Pick<Corrected, "channelKey" | "at">

/** A stored version of one of the identities asked for. */
export interface VersionRow extends ReadingRow {
  /** The place, from 1, among the identities asked for. */
  readonly place: number
  /** Null for what the device said. */
  readonly made_at: Date | null
  readonly by: string | null
  readonly reason: string | null
}

const array = (values: ReadonlyArray<unknown>, oid: number) => Result.getOrThrow(PgTypes.array(values, oid))

const keysOf = (identities: ReadonlyArray<{ readonly channelKey: number }>) =>
  asParameter({ type: "int8", values: identities.map(({ channelKey }) => channelKey) })

const atsOf = (identities: ReadonlyArray<{ readonly at: number }>) =>
  asParameter({ type: "timestamptz", values: identities.map(({ at }) => at) })

const instants = (values: ReadonlyArray<number>) => asParameter({ type: "timestamptz", values })

/** Bounds of the instants, which leave the partitions alone that none of them is in. */
const bounds = (identities: ReadonlyArray<Identity>) => [
  PgTypes.timestamptz(identities.reduce((least, { at }) => Math.min(least, at), Infinity)),
  PgTypes.timestamptz(identities.reduce((most, { at }) => Math.max(most, at), -Infinity))
]

/**
 * Lets one transaction at a time correct readings of these channels, and answers the horizon, which stays
 * where it is until the end: what moves it waits for the lock of the table.
 */
export const lock = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, keys: ReadonlyArray<number>) {
  yield* sql`LOCK TABLE ONLY readings IN ROW EXCLUSIVE MODE`
  yield* sql`SELECT key FROM channels WHERE key = ANY (${asParameter({ type: "int8", values: keys })}::int8[])
    ORDER BY key FOR NO KEY UPDATE`
  const rows = yield* sql<{ before_all: boolean; readings_from: Date }>`
    SELECT readings_from = '-infinity' AS before_all, readings_from FROM readings_horizon`
  const row = rows[0]
  return row === undefined || row.before_all ? Number.NEGATIVE_INFINITY : row.readings_from.getTime()
})

/** Every version of the identities: that of the readings, when it is what the device said, and the others. */
export const load = (sql: SqlClient.SqlClient, identities: ReadonlyArray<Identity>) =>
  sql.unsafe<VersionRow>(
    `WITH identity AS MATERIALIZED (
      SELECT * FROM unnest($1::int8[], $2::timestamptz[]) WITH ORDINALITY AS i (channel_key, at, place)
    ),
    stored AS MATERIALIZED (
      SELECT i.place, r.* FROM identity i CROSS JOIN LATERAL (
        SELECT * FROM readings r WHERE r.channel_key = i.channel_key AND r.at = i.at
          AND r.at >= $3::timestamptz AND r.at <= $4::timestamptz OFFSET 0
      ) r
    )
    SELECT place::int AS place, at, NULL::timestamptz AS made_at, NULL::text AS by, NULL::text AS reason,
      ${said()}
    FROM stored WHERE made_at IS NULL
    UNION ALL
    SELECT i.place::int, i.at, nullif(v.made_at, '-infinity'), v.by, v.reason, ${said("v")}
    FROM identity i JOIN reading_revisions v ON v.channel_key = i.channel_key AND v.at = i.at
    ORDER BY 1, 3 NULLS FIRST`,
    [keysOf(identities), atsOf(identities), ...bounds(identities)]
  )

/** Keeps what the device said of the identities as a version, where it is not one already. */
export const keepSaid = (sql: SqlClient.SqlClient, identities: ReadonlyArray<Identity>) =>
  sql.unsafe(
    `INSERT INTO reading_revisions (channel_key, at, made_at, received_at, ${said()})
    SELECT r.channel_key, r.at, '-infinity', r.received_at, ${said("r")}
    FROM unnest($1::int8[], $2::timestamptz[]) AS i (channel_key, at) CROSS JOIN LATERAL (
      SELECT * FROM readings r WHERE r.channel_key = i.channel_key AND r.at = i.at AND r.made_at IS NULL
        AND r.at >= $3::timestamptz AND r.at <= $4::timestamptz OFFSET 0
    ) r
    ON CONFLICT DO NOTHING`,
    [keysOf(identities), atsOf(identities), ...bounds(identities)]
  )

/** An identity and a version of it. */
export interface Versioned extends Identity {
  readonly version: Version
}

const saidOf = (rows: ReadonlyArray<Versioned>) => {
  const readings = rows.map(({ version }): Partial<Reading> => version.reading ?? {})
  return saidBy(
    readings,
    readings.map((_, i) => i),
    readings.reduce((bits, reading) => bits | saidBits(reading), 0)
  ).map(asParameter)
}

/** Adds versions. */
export const addVersions = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Versioned>) =>
  sql.unsafe(
    `INSERT INTO reading_revisions (channel_key, at, made_at, by, reason, ${said()})
    SELECT * FROM unnest($1::int8[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[],
      ${placeholders(saidTypes, 6)})`,
    [
      keysOf(rows),
      atsOf(rows),
      instants(rows.map(({ version }) => version.madeAt)),
      array(
        rows.map(({ version }) => version.by),
        PgTypes.OID.text
      ),
      array(
        rows.map(({ version }) => version.reason),
        PgTypes.OID.text
      ),
      ...saidOf(rows)
    ]
  )

const counting = (rows: ReadonlyArray<Versioned>) => [
  keysOf(rows),
  atsOf(rows),
  instants(rows.map(({ version }) => version.madeAt)),
  ...saidOf(rows)
]

/**
 * Adds readings nobody had said anything of. One that an append has stored meanwhile is another version,
 * which was not seen: `wattkit_raced` undoes everything, and the next try sees it.
 */
export const addReadings = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Versioned>) =>
  sql.unsafe(
    `WITH added AS (
      INSERT INTO readings (channel_key, at, made_at, ${said()})
      SELECT * FROM unnest($1::int8[], $2::timestamptz[], $3::timestamptz[], ${placeholders(saidTypes, 4)})
      ON CONFLICT (channel_key, at) DO NOTHING RETURNING at
    )
    SELECT wattkit_raced() WHERE (SELECT count(*) FROM added) < cardinality($1::int8[])`,
    counting(rows)
  )

/**
 * Lets versions count of readings that are there.
 *
 * The keys are named as a constant as well, in a statement that is not prepared: where old readings are
 * compressed, only a constant leaves those of other channels as they are.
 */
export const changeReadings = (sql: SqlClient.SqlClient, rows: ReadonlyArray<Versioned>) => {
  const from = 4 + saidTypes.length
  return sql.unsafe(
    `UPDATE readings r SET (made_at, ${said()}) = ROW (v.made_at, ${said("v")})
    FROM unnest($1::int8[], $2::timestamptz[], $3::timestamptz[], ${placeholders(saidTypes, 4)})
      AS v (channel_key, at, made_at, ${saidColumns.join(", ")})
    WHERE r.channel_key = v.channel_key AND r.at = v.at AND r.channel_key = ANY ($1::int8[])
      AND r.at >= $${from}::timestamptz AND r.at <= $${from + 1}::timestamptz`,
    [...counting(rows), ...bounds(rows)]
  ).unprepared
}

/** Locks the states of channels, by key as everybody does, and answers of when they are. */
export const lockStates = (sql: SqlClient.SqlClient, keys: ReadonlyArray<number>) =>
  sql.unsafe<{ readonly key: number; readonly at: Date }>(
    `SELECT channel_key::float8 AS key, at FROM device_state WHERE channel_key = ANY ($1::int8[])
    ORDER BY channel_key FOR UPDATE`,
    [asParameter({ type: "int8", values: keys })]
  )

/**
 * Looks up the newest readings of channels that count, from the horizon on, and makes them their states.
 *
 * A state that was locked becomes what was found, or goes. One that was not there may have been made by an
 * append meanwhile, and stays when it is later.
 */
export const renewStates = (
  sql: SqlClient.SqlClient,
  keys: ReadonlyArray<number>,
  locked: ReadonlyArray<number>
) =>
  sql.unsafe(
    `WITH newest AS MATERIALIZED (
      SELECT c.key, r.* FROM unnest($1::int8[]) AS c (key) LEFT JOIN LATERAL (
        SELECT r.at, ${said("r")} FROM readings r
        WHERE r.channel_key = c.key AND r.at >= (SELECT readings_from FROM readings_horizon)
          AND ${saysSomething("r")}
        ORDER BY r.at DESC LIMIT 1
      ) r ON true ORDER BY c.key
    ),
    gone AS (
      DELETE FROM device_state WHERE channel_key = ANY ($2::int8[])
        AND channel_key IN (SELECT key FROM newest WHERE at IS NULL)
    )
    INSERT INTO device_state AS s (channel_key, at, ${said()})
    SELECT * FROM newest WHERE at IS NOT NULL
    ON CONFLICT (channel_key) DO UPDATE SET (at, ${said()}) = ROW (excluded.at, ${said("excluded")})
    WHERE s.channel_key = ANY ($2::int8[]) OR s.at <= excluded.at`,
    [asParameter({ type: "int8", values: keys }), asParameter({ type: "int8", values: locked })]
  )

/** Marks the usage of what was touched as stale. */
export const mark = (
  sql: SqlClient.SqlClient,
  touched: ReadonlyArray<{ readonly channelKey: number; readonly from: number; readonly to: number }>
) =>
  sql.unsafe(
    `INSERT INTO usage_stale (channel_keys, froms, tos)
    VALUES ($1::int8[], $2::timestamptz[], $3::timestamptz[])`,
    [keysOf(touched), instants(touched.map(({ from }) => from)), instants(touched.map(({ to }) => to))]
  )
