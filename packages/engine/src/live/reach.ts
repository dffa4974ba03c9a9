import {
  type DeviceId,
  DeviceStore,
  type LiveFilter,
  type LocationId,
  LocationStore,
  type NotFound,
  type Page,
  type Principal,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import { requireDevice, requireScope } from "../authorise.ts"
import type { Forbidden } from "../Forbidden.ts"
import { namesOf, type Selection } from "./LiveListener.ts"

/** A location and those of its devices that are shown. */
export interface Shown {
  readonly locationId: LocationId
  readonly deviceIds: ReadonlyArray<DeviceId>
}

const pageSize = 500

/** The ids of a whole list, page after page. */
const all = <Id extends string, E>(
  list: (page: Page<Id>) => Effect.Effect<ReadonlyArray<{ readonly id: Id }>, E>
): Stream.Stream<Id, E> =>
  Stream.paginate(undefined as Id | undefined, (after) =>
    Effect.map(list({ after, limit: pageSize }), (page) => {
      const last = page.length === pageSize ? page.at(-1) : undefined
      return [
        page.map((entry) => entry.id),
        Option.map(Option.fromUndefinedOr(last), (entry) => entry.id)
      ] as const
    })
  )

/** Makes what finds out what a principal may see of what a filter names, and where its state is. */
export const makeReach = Effect.gen(function* () {
  const devices = yield* DeviceStore
  const locations = yield* LocationStore

  const select = Effect.fnUntraced(function* (
    principal: Principal,
    { deviceIds, events, locationIds }: LiveFilter
  ): Effect.fn.Return<Selection, Forbidden | NotFound | StorageError> {
    yield* requireScope(principal, "read")
    const named = deviceIds ?? (principal.deviceId === null ? undefined : [principal.deviceId])
    const selection: Selection = {
      deviceIds: named && namesOf(named),
      locationIds: named === undefined && locationIds !== undefined ? namesOf(locationIds) : undefined,
      events: events && namesOf(events)
    }
    for (const id of selection.deviceIds ?? []) {
      yield* requireDevice(principal, id)
      yield* devices.get(principal.tenantId, id)
    }
    for (const id of selection.locationIds ?? []) yield* locations.get(principal.tenantId, id)
    return selection
  })

  const byDevice = Effect.fnUntraced(function* (tenantId: TenantId, ids: Iterable<DeviceId>) {
    const found = new Map<LocationId, Array<DeviceId>>()
    for (const id of ids) {
      // A device that is gone by now has no state.
      const device = yield* Effect.catchTag(devices.get(tenantId, id), "NotFound", () => Effect.undefined)
      if (device === undefined) continue
      found.set(device.locationId, [...(found.get(device.locationId) ?? []), id])
    }
    return [...found].map(([locationId, deviceIds]): Shown => ({ locationId, deviceIds }))
  })

  const byLocation = (tenantId: TenantId, ids: Iterable<LocationId> | undefined) =>
    Stream.mapEffect(
      ids === undefined
        ? all<LocationId, StorageError>((page) => locations.list(tenantId, page))
        : Stream.fromIterable(ids),
      (locationId) =>
        all<DeviceId, StorageError>((page) => devices.list(tenantId, { ...page, locationId })).pipe(
          Stream.runCollect,
          Effect.map((deviceIds): Shown => ({ locationId, deviceIds }))
        )
    )

  const shown = (
    tenantId: TenantId,
    { deviceIds, locationIds }: Selection
  ): Stream.Stream<Shown, StorageError> =>
    deviceIds === undefined
      ? byLocation(tenantId, locationIds)
      : Stream.flattenIterable(Stream.fromEffect(byDevice(tenantId, deviceIds)))

  return { select, shown }
})
