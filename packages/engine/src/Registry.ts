import {
  type AlreadyExists,
  type Device,
  type DeviceDraft,
  DeviceId,
  type DeviceStatus,
  DeviceStatusStore,
  DeviceStore,
  Instant,
  type Interval,
  type Location,
  type LocationDraft,
  LocationId,
  LocationStore,
  makeId,
  type NotFound,
  type Page,
  type Principal,
  type StorageError
} from "@wattkit/core"
import { Context, Effect, Layer, type Redacted } from "effect"
import { requireDevice, requireScope } from "./authorise.ts"
import { Credentials } from "./Credentials.ts"
import type { Forbidden } from "./Forbidden.ts"

/** A device just registered, with the credential that nobody can learn again. */
export interface RegisteredDevice {
  readonly device: Device
  readonly credential: Redacted.Redacted
}

type Failure = Forbidden | NotFound | StorageError

/** Locations and devices, as far as the one who asks may see and change them. */
export class Registry extends Context.Service<
  Registry,
  {
    readonly createLocation: (
      principal: Principal,
      draft: LocationDraft & { readonly id?: LocationId | undefined }
    ) => Effect.Effect<Location, AlreadyExists | Failure>
    readonly location: (principal: Principal, id: LocationId) => Effect.Effect<Location, Failure>
    readonly locations: (
      principal: Principal,
      page: Page<LocationId>
    ) => Effect.Effect<ReadonlyArray<Location>, Forbidden | StorageError>
    readonly registerDevice: (
      principal: Principal,
      locationId: LocationId,
      draft: DeviceDraft & { readonly id?: DeviceId | undefined }
    ) => Effect.Effect<RegisteredDevice, AlreadyExists | Failure>
    readonly device: (principal: Principal, id: DeviceId) => Effect.Effect<Device, Failure>
    /** When a device fell silent and when it was heard again, and how it was at the start of the interval. */
    readonly statusHistory: (
      principal: Principal,
      id: DeviceId,
      within: Interval.Interval
    ) => Effect.Effect<ReadonlyArray<DeviceStatus>, Failure>
    /** The devices of one location; the location must be there. */
    readonly devices: (
      principal: Principal,
      locationId: LocationId,
      page: Page<DeviceId>
    ) => Effect.Effect<ReadonlyArray<Device>, Failure>
  }
>()("@wattkit/engine/Registry") {
  static readonly layer = Layer.suspend(() => Layer.effect(Registry, make))
}

const freshId = (prefix: string, now: number) =>
  makeId(prefix, now, crypto.getRandomValues(new Uint8Array(16)))

const make = Effect.gen(function* () {
  const locationStore = yield* LocationStore
  const deviceStore = yield* DeviceStore
  const credentials = yield* Credentials
  const statuses = yield* DeviceStatusStore

  const location = (principal: Principal, id: LocationId) =>
    Effect.andThen(requireScope(principal, "read"), locationStore.get(principal.tenantId, id))

  const device = (principal: Principal, id: DeviceId) =>
    requireScope(principal, "read").pipe(
      Effect.andThen(requireDevice(principal, id)),
      Effect.andThen(deviceStore.get(principal.tenantId, id))
    )

  return Registry.of({
    location,
    locations: (principal, page) =>
      Effect.andThen(requireScope(principal, "read"), locationStore.list(principal.tenantId, page)),

    createLocation: Effect.fn("Registry.createLocation")(function* (principal, { id, ...draft }) {
      yield* requireScope(principal, "manage")
      const now = yield* Instant.now
      const { tenantId } = principal
      const made = { ...draft, id: id ?? LocationId.make(freshId("loc", now)), tenantId, createdAt: now }
      yield* locationStore.add(made)
      return made
    }),

    device,
    statusHistory: (principal, id, within) =>
      Effect.andThen(device(principal, id), statuses.history(principal.tenantId, id, within)),

    devices: (principal, locationId, page) =>
      Effect.andThen(
        location(principal, locationId),
        deviceStore.list(principal.tenantId, { ...page, locationId })
      ),

    registerDevice: Effect.fn("Registry.registerDevice")(function* (principal, locationId, { id, ...draft }) {
      yield* requireScope(principal, "manage")
      const now = yield* Instant.now
      const { tenantId } = principal
      const device = {
        ...draft,
        id: id ?? DeviceId.make(freshId("dev", now)),
        tenantId,
        locationId,
        createdAt: now
      }
      yield* deviceStore.add(device)
      const credential = yield* credentials.issue({
        tenantId,
        name: draft.name,
        scopes: ["ingest", "read"],
        deviceId: device.id
      })
      return { device, credential }
    })
  })
})
