import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Tenants, locations, devices and API keys.
 *
 * Rows point to each other by the tenant's key as well, so that no row of a tenant can point to a row of
 * another. Ids are compared byte by byte (`COLLATE "C"`), which is their order everywhere else.
 */
export const registry = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE tenants (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL
  )`
  yield* sql`CREATE TABLE locations (
    id text COLLATE "C" PRIMARY KEY,
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    name text NOT NULL,
    kind text NOT NULL,
    zone text NOT NULL,
    currency text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_key, id)
  )`
  yield* sql`CREATE TABLE devices (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    tenant_key bigint NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C" CHECK (parent_id <> id),
    name text NOT NULL,
    role text NOT NULL,
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_key, key),
    UNIQUE (tenant_key, id),
    UNIQUE (tenant_key, location_id, id),
    FOREIGN KEY (tenant_key, location_id) REFERENCES locations (tenant_key, id),
    FOREIGN KEY (tenant_key, location_id, parent_id) REFERENCES devices (tenant_key, location_id, id)
  )`
  yield* sql`CREATE TABLE api_keys (
    id text COLLATE "C" PRIMARY KEY,
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    device_id text COLLATE "C",
    name text NOT NULL,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    prefix text NOT NULL,
    digest text COLLATE "C" NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    UNIQUE (tenant_key, id),
    FOREIGN KEY (tenant_key, device_id) REFERENCES devices (tenant_key, id)
  )`
})
