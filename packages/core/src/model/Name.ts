import * as Schema from "effect/Schema"

/**
 * What people call a thing: up to 200 characters, none of them a control character or half a surrogate pair,
 * which databases refuse or replace.
 */
export const Name = Schema.NonEmptyString.check(
  Schema.isMaxLength(200, { message: "must have at most 200 characters" }),
  Schema.isPattern(/^[^\p{Cc}\p{Cs}]*$/u, { message: "must not hold control characters" })
)
