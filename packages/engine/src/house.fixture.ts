import {
  ApiKeyId,
  DeviceId,
  Instant,
  LocationId,
  Memory,
  type Principal,
  TenantId,
  TenantStore
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { layer as services } from "./layer.ts"
import { decodeDevice, decodeLocation } from "./promise/inputs.ts"
import { Registry } from "./registry/Registry.ts"

/** The instant at which the tests of the engine begin. */
export const now = Instant.fromStringOrThrow("2026-06-01T10:00:00Z")

export const tenantId = TenantId.make("t1")
export const houseId = LocationId.make("house")
export const meter = DeviceId.make("meter")

/** A principal that may do everything in its tenant, unless told otherwise. */
export const principal = (over: Partial<Principal> = {}): Principal => ({
  tenantId,
  by: { kind: "key", id: ApiKeyId.make("k1"), userId: null },
  scopes: ["read", "ingest", "correct", "manage"],
  deviceId: null,
  locations: null,
  ...over
})

/** Registers one more device at the house. */
export const register = (id: string) =>
  Registry.use((registry) => {
    const { locationId, ...draft } = decodeDevice({
      id,
      locationId: houseId,
      name: id,
      role: "load",
      kind: "plug"
    })
    return registry.registerDevice(principal(), locationId, draft)
  })

/** One tenant with one location and one meter, in memory, at `now`. */
export const seed = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  const tenants = yield* TenantStore
  const registry = yield* Registry
  yield* tenants.add({ id: tenantId, name: "One", createdAt: now })
  const house = { id: houseId, name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
  yield* registry.createLocation(principal(), decodeLocation(house))
  yield* register(meter)
})

/** Every service over the given stores. */
export const over = (stores: typeof Memory.layer) =>
  services.pipe(Layer.provideMerge(stores), Layer.provideMerge(Memory.layerBus))

/** Every service over memory. */
export const layer = over(Memory.layer)
