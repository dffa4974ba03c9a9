import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { DeviceId, TenantId } from "../model/ids.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import type { StorageError } from "./StorageError.ts"

/** From when on a device was heard, or silent. */
export interface DeviceStatus {
  readonly deviceId: DeviceId
  readonly at: Instant
  readonly status: "online" | "offline"
}

/** Keeps when devices fell silent and when they were heard again. */
export interface DeviceStatusStore {
  /**
   * Compares what was heard of every device with its status, and writes down and answers what changed: a
   * device is offline when nothing of it was received for `silentMs`, from that moment on.
   */
  readonly observe: (
    now: Instant,
    silentMs: number
  ) => Effect.Effect<ReadonlyArray<DeviceStatus & { readonly tenantId: TenantId }>, StorageError>
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
