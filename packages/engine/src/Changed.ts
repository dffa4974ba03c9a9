import * as Schema from "effect/Schema"

/** Somebody changed it since the one who asks last saw it; nothing was done. */
export class Changed extends Schema.TaggedError<Changed>()("Changed", {}) {
  override get message(): string {
    return "it was changed meanwhile; read it again and decide anew"
  }
}
