import type {
  DeviceId,
  DeviceStatusStore,
  DeviceStore,
  Instant,
  NotFound,
  ReadingBus,
  StorageError,
  TenantId
} from "@wattkit/core"
import { Effect } from "effect"

/** Writes down that a device said it is there, or that it is not. */
export type Statuses = (
  tenantId: TenantId,
  deviceId: DeviceId,
  at: Instant.Instant,
  isOnline: boolean
) => Effect.Effect<void, NotFound | StorageError>

/** Makes what writes statuses down, and tells whoever looks of those that changed. */
export const makeStatuses = (store: DeviceStatusStore, devices: DeviceStore, bus: ReadingBus): Statuses =>
  Effect.fnUntraced(function* (tenantId, deviceId, at, isOnline) {
    const status = isOnline ? "online" : "offline"
    const isNews = yield* store.report(tenantId, deviceId, at, status)
    if (!isNews) return
    const { locationId } = yield* devices.get(tenantId, deviceId)
    yield* bus.publish({ tenantId, locationId, readings: [], statuses: [{ deviceId, at, status }] })
  })
