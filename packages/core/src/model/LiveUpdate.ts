import type { Instant } from "../time/Instant.ts"
import type { DeviceId, LocationId } from "./ids.ts"
import type { DeviceReading } from "./Reading.ts"

/** Every kind of news that can be shown live, by the name it has on the wire. */
export const liveEvents = [
  "ENERGY_UPDATE",
  "DEVICE_STATUS",
  "GREEN_ENERGY_UPDATE",
  "NEW_RECOMMENDATION",
  "NOTIFICATION",
  "JOB_PROGRESS",
  "COST_UPDATE"
] as const
export type LiveEvent = (typeof liveEvents)[number]

/** What somebody wants to see live; what is left out means everything of the tenant. */
export interface LiveFilter {
  readonly locationIds?: ReadonlyArray<LocationId> | undefined
  readonly deviceIds?: ReadonlyArray<DeviceId> | undefined
  readonly events?: ReadonlyArray<LiveEvent> | undefined
}

/** A place in the live stream of a tenant, from which it can be resumed. */
export interface LivePosition {
  readonly stream: string
  readonly sequence: number
}

/**
 * News of one location: the newest reading of each channel that said something since the update before.
 *
 * The first update of a location is its state as stored. `sequence` rises with the news of a stream: whoever
 * saw an update has seen everything that its filter selects up to there. It is 0 in the midst of a state,
 * where there is nothing to go on from yet.
 */
export interface LiveUpdate {
  readonly sequence: number
  readonly locationId: LocationId
  readonly readings: ReadonlyArray<DeviceReading>
}

/** A device went online or offline. */
export interface LiveStatus {
  readonly sequence: number
  readonly locationId: LocationId
  readonly deviceId: DeviceId
  readonly at: Instant
  readonly status: "online" | "offline"
}

/** News that are neither readings nor a status. Those with the same key are about the same thing. */
export interface LiveTold {
  readonly type: Exclude<LiveEvent, "ENERGY_UPDATE" | "DEVICE_STATUS">
  /** Where it happened; null when it concerns the tenant as a whole. */
  readonly locationId: LocationId | null
  readonly key: string
  readonly data: { readonly [name: string]: unknown }
}

/** Anything that is shown live. */
export type LiveNews =
  | ({ readonly type: "ENERGY_UPDATE" } & LiveUpdate)
  | ({ readonly type: "DEVICE_STATUS" } & LiveStatus)
  | (LiveTold & { readonly sequence: number })
