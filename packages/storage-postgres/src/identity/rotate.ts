import { PgTypes } from "@effect/sql-pg"
import type { Rotation, SessionStore } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import * as SessionRow from "./SessionRow.ts"

interface Turned extends SessionRow.SessionRow {
  readonly spent_at: Date | null
  readonly is_next_spent: boolean
}

/**
 * Turns in a refresh token, in the transaction it runs in.
 *
 * The row of the session is locked first, and only then the token is looked at, by a statement of its own: it
 * sees what those did who had the lock before. So all turns of a session happen one after the other.
 */
export const rotate = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  turn: Parameters<SessionStore["rotate"]>[0]
) {
  const unknown: Rotation = { kind: "unknown" }
  const digest = AnyText.encode(turn.digest)
  const now = PgTypes.timestamptz(turn.now)
  const locked = yield* sql`SELECT s.key FROM sessions s JOIN refresh_tokens r ON r.session_key = s.key
    WHERE r.digest = ${digest} FOR NO KEY UPDATE OF s`
  if (locked.length === 0) return unknown
  const rows = yield* sql<Turned>`SELECT ${sql.literal(SessionRow.columns)}, r.spent_at,
      n.spent_at IS NOT NULL AS is_next_spent
    FROM ${sql.literal(SessionRow.tables)} JOIN refresh_tokens r ON r.session_key = s.key
      LEFT JOIN refresh_tokens n ON n.digest = r.next_digest
    WHERE r.digest = ${digest}`
  const row = rows[0]
  if (row === undefined) return unknown
  const session = SessionRow.toSession(row)
  if (session.endedAt !== null || session.expiresAt <= turn.now) return unknown
  if (turn.now >= session.usedAt + turn.idleMs) return unknown
  const ofSession = sql`(SELECT key FROM sessions WHERE id = ${session.id})`
  if (row.spent_at === null) {
    const next = AnyText.encode(turn.next)
    yield* sql`WITH spent AS (
        UPDATE refresh_tokens SET spent_at = ${now}, next_digest = ${next} WHERE digest = ${digest}
      ), added AS (
        INSERT INTO refresh_tokens (session_key, digest) VALUES (${ofSession}, ${next})
      )
      UPDATE sessions SET used_at = ${now} WHERE id = ${session.id}`
    return { kind: "rotated", session: { ...session, usedAt: turn.now } } satisfies Rotation
  }
  const isForgiven = turn.now < row.spent_at.getTime() + turn.forgivenMs && !row.is_next_spent
  if (isForgiven) return { kind: "repeated", session } satisfies Rotation
  yield* sql`UPDATE sessions SET ended_at = ${now} WHERE id = ${session.id}`
  return { kind: "stolen", session: { ...session, endedAt: turn.now } } satisfies Rotation
})
