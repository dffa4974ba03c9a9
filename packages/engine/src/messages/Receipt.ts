import type { Rejection } from "@wattkit/core"

/** What became of a message. All of it is stored: as readings, in quarantine, or as a dead letter. */
export interface Receipt {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
  /** How many dead letters were kept of it. */
  readonly kept: number
}
