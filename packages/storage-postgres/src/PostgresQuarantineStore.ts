import { PgTypes } from "@effect/sql-pg"
import { type Quarantined, QuarantineStore, type TenantId } from "@wattkit/core"
import { Effect, Layer, Result } from "effect"
import { SqlClient } from "effect/sql"
import { forgetSettled } from "./records/forget.ts"
import * as Rows from "./rows.ts"
import { orStorageError } from "./storageError.ts"
import { acrossTenants, forTenant, forTenantsOf } from "./tenancy/CurrentTenant.ts"

type Settled = NonNullable<Quarantined["settled"]>

const array = (values: ReadonlyArray<unknown>, oid: number): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, oid))
const texts = (values: ReadonlyArray<string | null>) => array(values, PgTypes.OID.text)
const instants = (values: ReadonlyArray<number | null>) => array(values, PgTypes.OID.timestamptz)

const insert = (sql: SqlClient.SqlClient, some: ReadonlyArray<Quarantined>) => {
  const settled = <A>(of: (settled: Settled) => A) =>
    some.map((one) => (one.settled === null ? null : of(one.settled)))
  // All that add at the same time lock in the order of tenant and id, so none waits for one that waits for
  // it.
  return sql`INSERT INTO quarantine (tenant_key, id, device_key, reason, reading, received_at,
      settled_at, settled_by, settled_as, shifted_ms)
    SELECT d.tenant_key, q.id, d.key, q.reason, q.reading, q.received_at, q.settled_at, q.settled_by,
      q.settled_as, q.shifted_ms
    FROM unnest(
      ${texts(some.map(({ tenantId }) => tenantId))}::text[],
      ${texts(some.map(({ id }) => id))}::text[],
      ${texts(some.map(({ reading }) => reading.deviceId))}::text[],
      ${texts(some.map(({ reason }) => reason))}::text[],
      ${array(
        some.map(({ reading }) => reading),
        PgTypes.OID.jsonb
      )}::jsonb[],
      ${instants(some.map(({ receivedAt }) => receivedAt))}::timestamptz[],
      ${instants(settled(({ at }) => at))}::timestamptz[],
      ${texts(settled(({ by }) => Rows.storable(by)))}::text[],
      ${texts(settled(({ as }) => as))}::text[],
      ${array(
        settled(({ shiftedMs }) => shiftedMs),
        PgTypes.OID.float8
      )}::float8[]
    ) WITH ORDINALITY AS q (tenant_id, id, device_id, reason, reading, received_at, settled_at, settled_by,
      settled_as, shifted_ms, place)
    JOIN tenants t ON t.id = q.tenant_id JOIN devices d ON d.tenant_key = t.key AND d.id = q.device_id
    ORDER BY t.key, q.id COLLATE "C", q.place
    ON CONFLICT (tenant_key, id) DO NOTHING`
}

const make = Effect.map(SqlClient.SqlClient, (sql): QuarantineStore => {
  const columns = sql.literal(Rows.quarantineColumns)
  const of = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`
  const rowsOf = (tenantId: TenantId, rows: ReadonlyArray<Rows.QuarantineRow>) =>
    rows.map((row) => Rows.toQuarantined(tenantId, row))
  /** An id that no column can hold is not there. */
  const known = (ids: ReadonlyArray<string>) => texts(ids.filter((id) => Rows.storable(id) === id))

  return {
    add: (some) =>
      some.length === 0 ? Effect.void : Effect.asVoid(orStorageError(forTenantsOf(insert(sql, some), some))),
    list: Effect.fnUntraced(
      function* (tenantId, { after = "", deviceId, limit, waiting }) {
        const ofDevice =
          deviceId === undefined
            ? sql``
            : sql`AND device_key = (SELECT key FROM devices WHERE ${of(tenantId)} AND id = ${deviceId})`
        const stillWaiting = waiting ? sql`AND settled_at IS NULL` : sql``
        const rows = yield* sql<Rows.QuarantineRow>`SELECT ${columns} FROM quarantine
        WHERE ${of(tenantId)} ${ofDevice} ${stillWaiting} AND id > ${Rows.storable(after)}
        ORDER BY id LIMIT ${limit}`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId, ids) {
        const rows = yield* sql<Rows.QuarantineRow>`SELECT ${columns} FROM quarantine
        WHERE ${of(tenantId)} AND id = ANY (${known(ids)}::text[]) ORDER BY id`
        return rowsOf(tenantId, rows)
      },
      forTenant,
      orStorageError
    ),
    settle: Effect.fnUntraced(
      function* (tenantId, ids, { as, at, by, shiftedMs }) {
        yield* sql`WITH chosen AS MATERIALIZED (
          SELECT tenant_key, id FROM quarantine
          WHERE ${of(tenantId)} AND id = ANY (${known(ids)}::text[]) AND settled_at IS NULL
          ORDER BY id FOR UPDATE
        )
        UPDATE quarantine q SET settled_at = ${PgTypes.timestamptz(at)}, settled_by = ${Rows.storable(by)},
          settled_as = ${as}, shifted_ms = ${PgTypes.float8(shiftedMs)}::float8
        FROM chosen c WHERE q.tenant_key = c.tenant_key AND q.id = c.id AND q.settled_at IS NULL`
      },
      forTenant,
      orStorageError
    ),
    forget: (settledBefore, limit) => orStorageError(acrossTenants(forgetSettled(sql, settledBefore, limit)))
  }
})

/** Keeps the readings that wait for a decision in PostgreSQL. */
export const layer: Layer.Layer<QuarantineStore, never, SqlClient.SqlClient> = Layer.effect(
  QuarantineStore,
  make
)
