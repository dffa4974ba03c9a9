import { PgTypes } from "@effect/sql-pg"
import {
  type AuditDraft,
  type AuditEntry,
  AuditStore,
  type ChainPlace,
  chainStart,
  impersonal,
  type Instant,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as AnyText from "../anyText.ts"
import { orStorageError } from "../storageError.ts"
import { forTenant, forTenantsOf } from "../tenancy/CurrentTenant.ts"
import * as Parameters from "../usage/parameters.ts"

interface Row extends Pick<AuditEntry, "number" | "before" | "after" | "previous" | "hash"> {
  readonly at: Date
  readonly by: string
  readonly action: string
  readonly subject: string
}

const toEntry = (tenantId: TenantId, row: Row): AuditEntry => ({
  tenantId,
  at: row.at.getTime() as Instant.Instant,
  by: AnyText.decode(row.by),
  action: AnyText.decode(row.action),
  subject: AnyText.decode(row.subject),
  before: row.before,
  after: row.after,
  number: row.number,
  previous: row.previous,
  hash: row.hash
})

/**
 * The ends of the chains of tenants. Each tenant's row is locked until the transaction ends, in the order of
 * their keys, so a chain has one end for all who add at the same time.
 */
const endsOf = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, tenantIds: ReadonlyArray<TenantId>) {
  const ids = Parameters.texts(tenantIds)
  yield* sql`SELECT key FROM tenants WHERE id = ANY (${ids}::text[]) ORDER BY key FOR NO KEY UPDATE`
  const rows = yield* sql<{ id: TenantId; number: number | null; hash: string | null }>`
    SELECT t.id, a.number::float8 AS number, a.hash FROM tenants t LEFT JOIN LATERAL (
      SELECT l.number, l.hash FROM audit_logs l WHERE l.tenant_key = t.key ORDER BY l.number DESC LIMIT 1
    ) a ON true WHERE t.id = ANY (${ids}::text[])`
  return new Map<TenantId, ChainPlace>(
    rows.map(({ hash, id, number }) => [id, number === null || hash === null ? chainStart : { number, hash }])
  )
})

const insert = (sql: SqlClient.SqlClient, entries: ReadonlyArray<AuditEntry>) => {
  const texts = (say: (entry: AuditEntry) => string) => Parameters.texts(entries.map(say))
  const json = (value: unknown) => JSON.stringify(value ?? null) ?? "null"
  return sql`INSERT INTO audit_logs
      (tenant_key, number, at, by, action, subject, before, after, previous, hash)
    SELECT t.key, e.number::bigint, e.at, e.by, e.action, e.subject, e.before::json, e.after::json,
      e.previous, e.hash
    FROM unnest(
      ${texts(({ tenantId }) => tenantId)}::text[],
      ${Parameters.numbers(entries.map(({ number }) => number))}::float8[],
      ${Parameters.instants(entries.map(({ at }) => at))}::timestamptz[],
      ${texts(({ by }) => AnyText.encode(by))}::text[],
      ${texts(({ action }) => AnyText.encode(action))}::text[],
      ${texts(({ subject }) => AnyText.encode(subject))}::text[],
      ${texts(({ before }) => json(before))}::text[],
      ${texts(({ after }) => json(after))}::text[],
      ${texts(({ previous }) => previous)}::text[],
      ${texts(({ hash }) => hash)}::text[]
    ) AS e (tenant_id, number, at, by, action, subject, before, after, previous, hash)
    JOIN tenants t ON t.id = e.tenant_id`
}

const add = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  drafts: ReadonlyArray<AuditDraft>,
  hashOf: Parameters<AuditStore["add"]>[1]
) {
  const ends = yield* endsOf(sql, [...new Set(drafts.map(({ tenantId }) => tenantId))])
  const entries: Array<AuditEntry> = []
  for (const draft of drafts) {
    const end = ends.get(draft.tenantId)
    // What is written down has happened within a tenant: this is a mistake of ours.
    if (end === undefined) return yield* Effect.die(new NotFound({ what: "tenant", id: draft.tenantId }))
    const entry = { ...impersonal(draft), number: end.number + 1, previous: end.hash }
    const hashed = { ...entry, hash: hashOf(entry) }
    ends.set(draft.tenantId, hashed)
    entries.push(hashed)
  }
  yield* insert(sql, entries)
})

const make = Effect.map(SqlClient.SqlClient, (sql): AuditStore => ({
  add: (drafts, hashOf) =>
    drafts.length === 0
      ? Effect.void
      : orStorageError(forTenantsOf(sql.withTransaction(add(sql, drafts, hashOf)), drafts)),
  list: Effect.fnUntraced(
    function* (tenantId, { action, before, by, limit, subject }) {
      const only = (column: "by" | "action" | "subject", value: string | undefined) =>
        value === undefined ? sql`` : sql`AND ${sql(column)} = ${AnyText.encode(value)}`
      const earlier = before === undefined ? sql`` : sql`AND number < ${PgTypes.float8(before)}::bigint`
      const rows = yield* sql<Row>`SELECT number::float8 AS number, at, by, action, subject, before, after,
          previous, hash
        FROM audit_logs WHERE tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
          ${earlier} ${only("by", by)} ${only("action", action)} ${only("subject", subject)}
        ORDER BY audit_logs.number DESC LIMIT ${limit}`
      return rows.map((row) => toEntry(tenantId, row))
    },
    forTenant,
    orStorageError
  )
}))

/** Keeps in PostgreSQL what was done. */
export const layer: Layer.Layer<AuditStore, never, SqlClient.SqlClient> = Layer.effect(AuditStore, make)
