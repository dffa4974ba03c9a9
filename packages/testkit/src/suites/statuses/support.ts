import {
  type DeviceId,
  type DeviceStatus,
  DeviceStatusStore,
  type DeviceStore,
  Instant,
  type LocationStore,
  type ReadingStore,
  type TenantId,
  type TenantStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { addDevices, at } from "../registered.ts"

/** What the checks of statuses need: the store, what it observes, and the registry. */
export type Needs = DeviceStatusStore | ReadingStore | DeviceStore | LocationStore | TenantStore

/** In milliseconds. */
export const HOUR = 3_600_000
/** The clock of the store may be a little off from ours. */
export const SLACK = 5000

/** All the time there is to be asked about. */
export const ever = { start: at(-1e9), end: at(1e10) }

/** Observes as of so many milliseconds from now, and answers what it wrote of the tenant's devices. */
export const observe = Effect.fnUntraced(function* (tenantId: TenantId, inMs: number, silentMs: number) {
  const store = yield* DeviceStatusStore
  const seen = yield* store.observe(Instant.plus(yield* Instant.now, inMs), silentMs)
  return seen.flatMap(({ tenantId: owner, ...status }) => (owner === tenantId ? [status] : []))
})

/** Everything that changed of a device. */
export const historyOf = Effect.fnUntraced(function* (tenantId: TenantId, deviceId: DeviceId) {
  return yield* (yield* DeviceStatusStore).history(tenantId, deviceId, ever)
})

/** What they are, without when. */
export const statuses = (some: ReadonlyArray<DeviceStatus>) => some.map(({ status }) => status)

/** A tenant with one device. */
export const oneDevice = Effect.map(addDevices(1), ({ deviceIds, tenantId }) => ({
  tenantId,
  deviceId: deviceIds[0]!
}))
