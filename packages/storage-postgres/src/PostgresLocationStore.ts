import { PgTypes } from "@effect/sql-pg"
import {
  AlreadyExists,
  type Location,
  type LocationId,
  LocationStore,
  NotFound,
  type TenantId
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "./rows.ts"
import { orStorageError } from "./storageError.ts"

const make = Effect.map(SqlClient.SqlClient, (sql): LocationStore => {
  const columns = sql.literal("id, name, kind, zone, currency, created_at")
  const of = (tenantId: TenantId) => sql`tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})`
  return {
    add: Effect.fnUntraced(function* (location: Location) {
      const rows = yield* sql<{ tenant: boolean; added: boolean }>`
        WITH tenant AS (SELECT key FROM tenants WHERE id = ${location.tenantId}),
        added AS (
          INSERT INTO locations (id, tenant_key, name, kind, zone, currency, created_at)
          SELECT ${location.id}::text, key, ${Rows.storable(location.name)}::text, ${location.kind}::text,
            ${location.zone}::text, ${location.currency}::text, ${PgTypes.timestamptz(location.createdAt)}
          FROM tenant ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM tenant) AS tenant, EXISTS (SELECT FROM added) AS added`
      if (rows[0]?.tenant !== true) return yield* new NotFound({ what: "tenant", id: location.tenantId })
      if (!rows[0].added) return yield* new AlreadyExists({ what: "location", id: location.id })
    }, orStorageError),
    get: Effect.fnUntraced(function* (tenantId: TenantId, id: LocationId) {
      const rows = yield* sql<Rows.LocationRow>`
        SELECT ${columns} FROM locations WHERE ${of(tenantId)} AND id = ${id}`
      const row = rows[0]
      return row === undefined
        ? yield* new NotFound({ what: "location", id })
        : Rows.toLocation(tenantId, row)
    }, orStorageError),
    list: Effect.fnUntraced(function* (tenantId, page) {
      const rows = yield* sql<Rows.LocationRow>`SELECT ${columns} FROM locations
        WHERE ${of(tenantId)} AND id > ${page.after ?? ""} ORDER BY id LIMIT ${page.limit}`
      return rows.map((row) => Rows.toLocation(tenantId, row))
    }, orStorageError)
  }
})

/** Keeps locations in PostgreSQL. */
export const layer: Layer.Layer<LocationStore, never, SqlClient.SqlClient> = Layer.effect(LocationStore, make)
