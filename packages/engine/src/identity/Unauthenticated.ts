import * as Schema from "effect/Schema"

/** What was shown does not prove who somebody is. It says nothing about what would. */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>()("Unauthenticated", {
  message: Schema.String
}) {}
