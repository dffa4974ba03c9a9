import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ChannelName, DeviceId, TenantId } from "../model/ids.ts"
import type { ChannelUsage, Usage } from "../model/Usage.ts"
import type { UsageRules } from "../model/UsageRules.ts"
import type { Instant } from "../time/Instant.ts"
import type { Interval } from "../time/Interval.ts"
import type { NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** The lengths usage is kept in: quarter hours and hours of UTC, and days of the location. */
export type KeptResolution = "PT15M" | "PT1H" | "P1D"

/** Whose usage, over what, in which cells: those that begin within the interval, whole. */
export interface UsageQuery {
  readonly deviceIds: ReadonlyArray<DeviceId>
  /** When it is left out, a page has every channel of the devices, and a total what is the whole of each. */
  readonly channel?: ChannelName | undefined
  readonly within: Interval
  readonly resolution: KeptResolution
}

/** Where a page of usage begins: after this cell of this channel. */
export interface UsageCursor {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  readonly start: Instant
}

/**
 * Answers usage, which always equals usage computed anew from the readings, their corrections and the rules
 * of the channel, whatever the order in which they came.
 *
 * An adapter may bring usage up to date a moment after readings were stored; how long a moment is, is what
 * `StorageUpkeep.lag` says, and after `StorageUpkeep.refreshUsage` it is exact. Cells nothing is known of are
 * not there. A device of another tenant is as one that is not there.
 */
export interface UsageStore {
  /** Cells by device, channel and start; at most `limit` (at least 1), those after `after` when given. */
  readonly page: (
    tenantId: TenantId,
    query: UsageQuery & { readonly after?: UsageCursor | undefined; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<ChannelUsage>, StorageError>
  /**
   * The cells of the devices added up, by start: energies, estimated and readings are sums, `coveredMs` is
   * the least of the channels that are there, `quality` and `events` are of any of them, the powers are null.
   * Devices at locations in different zones have different days.
   *
   * The main channel of a device is the whole of it: where it has said something, the phases and registers
   * beside it would count twice, and are left out unless the query names one.
   */
  readonly total: (tenantId: TenantId, query: UsageQuery) => Effect.Effect<ReadonlyArray<Usage>, StorageError>
  /** The rules of a channel, the usual ones when nobody set any. Fails when the device is not there. */
  readonly rules: (
    tenantId: TenantId,
    deviceId: DeviceId,
    channel: ChannelName
  ) => Effect.Effect<UsageRules, NotFound | StorageError>
  /** Sets the rules of a channel; all of its usage follows them. */
  readonly setRules: (
    tenantId: TenantId,
    deviceId: DeviceId,
    channel: ChannelName,
    rules: UsageRules
  ) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the UsageStore service. */
export const UsageStore = Context.Service<UsageStore>("@wattkit/core/UsageStore")
