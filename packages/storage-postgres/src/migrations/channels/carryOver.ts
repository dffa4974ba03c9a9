import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const said = `power_w, import_wh, export_wh, import_delta_wh, export_delta_wh, voltage_v, current_a,
  frequency_hz, power_factor, temperature_c, state_of_charge_pct, extra`

/** Makes place for tables of the same names. */
export const setAside = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TRIGGER readings_belong ON readings`
  yield* sql`DROP FUNCTION wattkit_readings_belong()`
  for (const table of ["readings", "device_state"]) {
    yield* sql`ALTER TABLE ${sql(table)} RENAME TO ${sql(`${table}_before`)}`
    yield* sql`ALTER INDEX ${sql(`${table}_pkey`)} RENAME TO ${sql(`${table}_before_pkey`)}`
  }
})

/** Brings what was set aside into the new tables, and marks all of its usage to be computed. */
export const carryOver = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(said)
  yield* sql`INSERT INTO location_zones (location_id, from_date, zone)
    SELECT id, '1970-01-01', zone FROM locations`
  yield* sql`INSERT INTO channels (tenant_key, device_key, name, says)
    SELECT tenant_key, device_key, channel,
      max((import_wh IS NOT NULL)::int) + 2 * max((export_wh IS NOT NULL)::int) +
      4 * max((num_nonnulls(import_delta_wh, export_delta_wh) > 0)::int) + 8 * max((power_w IS NOT NULL)::int)
    FROM (
      SELECT tenant_key, device_key, channel, ${columns} FROM readings_before
      UNION ALL SELECT tenant_key, device_key, channel, ${columns} FROM device_state_before
    ) spoke GROUP BY tenant_key, device_key, channel ORDER BY device_key, channel`
  yield* sql`SELECT wattkit_make_days(array_agg(DISTINCT (at AT TIME ZONE 'UTC')::date)) FROM readings_before
    HAVING count(*) > 0`
  yield* sql`INSERT INTO readings (channel_key, at, received_at, ${columns})
    SELECT c.key, at, received_at, ${columns}
    FROM readings_before b JOIN channels c ON c.device_key = b.device_key AND c.name = b.channel
    ORDER BY c.key, at`
  yield* sql`INSERT INTO device_state (channel_key, at, received_at, ${columns})
    SELECT c.key, at, received_at, ${columns}
    FROM device_state_before b JOIN channels c ON c.device_key = b.device_key AND c.name = b.channel`
  yield* sql`INSERT INTO usage_stale (channel_keys, froms, tos)
    SELECT array_agg(key ORDER BY key), array_agg('-infinity'::timestamptz),
      array_agg('infinity'::timestamptz)
    FROM channels HAVING count(*) > 0`
  yield* sql`DROP TABLE readings_before, device_state_before`
})
