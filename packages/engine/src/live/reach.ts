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
import { ifThere, makeAccess } from "../access/Access.ts"
import { requireScope } from "../authorise.ts"
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
  const { reachDevice, reachLocation } = yield* makeAccess

  const select = Effect.fnUntraced(function* (
    principal: Principal,
    { deviceIds, events, locationIds }: LiveFilter
  ): Effect.fn.Return<Selection, Forbidden | NotFound | StorageError> {
    yield* requireScope(principal, "read")
    const named = deviceIds ?? (principal.deviceId === null ? undefined : [principal.deviceId])
    for (const id of new Set(named)) yield* reachDevice(principal, id)
    // Beside devices that are named, locations are passed over.
    for (const id of new Set(deviceIds === undefined ? locationIds : [])) yield* reachLocation(principal, id)
    const placed = locationIds ?? principal.locations ?? undefined
    const selection: Selection = {
      deviceIds: named && namesOf(named),
      locationIds: named === undefined && placed !== undefined ? namesOf(placed) : undefined,
      events: events && namesOf(events)
    }
    return selection
  })

  const byDevice = Effect.fnUntraced(function* (tenantId: TenantId, ids: Iterable<DeviceId>) {
    const found = new Map<LocationId, Array<DeviceId>>()
    for (const id of ids) {
      // A device that is gone by now has no state.
      const device = yield* ifThere(devices.get(tenantId, id))
      if (device === undefined || device.removedAt !== undefined) continue
      found.set(device.locationId, [...(found.get(device.locationId) ?? []), id])
    }
    return [...found].map(([locationId, deviceIds]): Shown => ({ locationId, deviceIds }))
  })

  const isThere = (tenantId: TenantId, id: LocationId) =>
    Effect.map(
      ifThere(locations.get(tenantId, id)),
      (location) => location !== undefined && location.removedAt === undefined
    )

  const byLocation = (tenantId: TenantId, ids: Iterable<LocationId> | undefined) =>
    Stream.mapEffect(
      ids === undefined
        ? all<LocationId, StorageError>((page) => locations.list(tenantId, page))
        : Stream.filterEffect(Stream.fromIterable(ids), (id) => isThere(tenantId, id)),
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
