import { PgTypes } from "@effect/sql-pg"
import {
  AlreadyExists,
  type Instant,
  type KeptTariff,
  NotFound,
  TariffStore,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"
import { assign, assignedTo, assignmentsOf } from "./assignments.ts"

interface Row extends Pick<KeptTariff, "id" | "name" | "definition"> {
  readonly created_at: Date
  readonly changed_at: Date
  readonly removed_at: Date | null
}

const instant = (date: Date): Instant.Instant => date.getTime() as Instant.Instant

const toTariff = (
  tenantId: TenantId,
  { changed_at, created_at, definition, id, name, removed_at }: Row
): KeptTariff => ({
  id,
  tenantId,
  name,
  definition,
  createdAt: instant(created_at),
  changedAt: instant(changed_at),
  ...(removed_at === null ? {} : { removedAt: instant(removed_at) })
})

/** The definition as text that is JSON: in it every character is one that a column can hold. */
const json = (definition: unknown): string => JSON.stringify(definition ?? null)

const columns = "id, name, definition, created_at, changed_at, removed_at"

/** What is compared of a tariff to find out whether it is as it is known. */
const compared = "name, definition::text, created_at, changed_at, removed_at"

const ofTenant = (sql: SqlClient.SqlClient, tenantId: TenantId) =>
  sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`

const instants = (sql: SqlClient.SqlClient, { changedAt, createdAt, removedAt }: KeptTariff) =>
  sql`${PgTypes.timestamptz(createdAt)}, ${PgTypes.timestamptz(changedAt)},
    ${PgTypes.timestamptz(removedAt ?? null)}`

/** Replaces a tariff in one statement, which looks and writes. */
const replace = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, known: KeptTariff, next: KeptTariff) {
  const there = sql`${ofTenant(sql, known.tenantId)} AND id = ${known.id}`
  const rows = yield* sql<{ there: boolean; changed: boolean }>`
    WITH changed AS (
      UPDATE tariffs SET (name, definition, created_at, changed_at, removed_at) = ROW (
        ${Rows.storable(next.name)}::text, ${json(next.definition)}::text::json, ${instants(sql, next)}
      )
      WHERE ${there} AND (${sql.literal(compared)}) IS NOT DISTINCT FROM (
        ${Rows.storable(known.name)}::text, ${json(known.definition)}::text, ${instants(sql, known)}
      )
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM tariffs WHERE ${there}) AS there,
      EXISTS (SELECT FROM changed) AS changed`
  if (rows[0]?.there !== true) return yield* new NotFound({ what: "tariff", id: known.id })
  return rows[0].changed
})

const make = Effect.map(SqlClient.SqlClient, (sql): TariffStore => {
  const of = (tenantId: TenantId) => ofTenant(sql, tenantId)
  return {
    add: Effect.fnUntraced(
      function* (tariff: KeptTariff) {
        const rows = yield* sql<{ tenant: boolean; added: boolean }>`
          WITH tenant AS (SELECT key FROM tenants WHERE id = ${tariff.tenantId}),
          added AS (
            INSERT INTO tariffs (tenant_key, id, name, definition, created_at, changed_at, removed_at)
            SELECT key, ${tariff.id}::text, ${Rows.storable(tariff.name)}::text,
              ${json(tariff.definition)}::text::json, ${instants(sql, tariff)}
            FROM tenant ON CONFLICT DO NOTHING RETURNING id
          )
          SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM added) AS added`
        if (rows[0]?.tenant !== true) return yield* new NotFound({ what: "tenant", id: tariff.tenantId })
        if (!rows[0].added) return yield* new AlreadyExists({ what: "tariff", id: tariff.id })
      },
      forTenantOf,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId, id) {
        const rows = yield* sql<Row>`SELECT ${sql.literal(columns)} FROM tariffs
          WHERE ${of(tenantId)} AND id = ${id}`
        return rows[0] === undefined
          ? yield* new NotFound({ what: "tariff", id })
          : toTariff(tenantId, rows[0])
      },
      forTenant,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, { after, limit, withRemoved }) {
        const rows = yield* sql<Row>`SELECT ${sql.literal(columns)} FROM tariffs
          WHERE ${of(tenantId)} AND id > ${after ?? ""}
            ${withRemoved === true ? sql`` : sql`AND removed_at IS NULL`}
          ORDER BY id LIMIT ${limit}`
        return rows.map((row) => toTariff(tenantId, row))
      },
      forTenant,
      orStorageError
    ),
    replace: (known, next) => orStorageError(forTenantOf(replace(sql, known, next), known)),
    assignments: (tenantId, locationId) =>
      orStorageError(forTenant(assignmentsOf(sql, tenantId, locationId), tenantId)),
    assign: (...given) => orStorageError(forTenant(sql.withTransaction(assign(sql, ...given)), given[0])),
    assignedTo: (...asked) => orStorageError(forTenant(assignedTo(sql, ...asked), asked[0]))
  }
})

/** Keeps tariffs in PostgreSQL. */
export const layer: Layer.Layer<TariffStore, never, SqlClient.SqlClient> = Layer.effect(TariffStore, make)
