import { join } from "node:path"
import {
  type ApiKeyStore,
  type DeviceStatusStore,
  type DeviceStore,
  type LocationStore,
  Memory,
  type QuarantineStore,
  type ReadingStore,
  type StorageError,
  type StorageUpkeep,
  type TenantStore,
  type UsageStore
} from "@wattkit/core"
import { EmbeddedStorage, PostgresStorage } from "@wattkit/storage-postgres"
import { type EmbeddedPostgresError, layer as layerPostgres } from "@wattkit/storage-postgres/embedded"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import { Context, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql"
import type { ServerConfig, StorageKind } from "../config.ts"

/** Tells whether what the server keeps its data in can be reached. */
export class StorageHealth extends Context.Service<
  StorageHealth,
  { readonly name: string; readonly check: Effect.Effect<void, StorageError> }
>()("@wattkit/server/StorageHealth") {}

/** Every store, and whether it can be reached. */
export type Stores =
  | ReadingStore
  | UsageStore
  | QuarantineStore
  | StorageUpkeep
  | DeviceStatusStore
  | DeviceStore
  | LocationStore
  | ApiKeyStore
  | TenantStore
  | StorageHealth

const layerHealth: Layer.Layer<StorageHealth, never, SqlClient.SqlClient> = Layer.effect(
  StorageHealth,
  Effect.map(Effect.context<SqlClient.SqlClient>(), (context) =>
    StorageHealth.of({ name: "postgres", check: Effect.provideContext(PostgresStorage.ping, context) })
  )
)

/** A PostgreSQL that starts with the server and keeps its files in the data directory. */
const layerEmbedded = (dataDir: string): Layer.Layer<Stores, StorageError | EmbeddedPostgresError> =>
  layerHealth.pipe(
    Layer.provideMerge(EmbeddedStorage.layer()),
    Layer.provide(layerPostgres({ directory: join(dataDir, "postgres"), onProgress: Effect.logInfo }))
  )

/** Everything in memory, until the process ends: for tests of the server. */
export const layerMemory: Layer.Layer<Stores> = Layer.merge(
  Memory.layer,
  Layer.succeed(StorageHealth, { name: "memory", check: Effect.void })
)

/** Whether a database is used through TimescaleDB; one that was moved to it compresses nothing without. */
const isTimescale = (
  options: PostgresStorage.Options,
  kind: StorageKind
): Effect.Effect<boolean, StorageError> =>
  kind === "auto"
    ? Effect.map(
        Effect.provide(
          TimescaleStorage.detect,
          TimescaleStorage.layerClient({ ...options, maxConnections: 1 })
        ),
        ({ capabilities }) => capabilities.hypertables
      )
    : Effect.succeed(kind === "timescale")

/** The database of DATABASE_URL, or the embedded one when there is none. */
export const layer = (config: ServerConfig): Layer.Layer<Stores, StorageError | EmbeddedPostgresError> => {
  if (config.databaseUrl === undefined) return layerEmbedded(config.dataDir)
  const options = { url: config.databaseUrl }
  return Layer.unwrap(
    Effect.map(isTimescale(options, config.storage), (isUsed) =>
      Layer.provideMerge(layerHealth, (isUsed ? TimescaleStorage : PostgresStorage).layerOptions(options))
    )
  )
}
