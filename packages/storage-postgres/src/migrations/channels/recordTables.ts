import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The zones of locations, when devices were heard, and the readings that wait for a decision. */
export const recordTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE location_zones (
    location_id text COLLATE "C" NOT NULL REFERENCES locations (id),
    from_date date NOT NULL,
    zone text NOT NULL,
    PRIMARY KEY (location_id, from_date)
  )`
  yield* sql`CREATE TABLE device_status_history (
    device_key bigint NOT NULL REFERENCES devices (key),
    at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('online', 'offline')),
    PRIMARY KEY (device_key, at)
  )`
  yield* sql`CREATE TABLE quarantine (
    tenant_key bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    device_key bigint NOT NULL,
    reason text NOT NULL,
    reading jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by text,
    settled_as text,
    shifted_ms bigint,
    PRIMARY KEY (tenant_key, id),
    CHECK (num_nulls(settled_at, settled_by, settled_as, shifted_ms) IN (0, 4)),
    FOREIGN KEY (tenant_key, device_key) REFERENCES devices (tenant_key, key)
  )`
  yield* sql`CREATE INDEX quarantine_waiting ON quarantine (tenant_key, id) WHERE settled_at IS NULL`
  yield* sql`CREATE INDEX quarantine_of_device ON quarantine (device_key, id)`
})
