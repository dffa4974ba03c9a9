import type { Column } from "../hot/column.ts"
import type { Statement } from "../hot/HotConnection.ts"
import { said, saidColumns } from "../rows.ts"
import type { Batch } from "./Batch.ts"
import { placeholders, saidBy, saidTypes } from "./columns.ts"

/**
 * Moves the state of channels forward and marks their usage, after their readings were copied.
 *
 * Almost every channel has a state already, and an update costs half of what an insert with a conflict does.
 * A state that was there and is gone was taken away by a correction at the same time, and readings from
 * before the horizon should never have been copied: `wattkit_raced` undoes everything then.
 */
export const stateStatement: Statement = {
  name: "wattkit_state",
  text: `
WITH newest AS MATERIALIZED (
  SELECT * FROM unnest($1::int8[], $3::timestamptz[], ${placeholders(saidTypes, 4)})
    AS n (channel_key, at, ${saidColumns.join(", ")})
),
moved AS (
  UPDATE device_state s SET (at, received_at, ${said()}) = ROW (n.at, now(), ${said("n")})
  FROM newest n WHERE s.channel_key = n.channel_key AND s.at < n.at
  RETURNING s.channel_key
),
added AS (
  INSERT INTO device_state AS s (channel_key, at, ${said()})
  SELECT n.channel_key, n.at, ${said("n")} FROM newest n
  WHERE NOT EXISTS (SELECT FROM device_state d WHERE d.channel_key = n.channel_key)
  ON CONFLICT (channel_key) DO UPDATE
  SET (at, received_at, ${said()}) = ROW (excluded.at, excluded.received_at, ${said("excluded")})
  WHERE s.at < excluded.at
  RETURNING s.channel_key
),
marked AS (
  INSERT INTO usage_stale (channel_keys, froms, tos) VALUES ($1::int8[], $2::timestamptz[], $3::timestamptz[])
)
SELECT wattkit_raced() FROM readings_horizon WHERE readings_from > ANY ($2::timestamptz[])
UNION ALL
SELECT wattkit_raced() FROM newest n
WHERE (SELECT count(*) FROM moved) + (SELECT count(*) FROM added) < cardinality($1::int8[])
  AND n.channel_key NOT IN (SELECT channel_key FROM moved UNION ALL SELECT channel_key FROM added)
  AND NOT EXISTS (SELECT FROM device_state s WHERE s.channel_key = n.channel_key AND s.at >= n.at)`
}

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
    ...saidBy(readings, lasts, said)
  ]
}
