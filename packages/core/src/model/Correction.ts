import * as Schema from "effect/Schema"
import { Instant } from "../time/Instant.ts"
import { ChannelName, DeviceId } from "./ids.ts"
import type { Reading } from "./Reading.ts"

const words = Schema.String.check(
  Schema.isPattern(/^[^\p{Cc}\p{Cs}]{1,500}$/u, { message: "must be 1 to 500 characters in one line" })
)

/** Who corrects, why, and when that was decided: of two corrections of a reading the later one counts. */
export const Provenance = Schema.Struct({ by: words, reason: words, madeAt: Instant })
export type Provenance = typeof Provenance.Type

/** What a reading shall say instead; null strikes it out. It may also add a reading that never came. */
export interface Correction extends Provenance {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  readonly at: Instant
  readonly reading: Reading | null
}

/** One of the versions of a reading that was corrected, oldest first; the last one counts. */
export interface Revision {
  /** Null when this version strikes the reading out. */
  readonly reading: Reading | null
  /** Null for what the device itself said. */
  readonly provenance: Provenance | null
  readonly receivedAt: Instant
}

/** Names the reading a correction or a revision is about. */
export const ReadingIdentity = Schema.Struct({ deviceId: DeviceId, channel: ChannelName, at: Instant })
export type ReadingIdentity = typeof ReadingIdentity.Type
