import * as Schema from "effect/Schema"
import type { Instant } from "../time/Instant.ts"
import type { TenantId } from "./ids.ts"
import type { DeviceReading } from "./Reading.ts"

/**
 * Why a reading waits: its clock is ahead, another reading with its identity is stored and was kept, or the
 * readings of its time were already given up.
 */
export const QuarantineReason = Schema.Literals(["future", "conflict", "expired"])
/** Why a reading waits. */
export type QuarantineReason = typeof QuarantineReason.Type

/** A reading that was not stored with the others, and is kept for a person to decide. */
export interface Quarantined {
  /**
   * The same reading for the same reason has the same id, however often it comes. Ids sort by the instants
   * the readings claim.
   */
  readonly id: string
  readonly tenantId: TenantId
  readonly reading: DeviceReading
  readonly reason: QuarantineReason
  readonly receivedAt: Instant
  /** What became of it; null while it waits. */
  readonly settled: {
    readonly at: Instant
    readonly by: string
    /** `released` it was stored, so much later than it said; `dropped` it was given up. */
    readonly as: "released" | "dropped"
    readonly shiftedMs: number
  } | null
}
