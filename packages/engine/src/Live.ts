import {
  type DeviceId,
  DeviceStore,
  type LiveFilter,
  type LiveUpdate,
  type LocationId,
  LocationStore,
  type NotFound,
  type Page,
  type Principal,
  ReadingBus,
  ReadingStore,
  type StorageError
} from "@wattkit/core"
import { Context, Duration, Effect, Layer, Option, Stream } from "effect"
import { requireDevice, requireScope } from "./authorise.ts"
import { Coalesce } from "./Coalesce.ts"
import type { Forbidden } from "./Forbidden.ts"

/** Shows what is stored, while it is being stored. */
export class Live extends Context.Service<
  Live,
  {
    /**
     * The state of every location the filter reaches, then its news, at most one update a location and
     * interval. It is pulled: a slow consumer sees fewer updates, each of them new, and holds no more than
     * one reading a channel.
     */
    readonly updates: (
      principal: Principal,
      filter: LiveFilter
    ) => Stream.Stream<LiveUpdate, Forbidden | NotFound | StorageError>
  }
>()("@wattkit/engine/Live") {
  /** Live with the given time between two updates of one location. */
  static readonly layerWith = (
    interval: Duration.Input
  ): Layer.Layer<Live, never, ReadingStore | DeviceStore | LocationStore | ReadingBus> =>
    Layer.effect(Live, make(Duration.fromInputUnsafe(interval)))

  /** Live with at most five updates a second for each location. */
  static readonly layer = Layer.suspend(() => Live.layerWith("200 millis"))
}

/**
 * What a subscription shows: the devices it names at each location, and whether it shows others there too.
 */
interface Reach {
  readonly devices: ReadonlyMap<LocationId, ReadonlyArray<DeviceId>>
  readonly shows: (locationId: LocationId, deviceId: DeviceId) => boolean
}

const pageSize = 500

/** The ids of a whole list, page after page. */
const all = <Id extends string, E>(
  list: (page: Page<Id>) => Effect.Effect<ReadonlyArray<{ readonly id: Id }>, E>
): Effect.Effect<ReadonlyArray<Id>, E> =>
  Stream.paginate(undefined as Id | undefined, (after) =>
    Effect.map(list({ after, limit: pageSize }), (page) => {
      const last = page.length === pageSize ? page.at(-1) : undefined
      return [
        page.map((entry) => entry.id),
        Option.map(Option.fromUndefinedOr(last), (entry) => entry.id)
      ] as const
    })
  ).pipe(Stream.runCollect)

const makeReach = Effect.gen(function* () {
  const devices = yield* DeviceStore
  const locations = yield* LocationStore

  const byDevice = Effect.fnUntraced(function* (principal: Principal, ids: ReadonlyArray<DeviceId>) {
    const found = new Map<LocationId, Array<DeviceId>>()
    for (const id of new Set(ids)) {
      yield* requireDevice(principal, id)
      const { locationId } = yield* devices.get(principal.tenantId, id)
      found.set(locationId, [...(found.get(locationId) ?? []), id])
    }
    const wanted = new Set(ids)
    return { devices: found, shows: (_, deviceId) => wanted.has(deviceId) } satisfies Reach as Reach
  })

  const byLocation = Effect.fnUntraced(function* (
    principal: Principal,
    ids: ReadonlyArray<LocationId> | undefined
  ) {
    const { tenantId } = principal
    const found = new Map<LocationId, ReadonlyArray<DeviceId>>()
    for (const id of ids ??
      (yield* all<LocationId, StorageError>((page) => locations.list(tenantId, page)))) {
      yield* locations.get(tenantId, id)
      found.set(
        id,
        yield* all<DeviceId, StorageError>((page) => devices.list(tenantId, { ...page, locationId: id }))
      )
    }
    return { devices: found, shows: (id) => ids === undefined || found.has(id) } satisfies Reach as Reach
  })

  return (principal: Principal, { deviceIds, locationIds }: LiveFilter) => {
    const named = deviceIds ?? (principal.deviceId === null ? undefined : [principal.deviceId])
    return named === undefined ? byLocation(principal, locationIds) : byDevice(principal, named)
  }
})

const make = (interval: Duration.Duration) =>
  Effect.gen(function* () {
    const store = yield* ReadingStore
    const bus = yield* ReadingBus
    const reachOf = yield* makeReach

    const updates = (principal: Principal, filter: LiveFilter) =>
      Stream.unwrap(
        Effect.gen(function* () {
          yield* requireScope(principal, "read")
          const reach = yield* reachOf(principal, filter)
          const pending = new Coalesce(Duration.toMillis(interval))
          // Listening starts before the state is read, so that nothing falls between the two.
          yield* bus.listen(principal.tenantId, ({ locationId, readings }) =>
            pending.add(
              locationId,
              readings.filter((reading) => reach.shows(locationId, reading.deviceId))
            )
          )
          for (const [locationId, ids] of reach.devices) {
            pending.add(locationId, yield* store.latest(principal.tenantId, ids))
          }
          return Stream.fromEffectRepeat(pending.take).pipe(Stream.flattenIterable)
        })
      )

    return Live.of({ updates })
  })
