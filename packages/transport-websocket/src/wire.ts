import { DeviceId, Instant, type LiveUpdate, LocationId, violations } from "@wattkit/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** The sub-protocol both sides must agree on. */
export const protocol = "wattkit.v1"

const id = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64)))
const ids = <S extends Schema.Top>(item: S) =>
  Schema.optionalKey(Schema.Array(item).check(Schema.isMaxLength(500)))

/** Shows the readings of locations or devices from now on; what is left out means all that may be seen. */
export const Subscribe = Schema.Struct({
  type: Schema.Literal("SUBSCRIBE"),
  id,
  locationIds: ids(LocationId),
  deviceIds: ids(DeviceId)
})
export type Subscribe = typeof Subscribe.Type

const Unsubscribe = Schema.Struct({ type: Schema.Literal("UNSUBSCRIBE"), id })
const Ping = Schema.Struct({ type: Schema.Literal("PING"), id })
const Pong = Schema.Struct({ type: Schema.Literal("PONG"), id })

/** What a client says. */
export type ClientFrame = Subscribe | typeof Unsubscribe.Type | typeof Ping.Type | typeof Pong.Type

/** Why a frame was not obeyed, in a word; those that HTTP has too mean the same there. */
export type ErrorCode =
  | "VALIDATION_ERROR"
  | "UNSUPPORTED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "INTERNAL"

interface Echo {
  /** The id of the frame that this answers, when it had one. */
  readonly id?: string | undefined
}

/** What the server says. */
export type ServerFrame =
  | { readonly type: "CONNECTION_ACK"; readonly sessionId: string; readonly heartbeatMs: number }
  | ({ readonly type: "SUBSCRIBED" | "UNSUBSCRIBED" | "PONG" } & Echo)
  | { readonly type: "PING" }
  | ({ readonly type: "ENERGY_UPDATE"; readonly update: LiveUpdate } & Echo)
  | ({ readonly type: "ERROR"; readonly code: ErrorCode; readonly message: string } & Echo)

/** A frame that cannot be obeyed. */
export type Refusal = Extract<ServerFrame, { readonly type: "ERROR" }>

const decoders: Readonly<
  Record<ClientFrame["type"], (value: unknown) => Result.Result<ClientFrame, Schema.SchemaError>>
> = {
  SUBSCRIBE: Schema.decodeUnknownResult(Subscribe, { errors: "all" }),
  UNSUBSCRIBE: Schema.decodeUnknownResult(Unsubscribe, { errors: "all" }),
  PING: Schema.decodeUnknownResult(Ping, { errors: "all" }),
  PONG: Schema.decodeUnknownResult(Pong, { errors: "all" })
}

/** What later versions of the protocol may ask; it is not passed over, because its sender counts on it. */
const laterFields = ["since", "events"] as const

const refusal = (code: ErrorCode, message: string, id?: string): Refusal => ({
  type: "ERROR",
  id,
  code,
  message
})

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isType = (type: unknown): type is ClientFrame["type"] =>
  typeof type === "string" && Object.hasOwn(decoders, type)

/** Reads a frame of the client; what cannot be read becomes the answer to it. */
export const decode = (text: string): Result.Result<ClientFrame, Refusal> => {
  const value = parse(text)
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return Result.fail(refusal("VALIDATION_ERROR", "a frame must be a JSON object with a type"))
  }
  const id = "id" in value && typeof value.id === "string" ? value.id.slice(0, 64) : undefined
  if (value.type === "RECORD") {
    return Result.fail(
      refusal("UNSUPPORTED", "readings are not taken over WebSocket yet; send them over HTTP", id)
    )
  }
  if (!isType(value.type)) {
    return Result.fail(
      refusal("VALIDATION_ERROR", `type must be one of ${Object.keys(decoders).join(", ")}`, id)
    )
  }
  const later = laterFields.find((name) => name in value)
  if (value.type === "SUBSCRIBE" && later !== undefined) {
    return Result.fail(refusal("UNSUPPORTED", `${later} is not supported yet; leave it out`, id))
  }
  return Result.mapError(decoders[value.type](value), (error) => {
    const reasons = violations(error.issue)
      .slice(0, 5)
      .map(({ field, reason }) => `${field}: ${reason}`.replace(/^: /, ""))
    return refusal("VALIDATION_ERROR", reasons.join("; "), id)
  })
}

/** Writes a frame of the server. */
export const encode = (frame: ServerFrame): string => {
  if (frame.type !== "ENERGY_UPDATE") return JSON.stringify(frame)
  const {
    id,
    type,
    update: { locationId, readings, sequence }
  } = frame
  const written = readings.map((reading) => ({ ...reading, at: Instant.format(reading.at) }))
  return JSON.stringify({ type, id, sequence, locationId, readings: written })
}
