import { PgTypes } from "@effect/sql-pg"
import { AlreadyExists, NotFound, type Tenant, type TenantId, TenantStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as Rows from "../rows.ts"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant } from "../tenancy/CurrentTenant.ts"

const make = Effect.map(SqlClient.SqlClient, (sql): TenantStore => ({
  add: Effect.fnUntraced(
    function* (tenant: Tenant) {
      const added = yield* sql`INSERT INTO tenants (id, name, created_at)
        VALUES (${tenant.id}, ${Rows.storable(tenant.name)}, ${PgTypes.timestamptz(tenant.createdAt)})
        ON CONFLICT DO NOTHING RETURNING id`
      if (added.length === 0) return yield* new AlreadyExists({ what: "tenant", id: tenant.id })
    },
    acrossTenants,
    orStorageError
  ),
  get: Effect.fnUntraced(
    function* (id: TenantId) {
      const rows = yield* sql<Rows.TenantRow>`SELECT id, name, created_at FROM tenants WHERE id = ${id}`
      const row = rows[0]
      return row === undefined ? yield* new NotFound({ what: "tenant", id }) : Rows.toTenant(row)
    },
    forTenant,
    orStorageError
  ),
  list: Effect.fnUntraced(
    function* ({ after, limit }) {
      const rows = yield* sql<Rows.TenantRow>`SELECT id, name, created_at FROM tenants
        WHERE id > ${after ?? ""} ORDER BY id LIMIT ${limit}`
      return rows.map(Rows.toTenant)
    },
    acrossTenants,
    orStorageError
  ),
  rename: Effect.fnUntraced(
    function* (id, name) {
      const rows = yield* sql`UPDATE tenants SET name = ${Rows.storable(name)} WHERE id = ${id} RETURNING id`
      if (rows.length === 0) return yield* new NotFound({ what: "tenant", id })
    },
    forTenant,
    orStorageError
  )
}))

/** Keeps tenants in PostgreSQL. */
export const layer: Layer.Layer<TenantStore, never, SqlClient.SqlClient> = Layer.effect(TenantStore, make)
