import type { Instant } from "../../time/Instant.ts"
import type { FormatId } from "./Binding.ts"
import type { DeviceId, TenantId } from "../ids.ts"
import type { Message } from "./Message.ts"
import * as Schema from "effect/Schema"

/**
 * Why a message could not become readings: no format reads its topic, its bytes are not what the format says,
 * nothing is bound to its subject, or its readings were turned away.
 */
export const DeadLetterReason = Schema.Literals(["unknown_topic", "malformed", "unbound", "rejected"])
export type DeadLetterReason = typeof DeadLetterReason.Type

/** A message that could not become readings, kept as it came until somebody replays or drops it. */
export interface DeadLetter {
  /** Sorts by when it came. The same message kept twice has the same id. */
  readonly id: string
  readonly tenantId: TenantId
  readonly message: Message
  readonly reason: DeadLetterReason
  /** What is wrong, in a sentence. */
  readonly detail: string
  readonly format: FormatId | null
  readonly subject: string | null
  /** The device whose credential sent it; null when a program did. */
  readonly deviceId: DeviceId | null
  /** What became of it; null while it waits. */
  readonly settled: {
    readonly at: Instant
    readonly by: string
    readonly as: "replayed" | "dropped"
  } | null
}
