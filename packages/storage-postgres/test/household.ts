import {
  DeviceId,
  type DeviceReading,
  DeviceStore,
  LocationId,
  LocationStore,
  mainChannel
} from "@wattkit/core"
import { Money, TenantId, TenantStore, TimeZone } from "@wattkit/core"
import { Effect } from "effect"

type At = DeviceReading["at"]

/** All the time there is. */
export const always = { start: 0 as At, end: 253_402_300_799_999 as At }

/** Adds a tenant "t" with one location and so many devices. */
export const household = Effect.fnUntraced(function* (count: number) {
  const tenantId = TenantId.make("t")
  const createdAt = 0 as At
  const place = { id: LocationId.make("l"), tenantId, name: "House", kind: "house", createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  yield* (yield* LocationStore).add({ ...place, zone: TimeZone.utc, currency: Money.Currency.make("EUR") })
  const devices = yield* DeviceStore
  const deviceIds = Array.from({ length: count }, (_, i) => DeviceId.make(`d${i}`))
  for (const id of deviceIds) {
    const said = { name: "Meter", role: "load", kind: "plug", parentId: null } as const
    yield* devices.add({ id, tenantId, locationId: place.id, ...said, createdAt })
  }
  return { tenantId, deviceIds }
})

/** A reading so many seconds after the epoch. */
export const reading = (deviceId: DeviceId, seconds: number): DeviceReading => ({
  deviceId,
  at: (seconds * 1000) as At,
  channel: mainChannel,
  powerW: seconds % 977
})
