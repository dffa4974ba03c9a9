import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Gives the states of channels and the days of usage the key of their tenant: they are written and read so
 * often that a look at the channel of each row would be felt. What is stored for one tenant has its key by
 * itself.
 */
export const tenantKeys = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const name of ["device_state", "energy_daily"]) {
    const table = sql(name)
    yield* sql`ALTER TABLE ${table} ADD COLUMN tenant_key bigint DEFAULT wattkit_tenant()`
    yield* sql`UPDATE ${table} t SET tenant_key = c.tenant_key FROM channels c WHERE c.key = t.channel_key`
    yield* sql`ALTER TABLE ${table} ALTER COLUMN tenant_key SET NOT NULL`
  }
})
