import * as Schema from "effect/Schema"

/** The credential is valid, but does not allow this. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { message: Schema.String }) {}
