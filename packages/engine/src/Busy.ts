import * as Schema from "effect/Schema"

/**
 * Nothing was stored, and nothing is wrong with what was sent: it came too fast. `budget`: this sender used
 * up what it may send for now. `queue`: more waits to be stored than this process can hold.
 */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {
  reason: Schema.Literals(["budget", "queue"]),
  /** After how many milliseconds it is worth another try. */
  retryAfterMs: Schema.Int,
  message: Schema.String
}) {}
