import type { Device, Location, Reading, Usage } from "@wattkit/client"
import type { LiveState, LiveUpdate } from "@wattkit/client/live"

/** Whom to tell what happens at a location. */
export interface Follower {
  readonly signal: AbortSignal
  readonly onUpdate: (update: LiveUpdate) => void
  /** Called at every change, with what went wrong if something did. */
  readonly onState: (state: LiveState, error: unknown) => void
}

/** All that the elements need to know; `fromClient` answers it from a server, anything else may as well. */
export interface LiveData {
  readonly locations: (signal: AbortSignal) => Promise<ReadonlyArray<Location>>
  readonly devices: (locationId: string, signal: AbortSignal) => Promise<ReadonlyArray<Device>>
  /** What a device said on its main channel since an instant, oldest first; `most` readings at most. */
  readonly readings: (
    deviceId: string,
    from: number,
    most: number,
    signal: AbortSignal
  ) => Promise<ReadonlyArray<Reading>>
  /** The newest reading of every channel of a device. */
  readonly latest: (deviceId: string, signal: AbortSignal) => Promise<ReadonlyArray<Reading>>
  /** What each channel of a location's devices used and gave today, in the location's day. */
  readonly today: (locationId: string, signal: AbortSignal) => Promise<ReadonlyArray<Usage>>
  /** Tells the state of the location and then its news until the signal aborts; connects again by itself. */
  readonly follow: (locationId: string, follower: Follower) => void
}
