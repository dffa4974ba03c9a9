import { StorageError } from "@wattkit/core"
import { Effect } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { locks } from "../locks.ts"
import { dataClasses } from "../migrations/dataClasses.ts"
import { asStorageError, sqlState } from "../storageError.ts"
import { actingFor } from "./rowSecurity.ts"

/** The role the stores work as where row security does not hold for the role they log in as. */
export const servingRole = "wattkit_app"

/** The tables and views this code knows, by which they are told from those of other programs. */
const ours = Object.keys(dataClasses)

/** Whether row security does not hold for the role of a session. */
const passesBy = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ passes: boolean }>`SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles
      WHERE rolname = current_user`,
    (rows) => rows[0]?.passes === true
  )

/** Whether the role is there and may do what the stores need. */
const isReady = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ ready: boolean }>`SELECT to_regrole(${servingRole}) IS NOT NULL
        AND pg_has_role(current_user, to_regrole(${servingRole}), 'MEMBER')
        AND NOT EXISTS (
          SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
            AND relname = ANY (${ours}::text[])
            AND has_table_privilege(to_regrole(${servingRole}), oid, 'SELECT') IS NOT TRUE
        ) AND NOT EXISTS (
          SELECT FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            AND proname LIKE 'wattkit\\_%'
            AND has_function_privilege(to_regrole(${servingRole}), oid, 'EXECUTE') IS NOT TRUE
        ) AS ready`,
    (rows) => rows[0]?.ready === true
  )

/** SQLSTATEs of a role that another process has just made. */
const isMade = (error: SqlError.SqlError) => ["42710", "23505"].includes(sqlState(error) ?? "")

const isForbidden = (error: SqlError.SqlError) => sqlState(error) === "42501"

/**
 * Makes the role and lets it do what the stores need, where it will be needed and the session may do that.
 * Where it may not, whoever starts the stores is told.
 */
export const prepareRole = (
  grant: (role: string) => Effect.Effect<void, StorageError, SqlClient.SqlClient>
): Effect.Effect<void, StorageError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    if (!(yield* passesBy(sql)) || (yield* isReady(sql))) return
    yield* sql.withTransaction(sql`CREATE ROLE ${sql(servingRole)} NOLOGIN`).pipe(
      Effect.catchIf(
        (error) => isMade(error) || isForbidden(error),
        () => Effect.void
      )
    )
    yield* sql
      .withTransaction(
        Effect.gen(function* () {
          yield* sql`SELECT pg_advisory_xact_lock(${locks.migrate})`
          // A superuser may be whoever it likes.
          const may = yield* sql`SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper`
          if (may.length === 0) yield* sql`GRANT ${sql(servingRole)} TO CURRENT_USER`
          yield* grant(servingRole)
        })
      )
      .pipe(
        Effect.catchIf(
          (error) => SqlError.isSqlError(error) && isForbidden(error),
          () => Effect.void
        )
      )
  }).pipe(asStorageError)

/**
 * As whom the stores work, undefined for the role that logs in, and the number of the type by which a
 * statement says whose it is.
 */
export const servingAs = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const types = yield* sql<{
    oid: number | null
  }>`SELECT to_regtype(${actingFor})::oid::bigint::float8 AS oid`
  const oid = types[0]?.oid ?? null
  if (oid === null) {
    return yield* new StorageError({
      reason: "misconfigured",
      message: `the database has no type ${actingFor}: run wattkit migrate`
    })
  }
  if (!(yield* passesBy(sql))) return { oid, role: undefined }
  if (yield* isReady(sql)) return { oid, role: servingRole }
  return yield* new StorageError({
    reason: "misconfigured",
    message:
      "row security does not hold for the role that logs in, which is a superuser or has BYPASSRLS, and " +
      `there is no role ${servingRole} to work as: run wattkit migrate as a superuser, or use another role`
  })
})
