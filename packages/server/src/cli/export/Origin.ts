import type {
  ChannelName,
  ChannelUsage,
  DeviceId,
  Interval,
  KeptResolution,
  LocationId,
  Reading,
  ReadingQuery,
  UsageCursor
} from "@wattkit/core"
import type { Effect, Stream } from "effect"
import type { StartError } from "../../StartError.ts"

/** Whose data to take out: named devices, those of locations, or all there are. */
export interface Selection {
  readonly deviceIds: ReadonlyArray<DeviceId>
  readonly locationIds: ReadonlyArray<LocationId>
}

/** Which usage to take out. */
export interface UsageSelection {
  readonly deviceIds: ReadonlyArray<DeviceId>
  readonly channel: ChannelName | undefined
  readonly within: Interval.Interval
  readonly resolution: KeptResolution
  readonly after: UsageCursor | undefined
}

/** What data is taken out of. */
export interface Origin {
  /** The ids of the devices, sorted. */
  readonly devices: (selection: Selection) => Effect.Effect<ReadonlyArray<DeviceId>, StartError>
  /** The channels on which a device ever spoke, sorted. */
  readonly channels: (deviceId: DeviceId) => Effect.Effect<ReadonlyArray<ChannelName>, StartError>
  /** Readings of one channel, oldest first, read as they are taken. */
  readonly readings: (query: ReadingQuery) => Stream.Stream<Reading, StartError>
  /** Usage by device, channel and start, read as it is taken. */
  readonly usage: (selection: UsageSelection) => Stream.Stream<ChannelUsage, StartError>
}
