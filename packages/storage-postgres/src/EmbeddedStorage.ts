import type { StorageError } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { layerClient } from "./embedded/client.ts"
import type { EmbeddedPostgres } from "./embedded/EmbeddedPostgres.ts"
import { appRole } from "./embedded/roles.ts"
import * as PostgresStorage from "./PostgresStorage.ts"

/**
 * Every store, and the client for `ping`, in the embedded PostgreSQL: its owner brings the schema up to date
 * and then has no more connection; the stores work as the role that owns nothing.
 */
export const layer = (
  options: Omit<PostgresStorage.Options, "url"> = {}
): Layer.Layer<PostgresStorage.Stores | PostgresStorage.Clients, StorageError, EmbeddedPostgres> => {
  const owner = PostgresStorage.refusing(
    layerClient("owner", PostgresStorage.pool({ ...options, maxConnections: 1 }))
  )
  const migrated = Effect.andThen(PostgresStorage.migrate, PostgresStorage.grant(appRole)).pipe(
    Effect.provide(owner)
  )
  return PostgresStorage.layerMigrated.pipe(
    Layer.provideMerge(PostgresStorage.refusing(layerClient("app", PostgresStorage.pool(options)))),
    Layer.provideMerge(Layer.effectDiscard(migrated))
  )
}
