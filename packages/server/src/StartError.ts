import { Schema } from "effect"

/** The server cannot start; the message is one sentence that says why and what to do. */
export class StartError extends Schema.TaggedError<StartError>()("StartError", { message: Schema.String }) {}
