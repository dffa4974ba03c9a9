import { PgTypes } from "@effect/sql-pg"
import { AlreadyExists, type Instant, type KnownUser, NotFound, type User, UserStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import * as AnyText from "../anyText.ts"
import * as Rows from "../rows.ts"
import { orStorageError, sqlState } from "../storageError.ts"
import { forTenant } from "../tenancy/CurrentTenant.ts"
import * as Parameters from "../usage/parameters.ts"

interface Row extends Pick<User, "id" | "name"> {
  readonly email: string
  readonly created_at: Date
  readonly verified_at: Date | null
  readonly disabled_at: Date | null
  readonly erase_at: Date | null
  readonly preferences: User["preferences"] | null
  readonly password_hash: string | null
  readonly totp_sealed: string | null
  readonly totp_confirmed_at: Date | null
  readonly totp_step: number
  readonly recovery_digests: ReadonlyArray<string>
  readonly version: number
}

const columns = `u.id, u.email, u.name, u.created_at, u.verified_at, u.disabled_at, u.erase_at, u.preferences,
  u.password_hash, u.totp_sealed, u.totp_confirmed_at, u.totp_step::float8 AS totp_step,
  u.recovery_digests, u.version::float8 AS version`

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant
const instantOr = (date: Date | null) => (date === null ? null : instant(date))

const toKnown = (row: Row): KnownUser => ({
  user: {
    id: row.id,
    email: AnyText.decode(row.email) as User["email"],
    name: row.name,
    createdAt: instant(row.created_at),
    verifiedAt: instantOr(row.verified_at),
    disabledAt: instantOr(row.disabled_at),
    eraseAt: instantOr(row.erase_at),
    ...(row.preferences !== null && row.preferences !== undefined && { preferences: row.preferences })
  },
  secrets: {
    passwordHash: row.password_hash,
    totpSealed: row.totp_sealed,
    totpConfirmedAt: instantOr(row.totp_confirmed_at),
    totpStep: row.totp_step,
    recoveryDigests: row.recovery_digests
  },
  version: row.version
})

/** What is kept of somebody beside the id, in the order of `kept`. */
const values = (sql: SqlClient.SqlClient, { secrets, user }: Omit<KnownUser, "version">) =>
  sql`${AnyText.encode(user.email)}::text, ${Rows.storable(user.name)}::text,
    ${PgTypes.timestamptz(user.createdAt)}, ${PgTypes.timestamptz(user.verifiedAt)},
    ${PgTypes.timestamptz(user.disabledAt)}, ${PgTypes.timestamptz(user.eraseAt)},
    ${user.preferences === undefined ? null : JSON.stringify(user.preferences)}::text::json,
    ${secrets.passwordHash}::text, ${secrets.totpSealed}::text,
    ${PgTypes.timestamptz(secrets.totpConfirmedAt)}, ${PgTypes.float8(secrets.totpStep)}::bigint,
    ${Parameters.texts(secrets.recoveryDigests)}::text[]`

const kept = `email, name, created_at, verified_at, disabled_at, erase_at, preferences,
  password_hash, totp_sealed, totp_confirmed_at, totp_step, recovery_digests`

const uniqueViolation = "23505"

const make = Effect.map(SqlClient.SqlClient, (sql): UserStore => {
  const selected = sql`SELECT ${sql.literal(columns)} FROM users u`
  const one = Effect.fnUntraced(function* (id: string, rows: ReadonlyArray<Row>) {
    return rows[0] === undefined ? yield* new NotFound({ what: "user", id }) : toKnown(rows[0])
  })
  return {
    add: Effect.fnUntraced(function* (user, secrets) {
      const rows = yield* sql`INSERT INTO users (id, ${sql.literal(kept)})
        VALUES (${user.id}, ${values(sql, { user, secrets })}) ON CONFLICT DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* new AlreadyExists({ what: "user", id: user.id })
    }, orStorageError),
    get: Effect.fnUntraced(function* (id) {
      return yield* one(id, yield* sql<Row>`${selected} WHERE u.id = ${id}`)
    }, orStorageError),
    findByEmail: Effect.fnUntraced(function* (email) {
      return yield* one(email, yield* sql<Row>`${selected} WHERE u.email = ${AnyText.encode(email)}`)
    }, orStorageError),
    replace: Effect.fnUntraced(
      function* (known, change) {
        const id = known.user.id
        const user = { ...known.user, ...change.user }
        const secrets = { ...known.secrets, ...change.secrets }
        const rows = yield* sql<{ there: boolean; changed: boolean }>`
          WITH changed AS (
            UPDATE users SET version = version + 1,
              (${sql.literal(kept)}) = ROW (${values(sql, { user, secrets })})
            WHERE id = ${id} AND version = ${PgTypes.float8(known.version)}::bigint RETURNING id
          )
          SELECT EXISTS (SELECT FROM users WHERE id = ${id}) AS there,
            EXISTS (SELECT FROM changed) AS changed`
        if (rows[0]?.there !== true) return yield* new NotFound({ what: "user", id })
        return rows[0].changed
      },
      (effect, { user }) =>
        Effect.catchIf(
          effect,
          (error) => SqlError.isSqlError(error) && sqlState(error) === uniqueViolation,
          () => Effect.fail(new AlreadyExists({ what: "user", id: user.id }))
        ),
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, page) {
        const rows = yield* sql<Row>`${selected} JOIN memberships m ON m.user_key = u.key
        WHERE m.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId}) AND u.id > ${page.after ?? ""}
        ORDER BY u.id LIMIT ${page.limit}`
        return rows.map((row) => toKnown(row).user)
      },
      forTenant,
      orStorageError
    ),
    dueForErasure: Effect.fnUntraced(function* (now, limit) {
      const rows = yield* sql<Row>`${selected} WHERE u.erase_at <= ${PgTypes.timestamptz(now)}
        ORDER BY u.erase_at, u.id LIMIT ${limit}`
      return rows.map((row) => toKnown(row).user)
    }, orStorageError),
    unconfirmed: Effect.fnUntraced(function* (before, page) {
      const rows = yield* sql<Row>`${selected} WHERE u.verified_at IS NULL AND u.password_hash IS NOT NULL
          AND u.created_at < ${PgTypes.timestamptz(before)} AND u.id > ${page.after ?? ""}
        ORDER BY u.id LIMIT ${page.limit}`
      return rows.map((row) => toKnown(row).user)
    }, orStorageError),
    remove: Effect.fnUntraced(function* (id) {
      const rows = yield* sql`DELETE FROM users WHERE id = ${id} RETURNING id`
      if (rows.length === 0) return yield* new NotFound({ what: "user", id })
    }, orStorageError)
  }
})

/** Keeps persons in PostgreSQL. */
export const layer: Layer.Layer<UserStore, never, SqlClient.SqlClient> = Layer.effect(UserStore, make)
