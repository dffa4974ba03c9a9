import { PgTypes } from "@effect/sql-pg"
import { type Consent, ConsentStore, type Instant, NotFound } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"

interface Row extends Pick<Consent, "subject" | "version"> {
  readonly at: Date
  readonly is_given: boolean
}

const make = Effect.map(SqlClient.SqlClient, (sql): ConsentStore => ({
  add: Effect.fnUntraced(function* ({ at, isGiven, subject, userId, version }) {
    const rows = yield* sql`INSERT INTO consents (user_key, at, is_given, subject, version)
      SELECT key, ${PgTypes.timestamptz(at)}, ${isGiven}::boolean, ${AnyText.encode(subject)}::text,
        ${AnyText.encode(version)}::text
      FROM users WHERE id = ${userId} FOR KEY SHARE RETURNING number`
    if (rows.length === 0) return yield* new NotFound({ what: "user", id: userId })
  }, orStorageError),
  list: Effect.fnUntraced(function* (userId, { limit, subject }) {
    const about = subject === undefined ? sql`` : sql`AND subject = ${AnyText.encode(subject)}`
    const rows = yield* sql<Row>`SELECT at, subject, version, is_given FROM consents
      WHERE user_key = (SELECT key FROM users WHERE id = ${userId}) ${about}
      ORDER BY number DESC LIMIT ${limit}`
    return rows.map((row) => ({
      userId,
      at: row.at.getTime() as Instant.Instant,
      subject: AnyText.decode(row.subject),
      version: AnyText.decode(row.version),
      isGiven: row.is_given
    }))
  }, orStorageError)
}))

/** Keeps in PostgreSQL what persons agreed to. */
export const layer: Layer.Layer<ConsentStore, never, SqlClient.SqlClient> = Layer.effect(ConsentStore, make)
