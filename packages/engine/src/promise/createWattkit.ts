import {
  ApiKeyId,
  type ApiKeyStore,
  type Device,
  type DeviceReading,
  type DeviceStore,
  Instant,
  type LiveUpdate,
  type Location,
  type LocationStore,
  Memory,
  type Principal,
  type Reading,
  type ReadingStore,
  Submission,
  TenantId,
  TenantStore
} from "@wattkit/core"
import { Effect, Layer, ManagedRuntime, Stream } from "effect"
import { Ingest, type IngestResult } from "../Ingest.ts"
import { layer as services } from "../layer.ts"
import { Live } from "../Live.ts"
import { Readings } from "../Readings.ts"
import { Registry } from "../Registry.ts"
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

/** What a storage brings: every store of core. */
export type Storage<E = unknown> = Layer.Layer<
  ReadingStore | DeviceStore | LocationStore | ApiKeyStore | TenantStore,
  E
>

/** What to build wattkit from. */
export interface Options {
  /** Where everything is kept; memory when it is left out. */
  readonly storage?: Storage
  /** Whose data this is. One app usually has one tenant; the default is `app`. */
  readonly tenant?: string
}

/**
 * The pipeline as promises and async iterables. It holds no logic: every method is one call of the engine.
 */
export interface Wattkit {
  readonly createLocation: (input: LocationInput) => Promise<Location>
  readonly registerDevice: (input: DeviceInput) => Promise<Device>
  /** Stores one reading or a list of them; resolves when they are stored. */
  readonly ingest: (deviceId: string, body: unknown) => Promise<IngestResult>
  readonly latest: (deviceId: string) => Promise<ReadonlyArray<DeviceReading>>
  readonly readings: (query: QueryInput) => AsyncIterable<Reading>
  readonly live: (filter?: FilterInput) => AsyncIterable<LiveUpdate>
  readonly close: () => Promise<void>
}

/** The app that embeds wattkit is trusted with everything of its tenant. */
const ownerOf = (tenantId: TenantId): Principal => ({
  tenantId,
  keyId: ApiKeyId.make("embedded"),
  scopes: ["read", "ingest", "manage"],
  deviceId: null
})

const ensureTenant = Effect.fnUntraced(function* (id: TenantId) {
  const tenants = yield* TenantStore
  const add = Effect.flatMap(Instant.now, (createdAt) => tenants.add({ id, name: id, createdAt }))
  yield* Effect.catchTag(add, "AlreadyExists", () => Effect.void)
})

/** Builds wattkit inside an app. The promise resolves when the storage is ready. */
export const createWattkit = async (options: Options = {}): Promise<Wattkit> => {
  const storage: Storage = options.storage ?? Memory.layer
  const runtime = ManagedRuntime.make(
    services.pipe(Layer.provideMerge(storage), Layer.provideMerge(Memory.layerBus))
  )
  const tenantId = TenantId.make(options.tenant ?? "app")
  const owner = ownerOf(tenantId)
  await runtime.runPromise(ensureTenant(tenantId))
  const context = await runtime.context()
  const iterable = <A, E>(stream: Stream.Stream<A, E, Live | Readings>): AsyncIterable<A> =>
    Stream.toAsyncIterableWith(stream, context)

  return {
    createLocation: (input) =>
      runtime.runPromise(Registry.use((registry) => registry.createLocation(owner, decodeLocation(input)))),
    registerDevice: (input) =>
      runtime.runPromise(
        Registry.use((registry) => {
          const { locationId, ...draft } = decodeDevice(input)
          return registry.registerDevice(owner, locationId, draft)
        }).pipe(Effect.map((registered) => registered.device))
      ),
    ingest: (deviceId, body) =>
      runtime.runPromise(
        Ingest.use((ingest) => ingest.ingest(owner, decodeDeviceId(deviceId), Submission.decode(body)))
      ),
    latest: (deviceId) =>
      runtime.runPromise(Readings.use((readings) => readings.latest(owner, decodeDeviceId(deviceId)))),
    readings: (query) =>
      iterable(Stream.unwrap(Readings.useSync((readings) => readings.scan(owner, decodeQuery(query))))),
    live: (filter = {}) =>
      iterable(Stream.unwrap(Live.useSync((live) => live.updates(owner, decodeFilter(filter))))),
    close: () => runtime.dispose()
  }
}
