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
 * `device_state` holds whole readings, because the readings themselves are kept for a time only. Its pages
 * are half empty, so that an update finds room beside the row it replaces and touches no index.
 *
 * That a reading belongs to a device of its tenant is checked once for each statement and device: a foreign
 * key would check it for each reading, which took a third of the time of an append. The foreign key of
 * `device_state`, where every device that ever spoke has a row, keeps such a device from being deleted.
 *
 * An append that meets a reading another append has stored since it began cannot see that reading. It calls
 * `wattkit_raced`, which undoes it with the state a transaction is repeated for.
 */
export const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE readings (
    tenant_key bigint NOT NULL,
    device_key bigint NOT NULL, ${sql.literal(said)},
    PRIMARY KEY (device_key, channel, at)
  )`
  yield* sql`CREATE FUNCTION wattkit_readings_belong() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT FROM (SELECT DISTINCT tenant_key, device_key FROM added) a WHERE NOT EXISTS (
          SELECT FROM devices d WHERE d.key = a.device_key AND d.tenant_key = a.tenant_key
        )
      ) THEN
        RAISE EXCEPTION 'a reading points to a device its tenant does not have'
          USING ERRCODE = 'foreign_key_violation';
      END IF;
      RETURN NULL;
    END
  $$`
  yield* sql`CREATE TRIGGER readings_belong AFTER INSERT ON readings REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wattkit_readings_belong()`
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
