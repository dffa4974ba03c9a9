import * as Schema from "effect/Schema"

/** The body is larger than the limit; send it in smaller parts. */
export class PayloadTooLarge extends Schema.TaggedError<PayloadTooLarge>()("PayloadTooLarge", {
  message: Schema.String
}) {}

/** The body is of a type, charset or compression that is not read; the message names those that are. */
export class UnsupportedMediaType extends Schema.TaggedError<UnsupportedMediaType>()("UnsupportedMediaType", {
  message: Schema.String
}) {}

/** Nothing in the body could be read; the details say where and why. */
export class Malformed extends Schema.TaggedError<Malformed>()("Malformed", {
  message: Schema.String,
  details: Schema.Array(Schema.Struct({ field: Schema.String, reason: Schema.String }))
}) {}

/** The first row of a file does not tell what its columns are; the message says why and what to do. */
export class UnusableHeader extends Schema.TaggedError<UnusableHeader>()("UnusableHeader", {
  message: Schema.String
}) {}

/** Why a body was refused. */
export type WireError = PayloadTooLarge | UnsupportedMediaType | Malformed
