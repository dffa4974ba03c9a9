import {
  DeviceId,
  DeviceStore,
  Instant,
  LocationId,
  LocationStore,
  Money,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { Effect } from "effect"

/** Two tenants who have everything by the same ids, each with its own name in all that is text. */
export const tenants = [TenantId.make("ada"), TenantId.make("eve")] as const

export const locationId = LocationId.make("house")

export const deviceIds = Array.from({ length: 5 }, (_, i) => DeviceId.make(`meter-${i}`))

export const createdAt = Instant.fromStringOrThrow("2026-05-01T00:00:00Z")

/** A text that says whose it is. */
export const marked = (tenantId: TenantId, text = "text"): string => `${text} of ${tenantId}`

/** Adds a tenant with a location and its devices. */
export const addTenant = Effect.fnUntraced(function* (tenantId: TenantId) {
  yield* (yield* TenantStore).add({ id: tenantId, name: marked(tenantId), createdAt })
  const named = { tenantId, name: marked(tenantId), createdAt }
  yield* (yield* LocationStore).add({
    ...named,
    id: locationId,
    kind: "house",
    zone: TimeZone.utc,
    currency: Money.Currency.make("EUR")
  })
  const devices = yield* DeviceStore
  for (const id of deviceIds) {
    yield* devices.add({ ...named, id, locationId, parentId: null, role: "load", kind: "plug" })
  }
})

/** Adds both. */
export const addTenants = Effect.forEach(tenants, addTenant, { discard: true })
