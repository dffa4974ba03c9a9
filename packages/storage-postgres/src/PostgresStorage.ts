import { PgClient } from "@effect/sql-pg"
import type { ApiKeyStore, DeviceStore, LocationStore, ReadingStore, TenantStore } from "@wattkit/core"
import { StorageError } from "@wattkit/core"
import { Config, Effect, Layer, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as Health from "./health.ts"
import { assertMigrated, migrate } from "./migrate.ts"
import * as ApiKeys from "./PostgresApiKeyStore.ts"
import * as Devices from "./PostgresDeviceStore.ts"
import * as Locations from "./PostgresLocationStore.ts"
import * as Readings from "./PostgresReadingStore.ts"
import * as Tenants from "./PostgresTenantStore.ts"
import { fromSqlError } from "./storageError.ts"

export { migrate } from "./migrate.ts"
export { ping } from "./health.ts"

/** Every store this package implements. */
export type Stores = ReadingStore | DeviceStore | LocationStore | TenantStore | ApiKeyStore

/** How to reach a PostgreSQL of version 15 or later. */
export interface Options {
  /** `postgres://user:password@host:port/database`. */
  readonly url: Redacted.Redacted
  /** The most connections of this process; 20 by default. */
  readonly maxConnections?: number | undefined
  /** The schema the tables are in; the search path of the role by default. */
  readonly schema?: string | undefined
}

/**
 * What every session begins with. The time-outs end a statement, a wait for a lock and a transaction that its
 * client forgot, before the caller's own patience ends.
 */
const session = (schema: string | undefined): Readonly<Record<string, string>> => ({
  statement_timeout: "20s",
  lock_timeout: "10s",
  idle_in_transaction_session_timeout: "30s",
  synchronous_commit: "on",
  timezone: "UTC",
  ...(schema === undefined ? {} : { search_path: schema })
})

/** Connections with the time-outs and the durability the stores count on. */
export const layerClient = (
  options: Options
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, StorageError> =>
  Layer.catch(
    PgClient.layer({
      url: options.url,
      maxConnections: options.maxConnections ?? 20,
      connectTimeout: "5 seconds",
      applicationName: "wattkit",
      startupParameters: session(options.schema)
    }),
    (error) => {
      const known = fromSqlError(error)
      return Layer.effectContext(known === undefined ? Effect.die(error) : Effect.fail(known))
    }
  )

const stores: Layer.Layer<Stores, never, SqlClient.SqlClient> = Layer.mergeAll(
  Readings.layer,
  Devices.layer,
  Locations.layer,
  Tenants.layer,
  ApiKeys.layer
)

/** Every store over a client, after the schema was brought up to date and the server was found durable. */
export const layer: Layer.Layer<Stores, StorageError, SqlClient.SqlClient> = stores.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.andThen(Health.assertDurable, migrate)))
)

/** As `layer`, for a role that may not change the schema: one that is not up to date is refused. */
export const layerMigrated: Layer.Layer<Stores, StorageError, SqlClient.SqlClient> = stores.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.andThen(Health.assertDurable, assertMigrated)))
)

/** Every store, and the client for `ping`, in the database of the options. */
export const layerOptions = (
  options: Options
): Layer.Layer<Stores | PgClient.PgClient | SqlClient.SqlClient, StorageError> =>
  Layer.provideMerge(layer, layerClient(options))

/** As `layerOptions`, from configuration such as `{ url: Config.redacted("DATABASE_URL") }`. */
export const layerConfig = (
  config: Config.Wrap<Options>
): Layer.Layer<Stores | PgClient.PgClient | SqlClient.SqlClient, StorageError | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(config), layerOptions))
