import { MembershipStore, NotFound } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { orStorageError } from "../storageError.ts"
import { acrossTenants, forTenant, forTenantOf } from "../tenancy/CurrentTenant.ts"
import { giveLocation } from "./giveLocation.ts"
import * as Rows from "./memberships.ts"

const make = Effect.map(SqlClient.SqlClient, (sql): MembershipStore => {
  return {
    put: (membership) =>
      orStorageError(forTenantOf(sql.withTransaction(Rows.put(sql, membership)), membership)),
    get: Effect.fnUntraced(
      function* (tenantId, userId) {
        const rows =
          yield* sql<Rows.MembershipRow>`${Rows.selected(sql)} WHERE t.id = ${tenantId} AND u.id = ${userId}`
        return rows[0] === undefined
          ? yield* new NotFound({ what: "membership", id: userId })
          : Rows.toMembership(rows[0])
      },
      forTenant,
      orStorageError
    ),
    ofUser: Effect.fnUntraced(
      function* (userId) {
        const rows =
          yield* sql<Rows.MembershipRow>`${Rows.selected(sql)} WHERE u.id = ${userId} ORDER BY t.id`
        return rows.map(Rows.toMembership)
      },
      acrossTenants,
      orStorageError
    ),
    ofTenant: Effect.fnUntraced(
      function* (tenantId, { after = "", limit, locationId }) {
        const given =
          locationId === undefined
            ? sql``
            : sql`AND EXISTS (
                SELECT FROM membership_locations l WHERE l.tenant_key = m.tenant_key
                  AND l.user_key = m.user_key AND l.location_id = ${locationId}
              )`
        const rows = yield* sql<Rows.MembershipRow>`${Rows.selected(sql)}
          WHERE t.id = ${tenantId} AND u.id > ${after} ${given} ORDER BY u.id LIMIT ${limit}`
        return rows.map(Rows.toMembership)
      },
      forTenant,
      orStorageError
    ),
    replace: (known, next) =>
      orStorageError(forTenantOf(sql.withTransaction(Rows.replace(sql, known, next)), known)),
    give: (gift) => orStorageError(forTenantOf(sql.withTransaction(giveLocation(sql, gift)), gift)),
    remove: Effect.fnUntraced(
      function* (tenantId, userId) {
        if (yield* Rows.remove(sql, tenantId, userId)) return
        yield* new NotFound({ what: "membership", id: userId })
      },
      forTenant,
      orStorageError
    )
  }
})

/** Keeps in PostgreSQL who is what in which tenant. */
export const layer: Layer.Layer<MembershipStore, never, SqlClient.SqlClient> = Layer.effect(
  MembershipStore,
  make
)
