import type { DeviceReading } from "@wattkit/core"

export type { ChannelName, DeviceId, DeviceKind, DeviceReading, DeviceRole } from "@wattkit/core"

/** The instant of a reading. */
export type Instant = DeviceReading["at"]
