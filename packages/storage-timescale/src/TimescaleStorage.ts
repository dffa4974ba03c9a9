import { PgClient } from "@effect/sql-pg"
import type { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Config, Effect, Layer } from "effect"
import { assertMigrated, migrate } from "./migrate.ts"
import { assertUnlimited, pool } from "./session.ts"
import * as Upkeep from "./TimescaleStorageUpkeep.ts"

export { compress } from "./compress.ts"
export { demand, detect, type Detected, obstacle } from "./detect.ts"
export { migrate } from "./migrate.ts"
export { pool } from "./session.ts"

/** Connections to the database of the options. */
export const layerClient = (
  options: PostgresStorage.Options
): Layer.Layer<PostgresStorage.Clients, StorageError> =>
  PostgresStorage.refusing(PgClient.layer({ url: options.url, ...pool(options) }))

const stores = Upkeep.layer.pipe(Layer.provideMerge(PostgresStorage.layerMigrated))

/** Every store over a client made with `pool`, after the schema was brought up to date. */
export const layer: Layer.Layer<PostgresStorage.Stores, StorageError, PostgresStorage.Clients> = stores.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.andThen(migrate, assertUnlimited)))
)

/** As `layer`, for a role that may not change the schema: one that is not up to date is refused. */
export const layerMigrated: Layer.Layer<PostgresStorage.Stores, StorageError, PostgresStorage.Clients> =
  stores.pipe(Layer.provideMerge(Layer.effectDiscard(Effect.andThen(assertMigrated, assertUnlimited))))

/** Every store, and the client for `ping`, in the database of the options. */
export const layerOptions = (
  options: PostgresStorage.Options
): Layer.Layer<PostgresStorage.Stores | PostgresStorage.Clients, StorageError> =>
  Layer.provideMerge(layer, layerClient(options))

/** As `layerOptions`, from configuration such as `{ url: Config.Redacted("DATABASE_URL") }`. */
export const layerConfig = (
  config: Config.Wrap<PostgresStorage.Options>
): Layer.Layer<PostgresStorage.Stores | PostgresStorage.Clients, StorageError | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(config), layerOptions))
