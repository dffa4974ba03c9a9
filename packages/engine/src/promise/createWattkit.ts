import {
  ApiKeyId,
  type ApiKeyStore,
  type AuditStore,
  type BindingStore,
  type DeadLetterStore,
  type Device,
  type DeviceReading,
  type DeviceStatusStore,
  type DeviceStore,
  Instant,
  layerServerSecret,
  type LiveUpdate,
  type Location,
  type LocationStore,
  type MembershipStore,
  Memory,
  type OneTimeStore,
  type Principal,
  programOf,
  type QuarantineStore,
  type Reading,
  type ReadingStore,
  type Retention,
  type SessionStore,
  type SigningKeyStore,
  type StorageUpkeep,
  Submission,
  type TariffStore,
  TenantId,
  TenantStore,
  type UsageStore,
  type UserStore
} from "@wattkit/core"
import { type Context, Effect, Layer, ManagedRuntime, Stream } from "effect"
import { Ingest } from "../Ingest.ts"
import type { IngestResult } from "../ingest/IngestResult.ts"
import { keptFor } from "../keptFor.ts"
import { layer as services } from "../layer.ts"
import { Live } from "../Live.ts"
import { Readings } from "../Readings.ts"
import { Registry } from "../registry/Registry.ts"
import { Upkeep } from "../Upkeep.ts"
import { type CorrectionMethods, correctionMethods } from "./corrections.ts"
import {
  decodeDevice,
  decodeDeviceId,
  decodeFilter,
  decodeLocation,
  decodeQuery,
  type DeviceInput,
  type FilterInput,
  type LocationInput,
  type QueryInput
} from "./inputs.ts"
import type { Runner } from "./Runner.ts"
import { type UsageMethods, usageMethods } from "./usage.ts"

/** What a storage brings: every store of core. */
export type Storage<E = unknown> = Layer.Layer<
  | ReadingStore
  | UsageStore
  | QuarantineStore
  | BindingStore
  | DeadLetterStore
  | StorageUpkeep
  | DeviceStatusStore
  | DeviceStore
  | UserStore
  | MembershipStore
  | SessionStore
  | OneTimeStore
  | SigningKeyStore
  | AuditStore
  | TariffStore
  | LocationStore
  | ApiKeyStore
  | TenantStore,
  E
>

/** What to build wattkit from. */
export interface Options {
  /** Where everything is kept; memory when it is left out. */
  readonly storage?: Storage
  /** Whose data this is. One app usually has one tenant; the default is `app`. */
  readonly tenant?: string
  /** For how many days records are kept; what is left out is kept for good. */
  readonly retention?: Partial<Retention>
}

/** What devices say, and what is shown of it. */
export interface ReadingMethods {
  readonly createLocation: (input: LocationInput) => Promise<Location>
  readonly registerDevice: (input: DeviceInput) => Promise<Device>
  /** Stores one reading or a list of them; resolves when they are stored. */
  readonly ingest: (deviceId: string, body: unknown) => Promise<IngestResult>
  readonly latest: (deviceId: string) => Promise<ReadonlyArray<DeviceReading>>
  readonly readings: (query: QueryInput) => AsyncIterable<Reading>
  readonly live: (filter?: FilterInput) => AsyncIterable<LiveUpdate>
}

/**
 * The pipeline as promises and async iterables. It holds no logic: every method is one call of the engine.
 */
export interface Wattkit extends ReadingMethods, CorrectionMethods, UsageMethods {
  readonly close: () => Promise<void>
}

/** An app decides for itself what it gives up; fifty years are longer than anything was measured. */
const forGood: Retention = {
  readingDays: 18_250,
  quarterHourDays: 18_250,
  hourDays: 18_250,
  dayDays: 18_250,
  deadLetterDays: 18_250,
  settledDays: 18_250
}

/** The app that embeds wattkit is trusted with everything of its tenant. */
const ownerOf = (tenantId: TenantId): Principal =>
  programOf(tenantId, ApiKeyId.make("embedded"), ["read", "ingest", "correct", "manage"])

const ensureTenant = Effect.fnUntraced(function* (id: TenantId) {
  const tenants = yield* TenantStore
  const add = Effect.flatMap(Instant.now, (createdAt) => tenants.add({ id, name: id, createdAt }))
  yield* Effect.catchTag(add, "AlreadyExists", () => Effect.void)
})

/** The methods that need no more than a line. */
const readingMethods = ({
  iterable,
  owner,
  run
}: Runner<Registry | Ingest | Readings | Live>): ReadingMethods => ({
  createLocation: async (input) => {
    const draft = decodeLocation(input)
    return run(Registry.use((registry) => registry.createLocation(owner, draft)))
  },
  registerDevice: async (input) => {
    const { locationId, ...draft } = decodeDevice(input)
    const registered = Registry.use((registry) => registry.registerDevice(owner, locationId, draft))
    return run(Effect.map(registered, ({ device }) => device))
  },
  ingest: async (deviceId, body) => {
    const id = decodeDeviceId(deviceId)
    return run(Ingest.use((ingest) => ingest.ingest(owner, id, Submission.decode(body))))
  },
  latest: async (deviceId) => {
    const id = decodeDeviceId(deviceId)
    return run(Readings.use((readings) => readings.latest(owner, id)))
  },
  readings: (query) =>
    iterable(Stream.unwrap(Readings.useSync((readings) => readings.scan(owner, decodeQuery(query))))),
  live: (filter = {}) =>
    iterable(Stream.unwrap(Live.useSync((live) => live.updates(owner, decodeFilter(filter)))))
})

const runnerOf = <R>(context: Context.Context<R>, owner: Principal): Runner<R> => ({
  owner,
  run: (effect) => Effect.runPromiseWith(context)(effect),
  iterable: (stream) => Stream.toAsyncIterableWith(stream, context)
})

/**
 * Builds wattkit inside an app. The promise resolves when the storage is ready; from then on usage is kept up
 * to date beside the app's own work, until it is closed.
 */
export const createWattkit = async (options: Options = {}): Promise<Wattkit> => {
  const storage: Storage = options.storage ?? Memory.layer
  const runtime = ManagedRuntime.make(
    Layer.merge(services, Upkeep.layer).pipe(
      // Nobody signs in here, so nothing is sealed that another process would have to open.
      Layer.provide(Layer.suspend(() => layerServerSecret(crypto.getRandomValues(new Uint8Array(32))))),
      Layer.provideMerge(storage),
      Layer.provideMerge(Memory.layerBus),
      Layer.provide(Layer.succeed(keptFor, { ...forGood, ...options.retention }))
    )
  )
  const tenantId = TenantId.make(options.tenant ?? "app")
  await runtime.runPromise(ensureTenant(tenantId))
  const runner = runnerOf(await runtime.context(), ownerOf(tenantId))
  return {
    ...readingMethods(runner),
    ...correctionMethods(runner),
    ...usageMethods(runner),
    close: () => runtime.dispose()
  }
}
