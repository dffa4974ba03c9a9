import { Schema } from "effect"

/**
 * Why something could not be done with a broker.
 *
 * - `invalid`: the options cannot work; correct them.
 * - `disconnected`: there is no connection, or it ended before the broker answered. Nobody knows whether it
 *   arrived: send it again if twice does no harm.
 * - `refused`: the broker said no; sending it again changes nothing.
 * - `busy`: more is on its way than the broker takes at once; try again soon.
 */
export class MqttError extends Schema.TaggedError<MqttError>()("MqttError", {
  reason: Schema.Literals(["invalid", "disconnected", "refused", "busy"]),
  message: Schema.String
}) {}
