import { PgTypes } from "@effect/sql-pg"
import { type Instant, type SigningKey, SigningKeyStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { locks } from "../locks.ts"
import { orStorageError } from "../storageError.ts"

interface Row extends Pick<SigningKey, "id" | "sealed"> {
  readonly public_jwk: SigningKey["publicJwk"]
  readonly created_at: Date
  readonly expires_at: Date
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

const toSigningKey = (row: Row): SigningKey => ({
  id: row.id,
  sealed: row.sealed,
  publicJwk: row.public_jwk,
  createdAt: instant(row.created_at),
  expiresAt: instant(row.expires_at)
})

const make = Effect.map(SqlClient.SqlClient, (sql): SigningKeyStore => {
  const inForce = (now: Instant.Instant) =>
    Effect.map(
      sql<Row>`SELECT id, sealed, public_jwk, created_at, expires_at FROM signing_keys
        WHERE expires_at > ${PgTypes.timestamptz(now)} ORDER BY created_at DESC, id DESC`,
      (rows) => rows.map(toSigningKey)
    )
  const add = Effect.fnUntraced(function* (key: SigningKey, unlessSince: Instant.Instant) {
    // Whoever waits here sees the key of the one before in the next statement.
    yield* sql`SELECT pg_advisory_xact_lock(${locks.signingKey})`
    yield* sql`INSERT INTO signing_keys (created_at, expires_at, id, sealed, public_jwk)
      SELECT ${PgTypes.timestamptz(key.createdAt)}, ${PgTypes.timestamptz(key.expiresAt)}, ${key.id}::text,
        ${key.sealed}::text, ${JSON.stringify(key.publicJwk)}::text::json
      WHERE NOT EXISTS (
        SELECT FROM signing_keys WHERE created_at > ${PgTypes.timestamptz(unlessSince)}
      ) ON CONFLICT DO NOTHING`
    return yield* inForce(key.createdAt)
  })
  return {
    list: (now) => orStorageError(inForce(now)),
    add: (key, unlessSince) => orStorageError(sql.withTransaction(add(key, unlessSince)))
  }
})

/** Keeps the keys of access tokens in PostgreSQL. */
export const layer: Layer.Layer<SigningKeyStore, never, SqlClient.SqlClient> = Layer.effect(
  SigningKeyStore,
  make
)
