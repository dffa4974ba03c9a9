import * as Schema from "effect/Schema"
import { Name } from "./Name.ts"
import { Instant } from "../time/Instant.ts"
import { DeviceId, LocationId, TenantId } from "./ids.ts"

/** What a device does at its location, which decides how its energy counts. */
export const DeviceRole = Schema.Literals(["grid", "load", "generation", "storage"])
export type DeviceRole = typeof DeviceRole.Type

/** What a device is. */
export const DeviceKind = Schema.Literals([
  "grid_meter",
  "sub_meter",
  "plug",
  "inverter",
  "battery",
  "charger",
  "heat_pump",
  "virtual"
])
export type DeviceKind = typeof DeviceKind.Type

/** What a caller says of a device; the rest is given to it when it is registered. */
export const DeviceDraft = Schema.Struct({
  name: Name,
  role: DeviceRole,
  kind: DeviceKind,
  /** The device whose measurement contains this one's. */
  parentId: Schema.NullOr(DeviceId)
})
export type DeviceDraft = typeof DeviceDraft.Type

/** What measures or is measured. */
export const Device = Schema.Struct({
  id: DeviceId,
  tenantId: TenantId,
  locationId: LocationId,
  ...DeviceDraft.fields,
  createdAt: Instant,
  /** When it was removed. It says nothing any more, but what it said before still counts. */
  removedAt: Schema.optionalKey(Instant)
})
export type Device = typeof Device.Type
