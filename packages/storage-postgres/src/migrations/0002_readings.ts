import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Columns of eight bytes come first, so that no row loses bytes to alignment. */
const said = `
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  power_w double precision,
  import_wh double precision,
  export_wh double precision,
  import_delta_wh double precision,
  export_delta_wh double precision,
  voltage_v double precision,
  current_a double precision,
  frequency_hz double precision,
  power_factor double precision,
  temperature_c double precision,
  state_of_charge_pct double precision,
  channel text COLLATE "C" NOT NULL,
  extra jsonb`

/**
 * Readings, and the newest of every channel.
 *
 * `device_state` holds whole readings, because the readings themselves are kept for a time only. Its pages are
 * half empty, so that an update finds room beside the row it replaces and touches no index.
 *
 * An append that meets a reading another append has stored since it began cannot see that reading. It calls
 * `wattkit_raced`, which undoes it with the state a transaction is repeated for.
 */
export const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE readings (
    tenant_key bigint NOT NULL,
    device_key bigint NOT NULL, ${sql.literal(said)},
    PRIMARY KEY (device_key, channel, at),
    FOREIGN KEY (tenant_key, device_key) REFERENCES devices (tenant_key, key)
  )`
  yield* sql`CREATE TABLE device_state (
    tenant_key bigint NOT NULL,
    device_key bigint NOT NULL, ${sql.literal(said)},
    PRIMARY KEY (device_key, channel),
    FOREIGN KEY (tenant_key, device_key) REFERENCES devices (tenant_key, key)
  ) WITH (fillfactor = 50)`
  yield* sql`CREATE FUNCTION wattkit_raced() RETURNS text LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'another append stored the same reading' USING ERRCODE = 'serialization_failure';
    END
  $$`
})
