import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { locks } from "../locks.ts"

/** What subjects are bound to, and the messages that could not become readings. */
const messageTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE bindings (
    tenant_key bigint NOT NULL,
    format text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    device_key bigint NOT NULL,
    channel text COLLATE "C" NOT NULL,
    fields json NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_key, format, subject),
    FOREIGN KEY (tenant_key, device_key) REFERENCES devices (tenant_key, key)
  )`
  yield* sql`CREATE INDEX bindings_of_device ON bindings (device_key, format, subject)`
  yield* sql`CREATE TABLE dead_letters (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    received_at timestamptz NOT NULL,
    settled_at timestamptz,
    bytes integer NOT NULL,
    is_retained boolean NOT NULL,
    id text COLLATE "C" NOT NULL,
    carrier text NOT NULL,
    topic text NOT NULL,
    payload bytea NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    format text COLLATE "C",
    subject text COLLATE "C",
    device_id text COLLATE "C",
    settled_by text,
    settled_as text,
    PRIMARY KEY (tenant_key, id),
    CHECK (num_nulls(settled_at, settled_by, settled_as) IN (0, 3))
  )`
  yield* sql`CREATE INDEX dead_letters_waiting ON dead_letters (tenant_key, id) INCLUDE (bytes)
    WHERE settled_at IS NULL`
  yield* sql`CREATE INDEX dead_letters_by_arrival ON dead_letters (received_at)`
  yield* sql`CREATE INDEX quarantine_by_end ON quarantine (settled_at) WHERE settled_at IS NOT NULL`
})

/**
 * What devices say of themselves.
 *
 * Reports of different devices do not wait for each other, as they would after a restart of a broker, when
 * all devices report at once; each waits for an observation to end, and an observation for them.
 */
const reports = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE device_reports (
    device_key bigint PRIMARY KEY REFERENCES devices (key),
    at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('online', 'offline'))
  ) WITH (fillfactor = 70)`
  yield* sql`CREATE FUNCTION wattkit_report_status(
      of_tenant text, of_device text, said_at timestamptz, said text
    ) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
      device bigint;
      before record;
      heard record;
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${sql.literal(String(locks.observe))});
      SELECT d.key INTO device FROM devices d JOIN tenants t ON t.key = d.tenant_key
        WHERE t.id = of_tenant AND d.id = of_device FOR NO KEY UPDATE OF d;
      IF NOT FOUND THEN RETURN NULL; END IF;
      SELECT h.at, h.status INTO before FROM device_status_history h
        WHERE h.device_key = device ORDER BY h.at DESC LIMIT 1;
      SELECT r.at INTO heard FROM device_reports r WHERE r.device_key = device;
      IF said_at < greatest(before.at, heard.at) THEN RETURN false; END IF;
      INSERT INTO device_reports AS r (device_key, at, status) VALUES (device, said_at, said)
        ON CONFLICT (device_key) DO UPDATE SET at = excluded.at, status = excluded.status;
      IF before.status = said THEN RETURN false; END IF;
      INSERT INTO device_status_history (device_key, at, status)
        VALUES (device, greatest(said_at, before.at + interval '1 millisecond'), said);
      RETURN true;
    END
  $$`
})

/** Messages on their way to devices: bindings, dead letters, and what devices say of themselves. */
export const messages = Effect.andThen(messageTables, reports)
