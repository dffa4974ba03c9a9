import type { DeviceDraft, DeviceId, DeviceReading, LocationId } from "@wattkit/core"
import type { Effect } from "effect"
import type { StartError } from "../../StartError.ts"

/** A reading of a batch that was not stored. */
export interface Refusal {
  readonly index: number
  readonly field: string
  readonly reason: string
  readonly message: string
}

/** What became of a batch. */
export interface Appended {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: ReadonlyArray<Refusal>
}

/** What readings are brought into, or taken out of: a server, or the storage of one. */
export interface Target {
  /** Names it to a person, without any secret; the same for the same target. */
  readonly name: string
  /** How many readings one append takes. */
  readonly batch: number
  /** How many appends at a time are worth while. */
  readonly writers: number
  /** Whether one append takes readings of one device only. */
  readonly isByDevice: boolean
  readonly append: (batch: ReadonlyArray<DeviceReading>) => Effect.Effect<Appended, StartError>
  readonly hasDevice: (id: DeviceId) => Effect.Effect<boolean, StartError>
  readonly createDevice: (
    id: DeviceId,
    at: LocationId,
    draft: Pick<DeviceDraft, "role" | "kind">
  ) => Effect.Effect<void, StartError>
}
