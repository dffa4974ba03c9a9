import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Correction, ReadingIdentity, Revision } from "../model/Correction.ts"
import type { ChannelName, DeviceId, TenantId } from "../model/ids.ts"
import type { DeviceReading, Reading } from "../model/Reading.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import type { StorageError } from "./StorageError.ts"

/**
 * What became of one reading of a batch.
 *
 * `accepted` it is stored; `duplicate` the device said the very same before; `conflict` the device said
 * something else of that instant before, which was kept; `superseded` the reading was corrected before it
 * came, so it is kept as a revision; `expired` readings of its time were given up; `unknown_device` the
 * tenant has no such device.
 */
export type AppendOutcome =
  | "accepted"
  | "duplicate"
  | "conflict"
  | "superseded"
  | "expired"
  | "unknown_device"

/**
 * What became of one correction.
 *
 * `revised` it counts now; `accepted` it counts now, and there was no reading before; `superseded` a later
 * one counts, so it is kept as a revision; `duplicate` the very same was made before; `conflict` another one
 * was made at the same instant and was kept; `expired` and `unknown_device` as for readings.
 */
export type CorrectionOutcome = "revised" | AppendOutcome

/** Which readings to read: one channel of one device over an interval, oldest first. */
export interface ReadingQuery {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  readonly within: Interval
}

/** What an adapter can do, as data; the caller chooses by it. */
export interface ReadingStoreCapabilities {
  /** The largest batch `append` takes. */
  readonly maxBatch: number
  /** What an acknowledged append survives: the end of the process, or also a power cut. */
  readonly durability: "memory" | "process" | "power"
}

/**
 * Keeps readings.
 *
 * `append` is atomic and idempotent: when it succeeds, every accepted reading is stored as durably as the
 * adapter declares, together with the latest state of each device; when it fails, nothing is, unless the
 * connection broke while it was being committed: append again, and what was stored is a duplicate. The
 * outcomes stand in the order of the batch. Two readings of the same identity in one batch are judged in
 * their order. A batch larger than `maxBatch` is a defect of the caller.
 */
export interface ReadingStore {
  readonly capabilities: ReadingStoreCapabilities
  readonly append: (
    tenantId: TenantId,
    batch: ReadonlyArray<DeviceReading>
  ) => Effect.Effect<ReadonlyArray<AppendOutcome>, StorageError>
  /**
   * Makes corrections, atomically and idempotently as `append`. What counts of a reading is the correction
   * made last, whatever the order in which they come; every version stays readable.
   */
  readonly correct: (
    tenantId: TenantId,
    corrections: ReadonlyArray<Correction>
  ) => Effect.Effect<ReadonlyArray<CorrectionOutcome>, StorageError>
  /**
   * The versions of one reading, oldest first: one when it was never corrected, none when it is not there.
   */
  readonly revisions: (
    tenantId: TenantId,
    identity: ReadingIdentity
  ) => Effect.Effect<ReadonlyArray<Revision>, StorageError>
  /** At most `limit` readings (at least 1), those after the instant `after` when it is given. */
  readonly page: (
    tenantId: TenantId,
    query: ReadingQuery & { readonly after?: Instant | undefined; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<Reading>, StorageError>
  /** All readings of the query, read in pieces as the consumer takes them. */
  readonly scan: (tenantId: TenantId, query: ReadingQuery) => Stream.Stream<Reading, StorageError>
  /** The newest reading of every channel of the devices, once; nothing for a device that never spoke. */
  readonly latest: (
    tenantId: TenantId,
    deviceIds: ReadonlyArray<DeviceId>
  ) => Effect.Effect<ReadonlyArray<DeviceReading>, StorageError>
}

/** The key of the ReadingStore service. */
export const ReadingStore = Context.Service<ReadingStore>("@wattkit/core/ReadingStore")
