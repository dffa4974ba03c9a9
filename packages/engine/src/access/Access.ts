import {
  type Device,
  type DeviceId,
  DeviceStore,
  type Location,
  type LocationId,
  LocationStore,
  NotFound,
  type Page,
  type Principal,
  type StorageError
} from "@wattkit/core"
import { Effect } from "effect"
import { mayReach } from "./mayReach.ts"

/**
 * What of a tenant somebody reaches. What they do not reach is answered as what is not there; scopes are
 * looked at elsewhere.
 */
export interface Access {
  /**
   * The device; NotFound for one of another tenant or of a location that was not given, for one that was
   * removed, and for every other device when the credential is a device's.
   */
  readonly reachDevice: (principal: Principal, id: DeviceId) => Effect.Effect<Device, NotFound | StorageError>
  /** The location; NotFound for one that was not given or was removed. A device reaches the one it is at. */
  readonly reachLocation: (
    principal: Principal,
    id: LocationId
  ) => Effect.Effect<Location, NotFound | StorageError>
  /** The locations somebody reaches, by id; of few that were given, only those are looked up. */
  readonly locations: (
    principal: Principal,
    page: Page<LocationId>
  ) => Effect.Effect<ReadonlyArray<Location>, StorageError>
}

const deviceMissing = (id: DeviceId) => new NotFound({ what: "device", id })
const locationMissing = (id: LocationId) => new NotFound({ what: "location", id })

/** Whether a device that was looked up is one that somebody reaches. */
export const reaches = (principal: Principal, { id, locationId, removedAt }: Device): boolean =>
  removedAt === undefined &&
  (principal.deviceId === null || principal.deviceId === id) &&
  mayReach(principal, locationId)

/** What is there, or undefined. */
export const ifThere = <A, R>(
  found: Effect.Effect<A, NotFound | StorageError, R>
): Effect.Effect<A | undefined, StorageError, R> => Effect.catchTag(found, "NotFound", () => Effect.undefined)

/** Makes what finds out what somebody reaches. */
export const makeAccess: Effect.Effect<Access, never, DeviceStore | LocationStore> = Effect.gen(function* () {
  const deviceStore = yield* DeviceStore
  const locationStore = yield* LocationStore

  const reachDevice: Access["reachDevice"] = Effect.fnUntraced(function* (principal, id) {
    if (principal.deviceId !== null && principal.deviceId !== id) return yield* deviceMissing(id)
    const device = yield* deviceStore.get(principal.tenantId, id)
    return reaches(principal, device) ? device : yield* deviceMissing(id)
  })

  const reachLocation: Access["reachLocation"] = Effect.fnUntraced(function* (principal, id) {
    if (!mayReach(principal, id)) return yield* locationMissing(id)
    if (principal.deviceId !== null) {
      const own = yield* ifThere(reachDevice(principal, principal.deviceId))
      if (own?.locationId !== id) return yield* locationMissing(id)
    }
    const location = yield* locationStore.get(principal.tenantId, id)
    return location.removedAt === undefined ? location : yield* locationMissing(id)
  })

  /** The locations that were given to somebody; undefined when those are all of the tenant. */
  const givenTo = Effect.fnUntraced(function* (principal: Principal) {
    const { deviceId, locations } = principal
    if (deviceId === null) return locations ?? undefined
    const own = yield* ifThere(reachDevice(principal, deviceId))
    return own === undefined ? [] : [own.locationId]
  })

  return {
    reachDevice,
    reachLocation,
    locations: Effect.fnUntraced(function* (principal, page) {
      const given = yield* givenTo(principal)
      if (given === undefined) return yield* locationStore.list(principal.tenantId, page)
      const found: Array<Location> = []
      for (const id of [...new Set(given)].sort()) {
        if (found.length >= page.limit) break
        if (page.after !== undefined && id <= page.after) continue
        const location = yield* ifThere(locationStore.get(principal.tenantId, id))
        if (location !== undefined && location.removedAt === undefined) found.push(location)
      }
      return found
    })
  }
})
