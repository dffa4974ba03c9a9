import {
  ApiKeyId,
  type Device,
  DeviceId,
  DeviceStore,
  type Location,
  LocationId,
  LocationStore,
  type Tenant,
  TenantId,
  TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { epoch } from "../arbitraries/readings.ts"

/**
 * A prefix of this run, so that a database which outlives it can be used again. Its first character sorts
 * above every suffix, and all ids of a run share it: their order is that of what follows.
 */
const run = globalThis.crypto.randomUUID().slice(0, 8)
let made = 0

const fresh = (suffix: string): string => `${run}-${(made++).toString(36).padStart(5, "0")}-${suffix}`

/** The instant a number of seconds after a fixed one. */
export const at = (seconds: number): Tenant["createdAt"] => (epoch + seconds * 1000) as Tenant["createdAt"]

/** A device id that no device has yet. */
export const freshDeviceId = (suffix = "d"): DeviceId => DeviceId.make(fresh(suffix))

/** A location id that no location has yet. */
export const freshLocationId = (suffix = "l"): LocationId => LocationId.make(fresh(suffix))

/** An API key id that no key has yet. */
export const freshApiKeyId = (suffix = "k"): ApiKeyId => ApiKeyId.make(fresh(suffix))

/** A tenant that is not added yet. */
export const freshTenant = (over: Partial<Tenant> = {}): Tenant => ({
  id: TenantId.make(fresh("t")),
  name: "Ada",
  createdAt: at(0),
  ...over
})

/** A location that is not added yet. */
export const freshLocation = (tenantId: TenantId, over: Partial<Location> = {}): Location => ({
  id: freshLocationId(),
  tenantId,
  name: "Garden house",
  kind: "house",
  zone: "Europe/Berlin" as Location["zone"],
  currency: "EUR" as Location["currency"],
  createdAt: at(1),
  ...over
})

/** A device that is not added yet. */
export const freshDevice = (place: Location, over: Partial<Device> = {}): Device => ({
  id: freshDeviceId(),
  tenantId: place.tenantId,
  locationId: place.id,
  name: "Meter",
  role: "grid",
  kind: "grid_meter",
  parentId: null,
  createdAt: at(2),
  ...over
})

/** Adds a tenant. */
export const addTenant = Effect.gen(function* () {
  const tenant = freshTenant()
  yield* (yield* TenantStore).add(tenant)
  return tenant
})

/** Adds a tenant with one location. */
export const addLocation = Effect.gen(function* () {
  const place = freshLocation((yield* addTenant).id)
  yield* (yield* LocationStore).add(place)
  return place
})

/** Adds a tenant with one location and so many devices, in the order of their ids. */
export const addDevices = Effect.fnUntraced(function* (count: number) {
  const place = yield* addLocation
  const store = yield* DeviceStore
  const deviceIds: Array<DeviceId> = []
  for (let i = 0; i < count; i++) {
    const device = freshDevice(place)
    yield* store.add(device)
    deviceIds.push(device.id)
  }
  return { tenantId: place.tenantId, place, deviceIds }
})
