import * as Schema from "effect/Schema"

/** A number or text that is not the quantity asked for; `message` says what is accepted. */
export class InvalidQuantity extends Schema.TaggedError<InvalidQuantity>()("InvalidQuantity", {
  input: Schema.String,
  message: Schema.String
}) {}

/** Amounts of two currencies were added or compared; convert one of them first. */
export class CurrencyMismatch extends Schema.TaggedError<CurrencyMismatch>()("CurrencyMismatch", {
  expected: Schema.String,
  actual: Schema.String
}) {
  override get message(): string {
    return `expected an amount in ${this.expected}, not in ${this.actual}`
  }
}

/** A unit that is not in the table, or whose case leaves milli and mega open. */
export class UnknownUnit extends Schema.TaggedError<UnknownUnit>()("UnknownUnit", {
  unit: Schema.String,
  message: Schema.String
}) {}

/** Two units that do not measure the same. */
export class IncompatibleUnits extends Schema.TaggedError<IncompatibleUnits>()("IncompatibleUnits", {
  from: Schema.String,
  to: Schema.String
}) {
  override get message(): string {
    return `${this.from} cannot be converted to ${this.to}`
  }
}
