import type { AppendOutcome } from "@wattkit/core"
import type { Column } from "../hot/column.ts"
import type { Statement } from "../hot/HotConnection.ts"
import { said, saidColumns } from "../rows.ts"
import { type Batch, repeated } from "./Batch.ts"
import { placeholders, saidBy, saidTypes } from "./columns.ts"

/** The number of the first parameter that is a column. */
const rowsFrom = 4

const laterWins = saidColumns
  .map((name) => `${name} = CASE WHEN s.at < excluded.at THEN excluded.${name} ELSE s.${name} END`)
  .join(", ")

/**
 * Stores rows in one statement, so in one round trip, and answers those that were not accepted: most often
 * none.
 *
 * `inserted` stores the first readings of each identity that are not there, before `state` moves the newest
 * of each channel forward (or only its `received_at`, when the reading is a late one): all appends lock in
 * this one order, that of the rows. What was not inserted is
 * compared with what the device said before: with the reading, or when it was corrected, with the version
 * made at `-infinity`; when only people said something of that instant, the row becomes that version. A row
 * that cannot be seen was stored by an append at the same time: `wattkit_raced` undoes this one.
 *
 * The shape does not lean on the planner's guess of how long an array is: what was inserted is looked up by
 * a hash (`NOT IN`), what is stored by the primary key (`OFFSET 0` keeps the lookup apart). The bounds of the
 * instants, $2 and $3, leave the partitions alone that none of them is in.
 */
export const storeStatement: Statement = {
  name: "wattkit_store",
  text: `
WITH horizon AS MATERIALIZED (SELECT readings_from FROM readings_horizon),
batch AS MATERIALIZED (
  SELECT * FROM unnest($${rowsFrom}::int8[], $${rowsFrom + 1}::timestamptz[],
    ${placeholders(saidTypes, rowsFrom + 2)})
    WITH ORDINALITY AS b (channel_key, at, ${saidColumns.join(", ")}, row)
),
inserted AS (
  INSERT INTO readings (channel_key, at, ${said()})
  SELECT channel_key, at, ${said()} FROM batch
  WHERE row <= $1::int4 AND at >= (SELECT readings_from FROM horizon)
  ON CONFLICT (channel_key, at) DO NOTHING
  RETURNING channel_key, at, ${said()}
),
newest AS (
  SELECT DISTINCT ON (channel_key) * FROM inserted ORDER BY channel_key, at DESC
),
state AS (
  INSERT INTO device_state AS s (channel_key, at, ${said()})
  SELECT channel_key, at, ${said()} FROM newest
  ON CONFLICT (channel_key) DO UPDATE
  SET at = greatest(s.at, excluded.at), received_at = excluded.received_at, ${laterWins}
),
marked AS (
  INSERT INTO usage_stale (channel_keys, froms, tos)
  SELECT array_agg(channel_key), array_agg(first), array_agg(last) FROM (
    SELECT channel_key, min(at) AS first, max(at) AS last FROM inserted GROUP BY channel_key
  ) touched HAVING count(*) > 0
),
refused AS MATERIALIZED (
  SELECT b.*, b.at < (SELECT readings_from FROM horizon) AS is_expired,
    stored.made_at, coalesce(plain.is_same, stored.is_same) AS is_same,
    plain.is_same IS NULL AND stored.made_at IS NOT NULL AS is_superseded
  FROM batch b LEFT JOIN LATERAL (
    SELECT r.made_at, CASE WHEN r.made_at IS NULL
      THEN (${said("r")}) IS NOT DISTINCT FROM (${said("b")}) END AS is_same
    FROM readings r
    WHERE r.channel_key = b.channel_key AND r.at = b.at
      AND r.at >= $2::timestamptz AND r.at <= $3::timestamptz OFFSET 0
  ) stored ON true LEFT JOIN LATERAL (
    SELECT (${said("v")}) IS NOT DISTINCT FROM (${said("b")}) AS is_same
    FROM reading_revisions v
    WHERE stored.made_at IS NOT NULL
      AND v.channel_key = b.channel_key AND v.at = b.at AND v.made_at = '-infinity' OFFSET 0
  ) plain ON true
  WHERE (SELECT count(*) FROM inserted) < cardinality($${rowsFrom}::int8[]) AND (
    b.row > $1::int4 OR (b.channel_key, b.at) NOT IN (SELECT channel_key, at FROM inserted)
  )
),
superseded AS (
  INSERT INTO reading_revisions (channel_key, at, made_at, ${said()})
  SELECT channel_key, at, '-infinity', ${said()} FROM refused
  WHERE row <= $1::int4 AND is_superseded AND NOT is_expired
  ON CONFLICT DO NOTHING RETURNING channel_key, at
)
SELECT r.row::int4, CASE
  WHEN r.is_expired THEN 'expired'
  WHEN r.is_same THEN 'duplicate'
  WHEN NOT r.is_same THEN 'conflict'
  WHEN r.row > $1::int4 THEN 'repeated'
  WHEN (r.channel_key, r.at) IN (SELECT channel_key, at FROM superseded) THEN 'superseded'
  ELSE wattkit_raced()
END AS outcome
FROM refused r`
}

/** A batch as the statement takes it. */
export interface Parameters {
  /** How many rows are the first of their identity; the others follow them. */
  readonly firsts: number
  readonly earliest: number
  readonly latest: number
  readonly columns: ReadonlyArray<Column>
  /** The place in the batch of each row. */
  readonly places: ReadonlyArray<number>
}

/** The rows of a batch that are not certainly new, and those that repeat one of them. */
export const parametersOf = (batch: Batch): Parameters => {
  const { channels, firstOf, others, readings, said } = batch
  const places = [...others]
  if (firstOf.size > 0) {
    const copied = new Set(batch.fresh)
    for (const [place, first] of firstOf) if (!copied.has(first)) places.push(place)
  }
  const ats = places.map((place) => readings[place]!.at)
  return {
    firsts: others.length,
    earliest: ats.reduce((least, at) => Math.min(least, at), Infinity),
    latest: ats.reduce((most, at) => Math.max(most, at), -Infinity),
    columns: [
      { type: "int8", values: places.map((place) => channels[place]!.key) },
      { type: "timestamptz", values: ats },
      ...saidBy(readings, places, said)
    ],
    places
  }
}

/**
 * A row that was not accepted; `repeated`: the first of the same identity in the batch was kept, and decides.
 */
export interface Refused {
  readonly row: number
  readonly outcome: AppendOutcome | "repeated"
}

/** What became of each reading of a batch, in its order. */
export const outcomesOf = (
  batch: Batch,
  places: ReadonlyArray<number>,
  refused: ReadonlyArray<Refused>
): ReadonlyArray<AppendOutcome> => {
  const told = batch.channels.map((channel): AppendOutcome =>
    channel === undefined ? "unknown_device" : "accepted"
  )
  for (const place of batch.firstOf.keys()) told[place] = repeated(batch, place)
  for (const { outcome, row } of refused) {
    if (outcome !== "repeated") told[places[row - 1]!] = outcome
  }
  return told
}
