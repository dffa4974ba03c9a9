import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { saidColumns } from "./columns.ts"

/**
 * Channels, readings, their versions, and the newest of every channel.
 *
 * A channel belongs to a device of its tenant by a foreign key; everything else points to the channel by its
 * key alone. `readings` has no foreign key: it would be checked for each reading, and a channel is never
 * deleted while anything of it is kept, which the foreign key of `device_state` sees to.
 *
 * `says` has a bit for each kind of quantity ever stored on the channel: 1 the import register, 2 the export
 * register, 4 deltas, 8 power.
 *
 * A reading that was struck out has an instant of its making and no quantity. `reading_revisions` has every
 * version of a reading that was ever corrected; what the device said is the one made at `-infinity`.
 *
 * `readings_anchors` is where the last readings of each channel stay when those of their time are given up.
 *
 * `device_state` holds whole readings. Its pages are half empty, so that an update finds room beside the row
 * it replaces and touches no index.
 */
export const readingTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const said = sql.literal(saidColumns)
  yield* sql`CREATE TABLE channels (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_key bigint NOT NULL,
    device_key bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    rules jsonb,
    says integer NOT NULL DEFAULT 0,
    UNIQUE (device_key, name),
    FOREIGN KEY (tenant_key, device_key) REFERENCES devices (tenant_key, key)
  )`
  yield* sql`CREATE TABLE readings (
    channel_key bigint NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    made_at timestamptz, ${said},
    PRIMARY KEY (channel_key, at)
  ) PARTITION BY RANGE (at)`
  yield* sql`CREATE TABLE readings_anchors PARTITION OF readings
    FOR VALUES FROM (MINVALUE) TO ('-infinity')`
  yield* sql`CREATE TABLE readings_horizon (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    readings_from timestamptz NOT NULL
  )`
  yield* sql`INSERT INTO readings_horizon (readings_from) VALUES ('-infinity')`
  yield* sql`CREATE TABLE reading_revisions (
    channel_key bigint NOT NULL REFERENCES channels (key),
    at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    by text,
    reason text, ${said},
    PRIMARY KEY (channel_key, at, made_at)
  )`
  yield* sql`CREATE TABLE device_state (
    channel_key bigint PRIMARY KEY REFERENCES channels (key),
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(), ${said}
  ) WITH (fillfactor = 50)`
})
