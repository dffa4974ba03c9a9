import * as Schema from "effect/Schema"

/** The question makes no sense as it was put; `field` and `reason` say what to change. */
export class Invalid extends Schema.TaggedError<Invalid>()("Invalid", {
  field: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.field} ${this.reason}`
  }
}
