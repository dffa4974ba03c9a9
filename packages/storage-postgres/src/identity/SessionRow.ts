import type { Instant, Session } from "@wattkit/core"
import * as AnyText from "../anyText.ts"

/** A selected session. */
export interface SessionRow extends Pick<Session, "id" | "agent"> {
  readonly user_id: Session["userId"]
  readonly tenant_id: Session["tenantId"]
  readonly created_at: Date
  readonly used_at: Date
  readonly expires_at: Date
  readonly ended_at: Date | null
}

/** The columns of a session, as they are selected. */
export const columns = `s.id, u.id AS user_id, t.id AS tenant_id, s.created_at, s.used_at, s.expires_at,
  s.ended_at, s.agent`

/** The tables those columns are of. */
export const tables = `sessions s JOIN users u ON u.key = s.user_key JOIN tenants t ON t.key = s.tenant_key`

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

/** The session of a row. */
export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.user_id,
  tenantId: row.tenant_id,
  createdAt: instant(row.created_at),
  usedAt: instant(row.used_at),
  expiresAt: instant(row.expires_at),
  endedAt: row.ended_at === null ? null : instant(row.ended_at),
  agent: AnyText.decode(row.agent)
})
