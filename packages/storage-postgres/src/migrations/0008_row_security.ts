import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { actingFor, functions } from "../tenancy/rowSecurity.ts"
import { protectTables } from "./rows/protect.ts"
import { tenantKeys } from "./rows/tenantKeys.ts"
import { uniqueByTenant } from "./rows/uniqueByTenant.ts"

/**
 * How a transaction says whose rows it sees: by `wattkit.tenant`, which is the key of a tenant, `all`, or
 * nothing.
 *
 * To read a value of the type `wattkit_acting_for` is to set it until the end of the transaction. That is how
 * a statement says it in its own message, with a parameter.
 */
const saying = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const [name, { body, returns }] of Object.entries(functions)) {
    yield* sql.unsafe(
      `CREATE FUNCTION ${name}() RETURNS ${returns} LANGUAGE sql STABLE PARALLEL SAFE AS $$${body}$$`
    )
  }
  yield* sql.unsafe(
    `CREATE DOMAIN ${actingFor} AS text CHECK (set_config('wattkit.tenant', VALUE, true) = VALUE)`
  )
})

/** Nobody sees another tenant's rows, nor by a name that is taken that there are some. */
export const rowSecurity = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* uniqueByTenant
  yield* saying
  yield* tenantKeys
  yield* sql`ALTER VIEW green_energy_daily SET (security_invoker = true)`
  yield* protectTables
})
