import * as Schema from "effect/Schema"

/**
 * The storage behind a port could not do what was asked, and nothing of it was done.
 *
 * `unavailable` passes by itself: try again later. `full` and `misconfigured` need an operator.
 * A caller's mistake is never a StorageError.
 */
export class StorageError extends Schema.TaggedError<StorageError>()("StorageError", {
  reason: Schema.Literals(["unavailable", "full", "misconfigured"]),
  message: Schema.String
}) {}
