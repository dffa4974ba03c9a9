import { PgClient } from "@effect/sql-pg"
import type {
  ApiKeyStore,
  AuditStore,
  BindingStore,
  ConsentStore,
  DeadLetterStore,
  DeviceStatusStore,
  DeviceStore,
  IdempotencyStore,
  JobStore,
  LocationStore,
  MembershipStore,
  NotificationStore,
  OneTimeStore,
  PersonalData,
  QuarantineStore,
  ReadingStore,
  SessionStore,
  SigningKeyStore,
  StorageError,
  StorageUpkeep,
  TariffStore,
  TenantStore,
  UsageStore,
  UserStore
} from "@wattkit/core"
import { Config, Effect, Layer, type Redacted } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as Health from "./health.ts"
import * as HotConnections from "./hot/HotConnections.ts"
import * as Audit from "./identity/PostgresAuditStore.ts"
import * as Consents from "./identity/PostgresConsentStore.ts"
import * as Memberships from "./identity/PostgresMembershipStore.ts"
import * as OneTimes from "./identity/PostgresOneTimeStore.ts"
import * as Personal from "./identity/PostgresPersonalData.ts"
import * as Sessions from "./identity/PostgresSessionStore.ts"
import * as SigningKeys from "./identity/PostgresSigningKeyStore.ts"
import * as Users from "./identity/PostgresUserStore.ts"
import { assertMigrated, migrate } from "./migrate.ts"
import * as DeadLetters from "./records/PostgresDeadLetterStore.ts"
import * as Idempotency from "./records/PostgresIdempotencyStore.ts"
import * as ApiKeys from "./registry/PostgresApiKeyStore.ts"
import * as Bindings from "./registry/PostgresBindingStore.ts"
import * as Statuses from "./registry/PostgresDeviceStatusStore.ts"
import * as Devices from "./registry/PostgresDeviceStore.ts"
import * as Locations from "./registry/PostgresLocationStore.ts"
import * as Quarantine from "./PostgresQuarantineStore.ts"
import * as Readings from "./PostgresReadingStore.ts"
import * as Tariffs from "./tariffs/PostgresTariffStore.ts"
import * as Upkeep from "./PostgresStorageUpkeep.ts"
import * as Tenants from "./registry/PostgresTenantStore.ts"
import * as Usage from "./PostgresUsageStore.ts"
import * as TenantSessions from "./tenancy/Sessions.ts"
import { asStorageError } from "./storageError.ts"
import * as Jobs from "./work/PostgresJobStore.ts"
import * as Notifications from "./work/PostgresNotificationStore.ts"

export { grant, migrate, prepareServing } from "./migrate.ts"
export { ping } from "./health.ts"
export { asStorageError, orStorageError } from "./storageError.ts"
export { acrossTenants, forTenant } from "./tenancy/CurrentTenant.ts"
export { layer as layerSessions } from "./tenancy/Sessions.ts"

/** Every store this package implements. */
export type Stores =
  | ReadingStore
  | DeviceStore
  | LocationStore
  | TenantStore
  | ApiKeyStore
  | UsageStore
  | StorageUpkeep
  | QuarantineStore
  | DeviceStatusStore
  | BindingStore
  | DeadLetterStore
  | UserStore
  | MembershipStore
  | SessionStore
  | OneTimeStore
  | SigningKeyStore
  | AuditStore
  | ConsentStore
  | PersonalData
  | TariffStore
  | IdempotencyStore
  | JobStore
  | NotificationStore

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
  // Requests are short: compiling their plans would take longer than running them.
  jit: "off",
  ...(schema === undefined ? {} : { search_path: schema })
})

/** The pool the stores count on: its time-outs, its durability, 20 connections unless said otherwise. */
export const pool = (options: Omit<Options, "url"> = {}) => ({
  maxConnections: options.maxConnections ?? 20,
  connectTimeout: "5 seconds" as const,
  applicationName: "wattkit",
  startupParameters: session(options.schema)
})

/** What talks to the database; `ping` and `migrate` need it. */
export type Clients = PgClient.PgClient | SqlClient.SqlClient

/** The connections of a client, whose refusal is a StorageError. */
export const refusing = <R>(
  client: Layer.Layer<Clients, SqlError.SqlError, R>
): Layer.Layer<Clients, StorageError, R> =>
  Layer.catch(client, (error) => Layer.effectContext(asStorageError(Effect.fail(error))))

/** Connections to the database of the options. */
export const layerClient = (options: Options): Layer.Layer<Clients, StorageError> =>
  refusing(PgClient.layer({ url: options.url, ...pool(options) }))

const stores: Layer.Layer<Stores, StorageError, Clients> = Layer.mergeAll(
  Layer.provide(Readings.layer, HotConnections.layer()),
  Devices.layer,
  Locations.layer,
  Tenants.layer,
  ApiKeys.layer,
  Usage.layer,
  Upkeep.layer,
  Quarantine.layer,
  Statuses.layer,
  Bindings.layer,
  Users.layer,
  Memberships.layer,
  Sessions.layer,
  OneTimes.layer,
  SigningKeys.layer,
  Audit.layer,
  Consents.layer,
  Personal.layer,
  Tariffs.layer,
  DeadLetters.layer,
  Idempotency.layer,
  Jobs.layer,
  Notifications.layer
).pipe(Layer.provide(TenantSessions.layer))

/** Every store over a client, after the schema was brought up to date and the server was found durable. */
export const layer: Layer.Layer<Stores, StorageError, Clients> = stores.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.andThen(Health.assertDurable, migrate)))
)

/** As `layer`, for a role that may not change the schema: one that is not up to date is refused. */
export const layerMigrated: Layer.Layer<Stores, StorageError, Clients> = stores.pipe(
  Layer.provideMerge(Layer.effectDiscard(Effect.andThen(Health.assertDurable, assertMigrated)))
)

/** Every store, and the client for `ping`, in the database of the options. */
export const layerOptions = (options: Options): Layer.Layer<Stores | Clients, StorageError> =>
  Layer.provideMerge(layer, layerClient(options))

/** As `layerOptions`, from configuration such as `{ url: Config.Redacted("DATABASE_URL") }`. */
export const layerConfig = (
  config: Config.Wrap<Options>
): Layer.Layer<Stores | Clients, StorageError | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(config), layerOptions))
