import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { EmbeddedPostgres } from "./EmbeddedPostgres.ts"

/** A pool of connections to the embedded PostgreSQL, as its owner (migrations) or as the application. */
export const layerClient = (
  role: "owner" | "app",
  pool: Omit<
    PgClient.PgPoolConfig,
    "url" | "host" | "port" | "path" | "database" | "username" | "password"
  > = {}
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, SqlError.SqlError, EmbeddedPostgres> =>
  Layer.unwrap(
    Effect.map(EmbeddedPostgres, (server) => {
      const { username, password } = server[role]
      return PgClient.layer({
        ...pool,
        host: server.host,
        port: server.port,
        database: server.database,
        username,
        password
      })
    })
  )
