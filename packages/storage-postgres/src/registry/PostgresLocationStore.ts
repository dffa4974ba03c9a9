import { PgTypes } from "@effect/sql-pg"
import {
  AlreadyExists,
  Instant,
  LocalCalendar,
  LocalDate,
  type Location,
  type LocationId,
  LocationStore,
  NotFound,
  type TenantId,
  ZoneHistory
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"

/** From when on a location nobody moved is in its zone: from before everything that is kept. */
const always = "1970-01-01"

const ofTenant = (sql: SqlClient.SqlClient, tenantId: TenantId) =>
  sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`

/** The zones of a location, oldest first; fails when it is not there. */
const zonesOf = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, tenantId: TenantId, id: LocationId) {
  const rows = yield* sql<ZoneHistory.ZoneSince>`
    SELECT coalesce(z.zone, l.zone) AS zone, coalesce(z.from_date, ${PgTypes.date(always)}) AS "from"
    FROM locations l LEFT JOIN location_zones z ON z.tenant_key = l.tenant_key AND z.location_id = l.id
    WHERE l.${ofTenant(sql, tenantId)} AND l.id = ${id} ORDER BY z.from_date`
  const [first, ...others] = rows
  if (first === undefined) return yield* new NotFound({ what: "location", id })
  return [first, ...others] satisfies ZoneHistory.ZoneHistory
})

/**
 * The start of the last day that neither history disagrees about: the day before a change takes up the
 * difference of the zones.
 */
const startOfChange = (
  from: LocalDate.LocalDate,
  histories: ReadonlyArray<ZoneHistory.ZoneHistory>
): number =>
  Math.max(
    Instant.MIN_MILLIS,
    Math.min(
      ...histories.map((history) =>
        LocalCalendar.startOfEpochDay(ZoneHistory.calendarOf(history), LocalDate.toEpochDay(from) - 2)
      )
    )
  )

/**
 * Replaces the zones from a date on and marks the days from there on to be added up anew.
 *
 * Locking the location keeps out new devices, and locking the devices new channels, so that no channel is
 * computed by the old zones and left out of the mark.
 */
const changeZone = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  tenantId: TenantId,
  id: LocationId,
  change: ZoneHistory.ZoneSince
) {
  const own = ofTenant(sql, tenantId)
  yield* sql`SELECT id FROM locations WHERE ${own} AND id = ${id} FOR UPDATE`
  const before = yield* zonesOf(sql, tenantId, id)
  const kept = before.filter(({ from }) => from < change.from)
  const [first = change, ...others] = [...kept, change]
  yield* sql`SELECT key FROM devices WHERE ${own} AND location_id = ${id} ORDER BY key FOR UPDATE`
  yield* sql`DELETE FROM location_zones WHERE ${own} AND location_id = ${id}`
  for (const { from, zone } of [first, ...others]) {
    yield* sql`INSERT INTO location_zones (tenant_key, location_id, from_date, zone)
      SELECT tenant_key, id, ${PgTypes.date(from)}, ${zone}::text FROM locations WHERE ${own} AND id = ${id}`
  }
  yield* sql`UPDATE locations SET zone = ${change.zone} WHERE ${own} AND id = ${id}`
  const since = PgTypes.timestamptz(startOfChange(change.from, [before, [first, ...others]]))
  yield* sql`INSERT INTO usage_stale (channel_keys, froms, tos, days_only)
    SELECT array_agg(c.key ORDER BY c.key), array_agg(${since}::timestamptz),
      array_agg('infinity'::timestamptz), true
    FROM devices d JOIN channels c ON c.device_key = d.key
    WHERE d.${own} AND d.location_id = ${id} HAVING count(*) > 0`
})

/** What may be changed of a location, by its columns. */
const changeable = "name, kind, currency, address, area_m2, occupants, created_at, removed_at"

const said = (sql: SqlClient.SqlClient, location: Location) =>
  sql`${Rows.storable(location.name)}::text, ${location.kind}::text, ${location.currency}::text,
    ${location.address === undefined ? null : Rows.storable(location.address)}::text,
    ${PgTypes.float8(location.areaM2 ?? null)}, ${PgTypes.int4(location.occupants ?? null)},
    ${PgTypes.timestamptz(location.createdAt)}, ${PgTypes.timestamptz(location.removedAt ?? null)}`

/** Replaces a location in one statement, which looks and writes. */
const replace = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, known: Location, next: Location) {
  const there = sql`${ofTenant(sql, known.tenantId)} AND id = ${known.id}`
  const values = sql.literal(changeable)
  const rows = yield* sql<{ there: boolean; changed: boolean }>`
    WITH changed AS (
      UPDATE locations SET (${values}) = ROW (${said(sql, next)})
      WHERE ${there} AND zone = ${known.zone} AND (${values}) IS NOT DISTINCT FROM (${said(sql, known)})
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM locations WHERE ${there}) AS there,
      EXISTS (SELECT FROM changed) AS changed`
  if (rows[0]?.there !== true) return yield* new NotFound({ what: "location", id: known.id })
  return rows[0].changed
})

const make = Effect.map(SqlClient.SqlClient, (sql): LocationStore => {
  const columns = sql.literal(
    "id, name, kind, zone, currency, address, area_m2, occupants, created_at, removed_at"
  )
  const values = sql.literal(changeable)
  return {
    add: Effect.fnUntraced(
      function* (location: Location) {
        const rows = yield* sql<{ tenant: boolean; added: boolean }>`
        WITH tenant AS (SELECT key FROM tenants WHERE id = ${location.tenantId}),
        added AS (
          INSERT INTO locations (id, tenant_key, zone, ${values})
          SELECT ${location.id}::text, key, ${location.zone}::text, ${said(sql, location)} FROM tenant
          ON CONFLICT DO NOTHING RETURNING tenant_key, id, zone
        ),
        zone AS (
          INSERT INTO location_zones (tenant_key, location_id, from_date, zone)
          SELECT tenant_key, id, ${PgTypes.date(always)}, zone FROM added
        )
        SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM added) AS added`
        if (rows[0]?.tenant !== true) return yield* new NotFound({ what: "tenant", id: location.tenantId })
        if (!rows[0].added) return yield* new AlreadyExists({ what: "location", id: location.id })
      },
      forTenantOf,
      orStorageError
    ),
    get: Effect.fnUntraced(
      function* (tenantId: TenantId, id: LocationId) {
        const rows = yield* sql<Rows.LocationRow>`
        SELECT ${columns} FROM locations WHERE ${ofTenant(sql, tenantId)} AND id = ${id}`
        const row = rows[0]
        return row === undefined
          ? yield* new NotFound({ what: "location", id })
          : Rows.toLocation(tenantId, row)
      },
      forTenant,
      orStorageError
    ),
    list: Effect.fnUntraced(
      function* (tenantId, page) {
        const rows = yield* sql<Rows.LocationRow>`SELECT ${columns} FROM locations
        WHERE ${ofTenant(sql, tenantId)} AND id > ${page.after ?? ""}
          ${page.withRemoved === true ? sql`` : sql`AND removed_at IS NULL`}
        ORDER BY id LIMIT ${page.limit}`
        return rows.map((row) => Rows.toLocation(tenantId, row))
      },
      forTenant,
      orStorageError
    ),
    replace: (known, next) => orStorageError(forTenantOf(replace(sql, known, next), known)),
    zones: (tenantId, id) => orStorageError(forTenant(zonesOf(sql, tenantId, id), tenantId)),
    changeZone: (tenantId, id, change) =>
      orStorageError(forTenant(sql.withTransaction(changeZone(sql, tenantId, id, change)), tenantId))
  }
})

/** Keeps locations in PostgreSQL. */
export const layer: Layer.Layer<LocationStore, never, SqlClient.SqlClient> = Layer.effect(LocationStore, make)
