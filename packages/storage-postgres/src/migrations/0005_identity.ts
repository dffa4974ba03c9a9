import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Persons, and what they are in which tenant. Who is taken out takes along everything that only names them.
 */
const persons = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE users (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    verified_at timestamptz,
    disabled_at timestamptz,
    erase_at timestamptz,
    totp_confirmed_at timestamptz,
    totp_step bigint NOT NULL,
    id text COLLATE "C" NOT NULL UNIQUE,
    email text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text,
    totp_sealed text,
    recovery_digests text[] NOT NULL
  )`
  yield* sql`CREATE TABLE memberships (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    user_key bigint NOT NULL REFERENCES users (key) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    role text NOT NULL CHECK (role IN ('user', 'facility_manager', 'admin')),
    PRIMARY KEY (tenant_key, user_key)
  )`
  yield* sql`CREATE INDEX memberships_of_user ON memberships (user_key)`
  yield* sql`CREATE TABLE membership_locations (
    tenant_key bigint NOT NULL,
    user_key bigint NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_key, user_key, location_id),
    FOREIGN KEY (tenant_key, user_key) REFERENCES memberships (tenant_key, user_key) ON DELETE CASCADE,
    FOREIGN KEY (tenant_key, location_id) REFERENCES locations (tenant_key, id) ON DELETE CASCADE
  )`
  yield* sql`CREATE INDEX membership_locations_of_location ON membership_locations (tenant_key, location_id)`
})

/**
 * Sessions, the refresh tokens of each, and secrets that work once; all secrets by their digests.
 *
 * A refresh token stays after it was spent: that it comes again is how a theft shows.
 */
const signIns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE sessions (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    user_key bigint NOT NULL REFERENCES users (key) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    id text COLLATE "C" NOT NULL UNIQUE,
    agent text NOT NULL
  ) WITH (fillfactor = 70)`
  yield* sql`CREATE INDEX sessions_of_user ON sessions (user_key, created_at)`
  yield* sql`CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL`
  yield* sql`CREATE INDEX sessions_over ON sessions (least(ended_at, expires_at))`
  yield* sql`CREATE TABLE refresh_tokens (
    session_key bigint NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    spent_at timestamptz,
    digest text COLLATE "C" PRIMARY KEY,
    next_digest text COLLATE "C",
    CHECK (num_nulls(spent_at, next_digest) IN (0, 2))
  )`
  yield* sql`CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_key)`
  yield* sql`CREATE TABLE one_time (
    user_key bigint NOT NULL REFERENCES users (key) ON DELETE CASCADE,
    tenant_key bigint REFERENCES tenants (key),
    expires_at timestamptz NOT NULL,
    purpose text NOT NULL,
    digest text COLLATE "C" NOT NULL UNIQUE,
    PRIMARY KEY (user_key, purpose)
  )`
  yield* sql`CREATE INDEX one_time_by_end ON one_time (expires_at)`
  yield* sql`CREATE TABLE signing_keys (
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    id text COLLATE "C" PRIMARY KEY,
    sealed text NOT NULL,
    public_jwk json NOT NULL
  )`
})

/**
 * What was done, a chain for each tenant.
 *
 * What was changed is kept as JSON in the way it was said, because a hash was made of it. The role that
 * serves requests may add and read, and nothing else.
 */
const audit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE audit_logs (
    tenant_key bigint NOT NULL REFERENCES tenants (key),
    number bigint NOT NULL CHECK (number > 0),
    at timestamptz NOT NULL,
    by text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    before json NOT NULL,
    after json NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (tenant_key, number)
  )`
  yield* sql`CREATE INDEX audit_logs_by_bearer ON audit_logs (tenant_key, by, number)`
  yield* sql`CREATE INDEX audit_logs_by_action ON audit_logs (tenant_key, action, number)`
  yield* sql`CREATE INDEX audit_logs_by_subject ON audit_logs (tenant_key, subject, number)`
})

/** Who may do what, and who did what. */
export const identity = Effect.andThen(persons, Effect.andThen(signIns, audit))
