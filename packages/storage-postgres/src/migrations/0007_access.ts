import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Tariffs, what they say as JSON, and from which day on each is in force where. */
const tariffs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE tariffs (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    definition json NOT NULL CHECK (octet_length(definition::text) <= 1048576),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (tenant_key, id)
  )`
  yield* sql`CREATE TABLE tariff_assignments (
    tenant_key bigint NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    direction text COLLATE "C" NOT NULL CHECK (direction IN ('import', 'export')),
    from_date date NOT NULL,
    tariff_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_key, location_id, direction, from_date),
    FOREIGN KEY (tenant_key, location_id) REFERENCES locations (tenant_key, id),
    FOREIGN KEY (tenant_key, tariff_id) REFERENCES tariffs (tenant_key, id)
  )`
  yield* sql`CREATE INDEX tariff_assignments_of_tariff
    ON tariff_assignments (tenant_key, tariff_id, location_id)`
})

/** What persons agreed to, only ever added to; an invitation for each tenant; who is to be erased when. */
const consents = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE consents (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_key bigint NOT NULL REFERENCES users (key) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    is_given boolean NOT NULL,
    subject text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL
  )`
  yield* sql`CREATE INDEX consents_of_user ON consents (user_key, number)`
  yield* sql`ALTER TABLE one_time DROP CONSTRAINT one_time_pkey`
  yield* sql`CREATE UNIQUE INDEX one_time_of_user ON one_time (user_key, purpose) WHERE purpose <> 'invite'`
  yield* sql`CREATE UNIQUE INDEX one_time_invites ON one_time (user_key, tenant_key) NULLS NOT DISTINCT
    WHERE purpose = 'invite'`
  yield* sql`CREATE INDEX users_to_erase ON users (erase_at) WHERE erase_at IS NOT NULL`
})

/**
 * Keys of persons, members who are kept out, and devices and locations that were removed but are remembered.
 *
 * Who is taken out takes along their keys. The locations of a key are not those of a table: one that is
 * given to a key and removed later reaches nothing, and need not be found again.
 */
const columns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE api_keys
    ADD COLUMN user_key bigint REFERENCES users (key) ON DELETE CASCADE,
    ADD COLUMN locations text[],
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz`
  yield* sql`CREATE INDEX api_keys_of_user ON api_keys (user_key, id) WHERE user_key IS NOT NULL`
  yield* sql`ALTER TABLE memberships ADD COLUMN disabled_at timestamptz`
  yield* sql`ALTER TABLE users ADD COLUMN preferences json`
  yield* sql`ALTER TABLE devices ADD COLUMN removed_at timestamptz`
  yield* sql`ALTER TABLE locations
    ADD COLUMN address text,
    ADD COLUMN area_m2 double precision,
    ADD COLUMN occupants integer,
    ADD COLUMN removed_at timestamptz`
})

/** Who may reach what, under which tariff, and what persons agreed to. */
export const access = Effect.andThen(columns, Effect.andThen(tariffs, consents))
