import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The schema the functions of the extension are in, as a statement names it. */
export const extensionSchema = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ name: string }>`SELECT quote_ident(n.nspname) AS name
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'`
  return rows[0]?.name ?? "public"
})
