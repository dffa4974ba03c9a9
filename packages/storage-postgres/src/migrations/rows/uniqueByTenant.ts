import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * The ids of locations and devices are unique within their tenant: by one that is taken nobody finds out that
 * another tenant has it. Each table has the unique key by tenant and id already, and is pointed to by it.
 */
export const uniqueByTenant = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE location_zones ADD COLUMN tenant_key bigint`
  yield* sql`UPDATE location_zones z SET tenant_key = l.tenant_key FROM locations l WHERE l.id = z.location_id`
  yield* sql`ALTER TABLE location_zones ALTER COLUMN tenant_key SET NOT NULL,
    DROP CONSTRAINT location_zones_pkey, DROP CONSTRAINT location_zones_location_id_fkey,
    ADD PRIMARY KEY (tenant_key, location_id, from_date),
    ADD FOREIGN KEY (tenant_key, location_id) REFERENCES locations (tenant_key, id)`
  yield* sql`ALTER TABLE locations DROP CONSTRAINT locations_pkey, ALTER COLUMN id SET NOT NULL`
  yield* sql`ALTER TABLE devices DROP CONSTRAINT devices_id_key`
})
