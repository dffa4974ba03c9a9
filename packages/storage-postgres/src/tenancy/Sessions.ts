import { PgClient, PgPool, PgTypes } from "@effect/sql-pg"
import type { StorageError } from "@wattkit/core"
import { Context, Effect, Layer, Result, type Scope } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, SqlError } from "effect/sql"
import type { SqlConnection } from "effect/sql"
import { orStorageError } from "../storageError.ts"
import { assertRowSecurity } from "./assertRowSecurity.ts"
import { acrossTenants, CurrentTenant } from "./CurrentTenant.ts"
import { servingAs } from "./servingRole.ts"
import { begin, type Saying, TenantConnection } from "./TenantConnection.ts"
import { TenantKeys } from "./TenantKeys.ts"

/** How the sessions of the stores are made, for connections beside theirs. */
export interface Sessions {
  readonly config: PgClient.PgClientConfig
  /** What a transaction of the current tenant sets `wattkit.tenant` to. */
  readonly current: Effect.Effect<string, SqlError.SqlError>
}

/** The key of the Sessions service. */
export const Sessions = Context.Service<Sessions>("@wattkit/storage-postgres/Sessions")

/** Values of the type that says whose a statement is are text. */
const asText: PgTypes.Codec<string> = {
  encode: (value) => Result.succeed(Buffer.from(value, "utf8")),
  decode: (bytes) => Result.succeed(Buffer.from(bytes).toString("utf8"))
}

/** PostgreSQL answers ROLLBACK to the COMMIT of a transaction that failed. */
const commit = (connection: SqlConnection.Connection): Effect.Effect<void, SqlError.SqlError> =>
  Effect.flatMap(connection.executeRaw("COMMIT", []), (result) => {
    const said = result as { readonly command: string }
    if (said.command !== "ROLLBACK") return Effect.void
    const message = "what failed within a transaction was passed over, and nothing of it was stored"
    const reason = new SqlError.UnknownError({ cause: new Error(message), message, operation: "commit" })
    return Effect.fail(new SqlError.SqlError({ reason }))
  })

/** A session for a transaction. One that was left open is closed with its session, and never lent again. */
const reserve = (
  pool: PgPool.PgPool,
  saying: Saying
): Effect.Effect<TenantConnection, SqlError.SqlError, Scope.Scope> =>
  Effect.flatMap(pool.reserve, (session) =>
    Effect.acquireRelease(
      Effect.sync(() => new TenantConnection(session, saying)),
      ({ isOpen }) => (isOpen ? pool.invalidate(session) : Effect.void)
    )
  )

const makeClient = (pool: PgPool.PgPool, saying: Saying) =>
  SqlClient.make({
    acquirer: Effect.map(pool.get, (session) => new TenantConnection(session, saying)),
    borrower: (work) => pool.use((session) => work(new TenantConnection(session, saying))),
    transactionAcquirer: reserve(pool, saying),
    compiler: PgClient.makeCompiler(),
    driver: "pg",
    spanAttributes: [["db.system.name", "postgresql"]],
    beginTransaction: begin,
    prepareTransactionControls: true,
    commit,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`
  })

const make = Effect.gen(function* () {
  const base = yield* PgClient.PgClient
  const { oid, role } = yield* servingAs(base)
  const types = base.config.types ?? PgTypes.makeRegistry()
  types.register(oid, asText)
  const startupParameters = { ...base.config.startupParameters, ...(role === undefined ? {} : { role }) }
  const config = { ...base.config, types, startupParameters }
  const keys = new TenantKeys()
  const sql = yield* makeClient(yield* PgPool.make(config), { keys, oid })
  yield* assertRowSecurity(sql)
  const ask = (tenantId: string) =>
    Effect.map(
      acrossTenants(sql<{ key: string }>`SELECT key::text AS key FROM tenants WHERE id = ${tenantId}`),
      (rows) => rows[0]?.key
    )
  const current = CurrentTenant.use((whose) => keys.find(whose, ask))
  return Context.make(SqlClient.SqlClient, sql).pipe(Context.add(Sessions, { config, current }))
})

/**
 * The sessions the stores work on, in the database of the client: as a role that row security holds for, each
 * statement with its tenant. What would let it through is refused.
 */
export const layer: Layer.Layer<SqlClient.SqlClient | Sessions, StorageError, PgClient.PgClient> =
  Layer.effectContext(orStorageError(make)).pipe(Layer.provide(Reactivity.layer))
