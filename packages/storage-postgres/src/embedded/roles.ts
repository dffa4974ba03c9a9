import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { embeddedPostgresError } from "./EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "./EmbeddedPostgresError.ts"
import { adminRole } from "./initialise.ts"
import type { Passwords } from "./directory/marker.ts"

/** The database everything is in. */
export const databaseName = "wattkit"
/** Owns the database and its tables; migrations run as it. It is no superuser. */
export const ownerRole = "wattkit_owner"
/** Serves requests. It owns nothing, so row-level security holds for it; migrations grant it its rights. */
export const appRole = "wattkit_app"

interface Address {
  readonly host: string
  readonly port: number
}

const makeRoles = (sql: PgClient.PgClient, passwords: Passwords) =>
  Effect.gen(function* () {
    const present = yield* sql<{ name: string }>`SELECT rolname::text AS name FROM pg_roles
      UNION ALL SELECT 'database ' || datname FROM pg_database`
    const names = new Set(present.map(({ name }) => name))
    const limits = "LOGIN NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS"
    // The passwords are of our own making, letters, digits, - and _ only; CREATE ROLE takes no parameters.
    if (!names.has(ownerRole)) {
      yield* sql.unsafe(`CREATE ROLE ${ownerRole} ${limits} NOCREATEROLE PASSWORD '${passwords.owner}'`)
    }
    if (!names.has(appRole)) {
      yield* sql.unsafe(`CREATE ROLE ${appRole} ${limits} NOCREATEROLE PASSWORD '${passwords.app}'`)
    }
    if (!names.has(`database ${databaseName}`)) {
      yield* sql.unsafe(`CREATE DATABASE ${databaseName} OWNER ${ownerRole}`)
    }
    yield* sql.unsafe(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC`)
    yield* sql.unsafe(`GRANT CONNECT, TEMPORARY ON DATABASE ${databaseName} TO ${appRole}`)
  })

const checkDurability = (sql: PgClient.PgClient) =>
  Effect.gen(function* () {
    const wrong: Array<string> = []
    for (const name of ["fsync", "full_page_writes", "synchronous_commit"]) {
      const [row] = yield* sql.unsafe<Record<string, string>>(`SHOW ${name}`)
      const value = row?.[name] ?? "unknown"
      if (value !== "on" && value !== "remote_apply") wrong.push(`${name} = ${value}`)
    }
    const overridden = yield* sql<{ setting: string }>`SELECT setting
      FROM pg_db_role_setting, unnest(setconfig) AS setting
      WHERE setting LIKE 'synchronous_commit=%' AND setting NOT IN ('synchronous_commit=on',
        'synchronous_commit=remote_apply')`
    wrong.push(...overridden.map(({ setting }) => `${setting} for a role or database`))
    if (wrong.length === 0) return
    return yield* embeddedPostgresError(
      "unsafe",
      `The embedded PostgreSQL would lose stored readings in a power cut (${wrong.join(", ")}): ` +
        "remove that setting (postgresql.conf, postgresql.auto.conf, ALTER ROLE or DATABASE … RESET) " +
        "and start again."
    )
  })

/** Ends the sessions of a process that is gone, and with them the locks they hold. */
const endSessions = (sql: PgClient.PgClient) =>
  sql`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`

/** Refuses a server that could lose commits, then makes what is missing of the database and the roles. */
export const prepareDatabase = (
  address: Address,
  passwords: Passwords,
  adopted: boolean
): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    const sql = yield* PgClient.PgClient
    yield* checkDurability(sql)
    if (adopted) yield* endSessions(sql)
    yield* makeRoles(sql, passwords)
  }).pipe(
    Effect.provide(
      PgClient.layerFrom(
        PgClient.makeClient({
          ...address,
          database: "postgres",
          username: adminRole,
          password: Redacted.make(passwords.admin),
          applicationName: "wattkit start"
        })
      )
    ),
    Effect.catchTag("SqlError", (failed) =>
      Effect.fail(
        embeddedPostgresError(
          "start",
          `The embedded PostgreSQL runs but could not be set up: ${
            failed.reason.cause instanceof Error ? failed.reason.cause.message : failed.message
          }.`
        )
      )
    )
  )
