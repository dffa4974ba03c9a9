import * as Schema from "effect/Schema"

/**
 * The address, or what was to be sent there, is not allowed; the message says what to change. It is safe to
 * show to whoever gave the address: it says nothing that they did not say themselves, not even whether a name
 * is known in the network of the server.
 */
export class NotAllowed extends Schema.TaggedError<NotAllowed>()("NotAllowed", {
  reason: Schema.Literals(["url", "scheme", "credentials", "port", "host", "header"]),
  message: Schema.String
}) {}

/** There was no connection, or no whole answer, in time; the same may succeed later. */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  during: Schema.Literals(["connect", "answer"]),
  message: Schema.String
}) {}

/** No connection could be made, or it broke off; the same may succeed later. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  message: Schema.String
}) {}

/** The certificate is not one for the name, or not one that is trusted; the receiver has to get another. */
export class Untrusted extends Schema.TaggedError<Untrusted>()("Untrusted", {
  message: Schema.String
}) {}

/** What was answered is not HTTP, or its head is too large; the receiver has to be repaired. */
export class UnreadableAnswer extends Schema.TaggedError<UnreadableAnswer>()("UnreadableAnswer", {
  message: Schema.String
}) {}

/** Why there is no answer. */
export type OutwardError = NotAllowed | TimedOut | Unreachable | Untrusted | UnreadableAnswer

/** What the operator allows or refuses is not written as it must be; the message says which entry. */
export class InvalidOutwardRules extends Schema.TaggedError<InvalidOutwardRules>()("InvalidOutwardRules", {
  message: Schema.String
}) {}

/** Whether it is one of the errors that are told. */
export const isOutwardError = (error: unknown): error is OutwardError =>
  error instanceof NotAllowed ||
  error instanceof TimedOut ||
  error instanceof Unreachable ||
  error instanceof Untrusted ||
  error instanceof UnreadableAnswer
