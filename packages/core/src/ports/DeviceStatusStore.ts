import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { DeviceId, TenantId } from "../model/ids.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import type { NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** From when on a device is online or offline. */
export interface DeviceStatus {
  readonly deviceId: DeviceId
  readonly at: Instant
  readonly status: "online" | "offline"
}

/** Keeps when devices fell silent and when they were heard again, and what they say of it themselves. */
export interface DeviceStatusStore {
  /**
   * Compares what was heard of every device with its status, and writes down and answers what changed: a
   * device is offline when nothing of it was received for `silentMs`, from that moment on. One that said it
   * is online was heard then; one that said it is offline stays so until a reading is received after that.
   */
  readonly observe: (
    now: Instant,
    silentMs: number
  ) => Effect.Effect<ReadonlyArray<DeviceStatus & { readonly tenantId: TenantId }>, StorageError>
  /**
   * Writes down what a device, or a broker in its name, says of itself, and answers whether that changed its
   * status. What is older than the last change, or than what it said last, changes nothing.
   */
  readonly report: (
    tenantId: TenantId,
    deviceId: DeviceId,
    at: Instant,
    status: DeviceStatus["status"]
  ) => Effect.Effect<boolean, NotFound | StorageError>
  /**
   * The changes of a device within the interval, oldest first, with the one in force at its start before
   * them.
   */
  readonly history: (
    tenantId: TenantId,
    deviceId: DeviceId,
    within: Interval
  ) => Effect.Effect<ReadonlyArray<DeviceStatus>, StorageError>
}

/** The key of the DeviceStatusStore service. */
export const DeviceStatusStore = Context.Service<DeviceStatusStore>("@wattkit/core/DeviceStatusStore")
