import type { Rejection } from "@wattkit/core"

/** What became of a submission. What is accepted is stored as durably as the store declares. */
export interface IngestResult {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: ReadonlyArray<Rejection>
}
