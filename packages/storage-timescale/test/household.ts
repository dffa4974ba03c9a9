import {
  DeviceId,
  type DeviceReading,
  DeviceStore,
  LocationId,
  LocationStore,
  mainChannel,
  Money,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { Effect } from "effect"

type At = DeviceReading["at"]

const minute = 60_000

/** The length of a day, and the beginning of one all tests count from. */
export const day = 86_400_000
export const noon = Date.UTC(2026, 0, 10, 12)

export const tenantId = TenantId.make("t")
export const device = (place: number): DeviceId => DeviceId.make(`d${place}`)

/** Adds the tenant with one location and so many devices. */
export const household = Effect.fnUntraced(function* (count: number) {
  const createdAt = 0 as At
  const place = { id: LocationId.make("l"), tenantId, name: "House", kind: "house", createdAt } as const
  yield* (yield* TenantStore).add({ id: tenantId, name: "Ada", createdAt })
  yield* (yield* LocationStore).add({ ...place, zone: TimeZone.utc, currency: Money.Currency.make("EUR") })
  const said = { name: "Meter", role: "load", kind: "plug", parentId: null } as const
  const devices = yield* DeviceStore
  for (let i = 0; i < count; i++) {
    yield* devices.add({ id: device(i), tenantId, locationId: place.id, ...said, createdAt })
  }
})

/** A reading of a register so many minutes after noon of the first day. */
export const reading = (place: number, minutes: number): DeviceReading => ({
  deviceId: device(place),
  at: (noon + minutes * minute) as At,
  channel: mainChannel,
  powerW: minutes % 977,
  importWh: 1000 + minutes * 5
})

/** Readings of two devices every quarter hour, over so many days. */
export const readings = (days: number): ReadonlyArray<DeviceReading> =>
  Array.from({ length: days * 96 }, (_, i) => [reading(0, i * 15), reading(1, i * 15)]).flat()

/** Everything of one device. */
export const everything = (place: number) => ({
  deviceId: device(place),
  channel: mainChannel,
  within: { start: 0 as At, end: 253_402_300_799_999 as At },
  limit: 100_000
})
