import * as Schema from "effect/Schema"

/** What was sent can be read, and still cannot be what it is for; the details say where and why. */
export class Unprocessable extends Schema.TaggedError<Unprocessable>()("Unprocessable", {
  message: Schema.String,
  details: Schema.Array(Schema.Struct({ field: Schema.String, reason: Schema.String }))
}) {}
