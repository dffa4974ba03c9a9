import * as Schema from "effect/Schema"

/** Something else still needs it, or stands in its way; the message says what. Nothing was done. */
export class InUse extends Schema.TaggedError<InUse>()("InUse", { message: Schema.String }) {}
