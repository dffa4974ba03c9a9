import * as Schema from "effect/Schema"

/**
 * A text or number that does not name an instant, date, clock time or interval; `message` says what is
 * wrong.
 */
export class InvalidTime extends Schema.TaggedError<InvalidTime>()("InvalidTime", {
  input: Schema.String,
  message: Schema.String
}) {}
