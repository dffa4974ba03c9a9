import * as Schema from "effect/Schema"

const Kept = Schema.Literals([
  "tenant",
  "location",
  "device",
  "api_key",
  "user",
  "membership",
  "session",
  "tariff",
  "job",
  "notification"
])

/** The id is taken already, perhaps by another tenant. */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", {
  what: Kept,
  id: Schema.String
}) {
  override get message(): string {
    return `the id ${this.id} is taken by another ${this.what}`
  }
}

/** There is no such thing, or it belongs to another tenant, which is the same to the caller. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { what: Kept, id: Schema.String }) {
  override get message(): string {
    return `there is no ${this.what} ${this.id}`
  }
}
