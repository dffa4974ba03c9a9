import type { DeviceId, LocationId } from "./ids.ts"
import type { DeviceReading } from "./Reading.ts"

/** What somebody wants to see live; what is left out means everything of the tenant. */
export interface LiveFilter {
  readonly locationIds?: ReadonlyArray<LocationId> | undefined
  readonly deviceIds?: ReadonlyArray<DeviceId> | undefined
}

/**
 * News of one location: the newest reading of each channel that said something since the update before.
 *
 * The first update of a location is its state as stored. `sequence` rises by one with every update of a
 * subscription, so that a receiver sees when it missed one.
 */
export interface LiveUpdate {
  readonly sequence: number
  readonly locationId: LocationId
  readonly readings: ReadonlyArray<DeviceReading>
}
