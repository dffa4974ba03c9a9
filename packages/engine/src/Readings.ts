import {
  type DeviceId,
  type DeviceReading,
  type DeviceStore,
  type LocationStore,
  type NotFound,
  type Principal,
  type Reading,
  type ReadingQuery,
  ReadingStore,
  type StorageError,
  type Instant
} from "@wattkit/core"
import { Context, Effect, Layer, Stream } from "effect"
import { makeAccess } from "./access/Access.ts"
import { requireScope } from "./authorise.ts"
import type { Forbidden } from "./Forbidden.ts"

type Failure = Forbidden | NotFound | StorageError

/** The one way out for readings: what is stored of a device, as far as the one who asks may see it. */
export class Readings extends Context.Service<
  Readings,
  {
    readonly latest: (
      principal: Principal,
      deviceId: DeviceId
    ) => Effect.Effect<ReadonlyArray<DeviceReading>, Failure>
    readonly page: (
      principal: Principal,
      query: ReadingQuery & { readonly after?: Instant.Instant | undefined; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<Reading>, Failure>
    readonly scan: (principal: Principal, query: ReadingQuery) => Stream.Stream<Reading, Failure>
  }
>()("@wattkit/engine/Readings") {
  static readonly layer: Layer.Layer<Readings, never, ReadingStore | DeviceStore | LocationStore> =
    Layer.suspend(() => Layer.effect(Readings, make))
}

const make = Effect.gen(function* () {
  const store = yield* ReadingStore
  const { reachDevice } = yield* makeAccess

  const reach = (principal: Principal, deviceId: DeviceId) =>
    Effect.andThen(requireScope(principal, "read"), reachDevice(principal, deviceId))

  return Readings.of({
    latest: (principal, deviceId) =>
      Effect.andThen(reach(principal, deviceId), store.latest(principal.tenantId, [deviceId])),
    page: (principal, query) =>
      Effect.andThen(reach(principal, query.deviceId), store.page(principal.tenantId, query)),
    scan: (principal, query) =>
      Stream.unwrap(Effect.as(reach(principal, query.deviceId), store.scan(principal.tenantId, query)))
  })
})
