import { TimescaleStorage } from "@wattkit/storage-timescale"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"

/**
 * The URL of a database on a server with TimescaleDB, as a role that may make databases and extensions; the
 * tests make databases of their own beside it.
 */
export const given: string | undefined = process.env["WATTKIT_TEST_TIMESCALE_URL"]

/** What a test says when no server is given. */
export const notGiven = "WATTKIT_TEST_TIMESCALE_URL is not set, so nothing here ran against a TimescaleDB"

const beside = (database: string, role?: string): Redacted.Redacted => {
  const url = new URL(given ?? "")
  url.pathname = `/${database}`
  if (role !== undefined) url.username = role
  return Redacted.make(url.href)
}

const inGiven = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.provide(effect, TimescaleStorage.layerClient({ url: Redacted.make(given ?? ""), maxConnections: 1 }))

let made = 0

const create = Effect.suspend(() => {
  if (given === undefined) return Effect.die(new Error(notGiven))
  const database = `wattkit_test_${process.pid}_${made++}`
  const make = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE DATABASE ${sql(database)}`)
  return Effect.as(inGiven(make), {
    database,
    url: beside(database),
    as: (role: string) => beside(database, role)
  })
})

/** An empty database, which is gone when the scope closes; it is reached as another role by `as`. */
export const fresh = Effect.acquireRelease(create, ({ database }) =>
  Effect.orDie(
    inGiven(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP DATABASE ${sql(database)} WITH (FORCE)`))
  )
)
