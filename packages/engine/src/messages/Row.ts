import type { DeadLetterReason, DeviceId, FormatId, Instant, Reading } from "@wattkit/core"
import type { Refused } from "./readingOf.ts"

/** Something said that is for a device: a reading of it, or why it cannot be one. */
export interface Row {
  /** Its place in the message. */
  readonly index: number
  readonly deviceId: DeviceId
  readonly format: FormatId | null
  readonly subject: string | null
  /** When its message counts as received: what has no time of its own is told apart by it. */
  readonly receivedAt: Instant.Instant
  readonly reading: Reading | Refused
}

/** What of a message cannot become readings now, and why. */
export interface Fault {
  readonly reason: DeadLetterReason
  readonly detail: string
  readonly format: FormatId | null
  readonly subject: string | null
  readonly receivedAt: Instant.Instant
}

/** What a message says, put into our words. */
export interface Understood {
  readonly rows: ReadonlyArray<Row>
  readonly faults: ReadonlyArray<Fault>
  /** Devices that said whether they are there. */
  readonly statuses: ReadonlyArray<{ readonly deviceId: DeviceId; readonly isOnline: boolean }>
}

export const isRefused = (reading: Row["reading"]): reading is Refused => "field" in reading
