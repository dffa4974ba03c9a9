import { join } from "node:path"
import {
  type ApiKeyStore,
  type AuditStore,
  type BindingStore,
  type ConsentStore,
  type DeadLetterStore,
  type DeviceStatusStore,
  type DeviceStore,
  type IdempotencyStore,
  type JobStore,
  type LocationStore,
  type MembershipStore,
  Memory,
  type NotificationStore,
  type OneTimeStore,
  type PersonalData,
  type QuarantineStore,
  type ReadingBus,
  type ReadingStore,
  type ServerSecret,
  type SessionStore,
  type SigningKeyStore,
  type StorageError,
  type StorageUpkeep,
  type TariffStore,
  type TenantStore,
  type UsageStore,
  type UserStore
} from "@wattkit/core"
import { EmbeddedStorage, PostgresReadingBus, PostgresStorage } from "@wattkit/storage-postgres"
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
  | BindingStore
  | DeadLetterStore
  | IdempotencyStore
  | JobStore
  | NotificationStore
  | StorageUpkeep
  | DeviceStatusStore
  | DeviceStore
  | LocationStore
  | ApiKeyStore
  | TenantStore
  | UserStore
  | MembershipStore
  | SessionStore
  | OneTimeStore
  | SigningKeyStore
  | AuditStore
  | ConsentStore
  | PersonalData
  | TariffStore
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
export const layerMemory: Layer.Layer<Stores | ReadingBus | ServerSecret> = Layer.mergeAll(
  Memory.layer,
  Memory.layerBus,
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

/**
 * The database of DATABASE_URL, which several servers may share and so tell each other their news through it,
 * or the embedded one when there is none.
 */
export const layer = (
  config: ServerConfig
): Layer.Layer<Stores | ReadingBus, StorageError | EmbeddedPostgresError> => {
  if (config.databaseUrl === undefined) return Layer.merge(layerEmbedded(config.dataDir), Memory.layerBus)
  const options = { url: config.databaseUrl }
  return Layer.unwrap(
    Effect.map(isTimescale(options, config.storage), (isUsed) =>
      Layer.merge(layerHealth, PostgresReadingBus.layer).pipe(
        Layer.provideMerge((isUsed ? TimescaleStorage : PostgresStorage).layerOptions(options))
      )
    )
  )
}
