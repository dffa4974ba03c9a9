import {
  type LocationId,
  NotFound,
  type TariffAssignment,
  type TariffStore,
  type TenantId
} from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Arrays from "../usage/parameters.ts"

const keyOf = (sql: SqlClient.SqlClient, tenantId: TenantId) =>
  sql`(SELECT key FROM tenants WHERE id = ${tenantId})`

/** The assignments of a location in their order; fails when the location is not there. */
export const assignmentsOf = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  locationId: LocationId
) {
  const rows = yield* sql<{ [name in keyof TariffAssignment]: TariffAssignment[name] | null }>`
    SELECT a.direction, a.from_date AS "from", a.tariff_id AS "tariffId"
    FROM locations l LEFT JOIN tariff_assignments a ON a.tenant_key = l.tenant_key AND a.location_id = l.id
    WHERE l.tenant_key = ${keyOf(sql, tenantId)} AND l.id = ${locationId} ORDER BY a.direction, a.from_date`
  if (rows.length === 0) return yield* new NotFound({ what: "location", id: locationId })
  return rows.flatMap(({ direction, from, tariffId }) =>
    direction === null || from === null || tariffId === null ? [] : [{ direction, from, tariffId }]
  )
})

/** Assignments as they are compared, whatever their order. */
const said = (assignments: ReadonlyArray<TariffAssignment>): string =>
  JSON.stringify(assignments.map(({ direction, from, tariffId }) => [direction, from, tariffId]).sort())

/** Fails when a tariff is not there, or was removed and is not in force at the location already. */
const findTariffs = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  ids: ReadonlyArray<string>,
  before: ReadonlyArray<string>
) {
  // Held by a reader's lock, so that none is removed meanwhile.
  const rows = yield* sql<{ id: string; is_removed: boolean }>`
    SELECT id, removed_at IS NOT NULL AS is_removed FROM tariffs
    WHERE tenant_key = ${keyOf(sql, tenantId)} AND id = ANY (${Arrays.texts(ids)}::text[])
    ORDER BY id FOR SHARE`
  const usable = new Set(
    rows.filter(({ id, is_removed }) => !is_removed || before.includes(id)).map(({ id }) => id)
  )
  const missing = ids.find((id) => !usable.has(id))
  if (missing !== undefined) return yield* new NotFound({ what: "tariff", id: missing })
})

/**
 * Replaces the assignments of a location, in the transaction it runs in. The row of the location is held, so
 * all who assign there do it one after the other.
 */
export const assign = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  ...[tenantId, locationId, known, next]: Parameters<TariffStore["assign"]>
) {
  yield* sql`SELECT id FROM locations WHERE tenant_key = ${keyOf(sql, tenantId)} AND id = ${locationId}
    FOR NO KEY UPDATE`
  const before = yield* assignmentsOf(sql, tenantId, locationId)
  const idsOf = (assignments: ReadonlyArray<TariffAssignment>) => assignments.map(({ tariffId }) => tariffId)
  yield* findTariffs(sql, tenantId, idsOf(next), idsOf(before))
  if (said(before) !== said(known)) return false
  yield* sql`DELETE FROM tariff_assignments WHERE tenant_key = ${keyOf(sql, tenantId)}
    AND location_id = ${locationId}`
  yield* sql`INSERT INTO tariff_assignments (tenant_key, location_id, direction, from_date, tariff_id)
    SELECT ${keyOf(sql, tenantId)}, ${locationId}::text, a.direction, a.from_date, a.tariff_id FROM unnest(
      ${Arrays.texts(next.map(({ direction }) => direction))}::text[],
      ${Arrays.dates(next.map(({ from }) => from))}::date[],
      ${Arrays.texts(idsOf(next))}::text[]
    ) AS a (direction, from_date, tariff_id)`
  return true
})

/** The locations at which a tariff is in force at some time. */
export const assignedTo = (
  sql: SqlClient.SqlClient,
  ...[tenantId, id, { after, limit }]: Parameters<TariffStore["assignedTo"]>
) =>
  Effect.map(
    sql<{ id: LocationId }>`SELECT DISTINCT location_id AS id FROM tariff_assignments
      WHERE tenant_key = ${keyOf(sql, tenantId)} AND tariff_id = ${id} AND location_id > ${after ?? ""}
      ORDER BY location_id LIMIT ${limit}`,
    (rows) => rows.map((row) => row.id)
  )
