import type { Column } from "../hot/column.ts"
import type { Statement } from "../hot/HotConnection.ts"
import { saidColumn, saidColumns } from "../rows.ts"
import type { Batch } from "./Batch.ts"
import { typesOf, valuesOf } from "./columns.ts"
import { bySaid } from "./insertStatement.ts"
import { namesOf } from "./said.ts"

/** Adds the state of channels that have none yet. */
const adding = (columns: ReadonlyArray<string>, set: string): string => `
added AS (
  INSERT INTO device_state AS s (channel_key, at, ${columns.join(", ")})
  SELECT n.* FROM newest n WHERE NOT EXISTS (SELECT FROM device_state d WHERE d.channel_key = n.channel_key)
  ON CONFLICT (channel_key) DO UPDATE
  SET at = excluded.at, received_at = excluded.received_at, ${set.replaceAll("n.", "excluded.")}
  WHERE s.at < excluded.at
  RETURNING s.channel_key
),`

const write =
  (kind: "move" | "add") =>
  (said: number): Statement => {
    const names = namesOf(said)
    const columns = names.map(saidColumn)
    const set = saidColumns
      .map((name) => `${name} = ${columns.includes(name) ? `n.${name}` : "NULL"}`)
      .join(", ")
    const added = kind === "add" ? "UNION ALL SELECT channel_key FROM added" : ""
    return {
      name: `wattkit_${kind}_${said}`,
      text: `
WITH newest AS MATERIALIZED (
  SELECT * FROM unnest($1::int8[], $3::timestamptz[], ${typesOf(names, 4)})
    AS n (channel_key, at, ${columns.join(", ")})
),
moved AS (
  UPDATE device_state s SET at = n.at, received_at = now(), ${set}
  FROM newest n WHERE s.channel_key = n.channel_key AND s.at < n.at
  RETURNING s.channel_key
),${kind === "add" ? adding(columns, set) : ""}
marked AS (
  INSERT INTO usage_stale (channel_keys, froms, tos) VALUES ($1::int8[], $2::timestamptz[], $3::timestamptz[])
),
forward AS MATERIALIZED (SELECT channel_key FROM moved ${added})
SELECT wattkit_raced() FROM readings_horizon WHERE readings_from > ANY ($2::timestamptz[])
UNION ALL
SELECT wattkit_raced() FROM newest n
WHERE (SELECT count(*) FROM forward) < cardinality($1::int8[])
  AND n.channel_key NOT IN (SELECT channel_key FROM forward)
  AND NOT EXISTS (SELECT FROM device_state s WHERE s.channel_key = n.channel_key AND s.at >= n.at)`
    }
  }

const moveStatement = bySaid(write("move"))
const addStatement = bySaid(write("add"))

/**
 * Moves the state of channels forward and marks their usage, after their certainly new readings were stored.
 *
 * Almost every channel has a state already, and an update costs half of what an insert with a conflict does;
 * to look for those without one costs as much again, so it is done only where there may be some.
 *
 * A state that was there and is gone was taken away by a correction at the same time, and readings from
 * before the horizon should never have been taken for new: `wattkit_raced` undoes everything then.
 */
export const stateStatement = ({ channels, fresh, said }: Batch): Statement =>
  fresh.every((place) => channels[place]!.newest > Number.NEGATIVE_INFINITY)
    ? moveStatement(said)
    : addStatement(said)

/**
 * The parameters of the statement for the certainly new readings of a batch: each channel once, by key, from
 * when to when it was touched, and what its last reading says.
 */
export const newestOf = ({ channels, fresh, readings, said }: Batch): ReadonlyArray<Column> => {
  const keys: Array<number> = []
  const froms: Array<number> = []
  const lasts: Array<number> = []
  for (const place of fresh) {
    const { key } = channels[place]!
    if (keys.at(-1) === key) lasts[lasts.length - 1] = place
    else {
      keys.push(key)
      froms.push(readings[place]!.at)
      lasts.push(place)
    }
  }
  return [
    { type: "int8", values: keys },
    { type: "timestamptz", values: froms },
    { type: "timestamptz", values: lasts.map((place) => readings[place]!.at) },
    ...valuesOf(readings, lasts, namesOf(said))
  ]
}
