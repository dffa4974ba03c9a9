import { PgTypes } from "@effect/sql-pg"
import type { ChannelName, Instant, Reading, ReadingIdentity, Revision, TenantId } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { type ReadingRow, said, saidColumns, toReading } from "../rows.ts"

/** The reading of a version; null when the version strikes it out, so that no column says anything. */
export const storedReading = (channel: ChannelName, row: ReadingRow): Reading | null =>
  saidColumns.some((name) => row[name as keyof ReadingRow] !== null) ? toReading(channel, row) : null

interface RevisionRow extends ReadingRow {
  readonly made_at: Date | null
  readonly received_at: Date
  readonly by: string | null
  readonly reason: string | null
}

const toRevision = (channel: ChannelName, row: RevisionRow): Revision => ({
  reading: storedReading(channel, row),
  provenance:
    row.made_at === null
      ? null
      : { by: row.by ?? "", reason: row.reason ?? "", madeAt: row.made_at.getTime() as Instant.Instant },
  receivedAt: row.received_at.getTime() as Instant.Instant
})

/** The versions of one reading, oldest first. */
export const revisions = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  { at, channel, deviceId }: ReadingIdentity
) {
  const columns = sql.literal(said())
  const instant = PgTypes.timestamptz(at)
  const rows = yield* sql<RevisionRow>`WITH channel AS MATERIALIZED (
      SELECT c.key
      FROM tenants t JOIN devices d ON d.tenant_key = t.key JOIN channels c ON c.device_key = d.key
      WHERE t.id = ${tenantId} AND d.id = ${deviceId} AND c.name = ${channel}
        AND ${instant} >= (SELECT readings_from FROM readings_horizon)
    )
    SELECT at, NULL::timestamptz AS made_at, received_at, NULL::text AS by, NULL::text AS reason, ${columns}
    FROM readings WHERE channel_key = (SELECT key FROM channel) AND at = ${instant} AND made_at IS NULL
    UNION ALL
    SELECT at, nullif(made_at, '-infinity'), received_at, by, reason, ${columns}
    FROM reading_revisions WHERE channel_key = (SELECT key FROM channel) AND at = ${instant}
    ORDER BY made_at NULLS FIRST`.unprepared
  return rows.map((row) => toRevision(channel, row))
})
