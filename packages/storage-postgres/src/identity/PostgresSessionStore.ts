import { PgTypes } from "@effect/sql-pg"
import { NotFound, type Session, type SessionId, SessionStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants } from "../tenancy/CurrentTenant.ts"
import { forgetSessions } from "./forget.ts"
import { rotate } from "./rotate.ts"
import * as SessionRow from "./SessionRow.ts"

/** The most sessions of a person that are listed. */
const MOST = 100

const begin = Effect.fnUntraced(
  function* (sql: SqlClient.SqlClient, session: Session, digest: string) {
    const rows = yield* sql<{ tenant: boolean; person: boolean }>`
    WITH tenant AS (SELECT key FROM tenants WHERE id = ${session.tenantId}),
    person AS (SELECT key FROM users WHERE id = ${session.userId} FOR KEY SHARE),
    begun AS (
      INSERT INTO sessions (tenant_key, user_key, created_at, used_at, expires_at, ended_at, id, agent)
      SELECT tenant.key, person.key, ${PgTypes.timestamptz(session.createdAt)},
        ${PgTypes.timestamptz(session.usedAt)}, ${PgTypes.timestamptz(session.expiresAt)},
        ${PgTypes.timestamptz(session.endedAt)}, ${session.id}::text, ${AnyText.encode(session.agent)}::text
      FROM tenant CROSS JOIN person RETURNING key
    ),
    token AS (
      INSERT INTO refresh_tokens (session_key, digest)
      SELECT key, ${AnyText.encode(digest)}::text FROM begun
    )
    SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM person) AS person`
    if (rows[0]?.tenant !== true) return yield* new NotFound({ what: "tenant", id: session.tenantId })
    if (!rows[0].person) return yield* new NotFound({ what: "user", id: session.userId })
  },
  acrossTenants,
  orStorageError
)

const make = Effect.map(SqlClient.SqlClient, (sql): SessionStore => {
  const selected = sql`SELECT ${sql.literal(SessionRow.columns)} FROM ${sql.literal(SessionRow.tables)}`
  const missing = (id: SessionId) => new NotFound({ what: "session", id })
  const idsOf = (rows: ReadonlyArray<{ readonly id: SessionId }>) => rows.map(({ id }) => id)
  const ofUser = (userId: Session["userId"]) => sql`user_key = (SELECT key FROM users WHERE id = ${userId})`
  return {
    begin: (session, digest) => begin(sql, session, digest),
    rotate: (turn) => orStorageError(acrossTenants(sql.withTransaction(rotate(sql, turn)))),
    get: Effect.fnUntraced(
      function* (id) {
        const rows = yield* sql<SessionRow.SessionRow>`${selected} WHERE s.id = ${id}`
        return rows[0] === undefined ? yield* missing(id) : SessionRow.toSession(rows[0])
      },
      acrossTenants,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (userId, now) {
        const rows = yield* sql<SessionRow.SessionRow>`${selected}
        WHERE s.${ofUser(userId)} AND s.ended_at IS NULL AND s.expires_at > ${PgTypes.timestamptz(now)}
        ORDER BY s.created_at DESC, s.id DESC LIMIT ${MOST}`
        return rows.map(SessionRow.toSession)
      },
      acrossTenants,
      orStorageError
    ),
    end: Effect.fnUntraced(
      function* (userId, id, at) {
        const end = PgTypes.timestamptz(at)
        const rows = yield* sql`UPDATE sessions
        SET ended_at = CASE WHEN expires_at > ${end} THEN coalesce(ended_at, ${end}) ELSE ended_at END
        WHERE ${ofUser(userId)} AND id = ${id} RETURNING id`
        if (rows.length === 0) return yield* missing(id)
      },
      acrossTenants,
      orStorageError
    ),
    endAll: Effect.fnUntraced(
      function* (userId, at, but) {
        const end = PgTypes.timestamptz(at)
        const rows = yield* sql<{ id: SessionId }>`UPDATE sessions SET ended_at = ${end}
        WHERE ${ofUser(userId)} AND ended_at IS NULL AND expires_at > ${end} AND id <> ${but ?? ""}
        RETURNING id`
        return idsOf(rows)
      },
      acrossTenants,
      orStorageError
    ),
    endedSince: Effect.fnUntraced(
      function* (since) {
        const rows = yield* sql<{ id: SessionId }>`SELECT id FROM sessions
        WHERE ended_at >= ${PgTypes.timestamptz(since)}`
        return idsOf(rows)
      },
      acrossTenants,
      orStorageError
    ),
    forget: (before, limit) => orStorageError(acrossTenants(forgetSessions(sql, before, limit)))
  }
})

/** Keeps sessions in PostgreSQL. */
export const layer: Layer.Layer<SessionStore, never, SqlClient.SqlClient> = Layer.effect(SessionStore, make)
