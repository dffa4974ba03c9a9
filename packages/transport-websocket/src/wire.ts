import { DeviceId, liveEvents, LocationId, violations } from "@wattkit/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Recorded } from "./Opened.ts"

/** The sub-protocol both sides must agree on. */
export const protocol = "wattkit.v1"

const id = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64)))
const listOf = <S extends Schema.Top>(item: S) =>
  Schema.optionalKey(Schema.Array(item).check(Schema.isMaxLength(500)))

/** A place in a stream that a client has seen everything up to. */
export const Since = Schema.Struct({
  stream: Schema.String.check(Schema.isMaxLength(64)),
  sequence: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
})

/** What to show; what is left out means all that may be seen. */
export const Filter = Schema.Struct({
  locationIds: listOf(LocationId),
  deviceIds: listOf(DeviceId),
  events: listOf(Schema.Literals(liveEvents))
})

/** Shows news from now on, or from where the client left. */
export const Subscribe = Schema.Struct({
  type: Schema.Literal("SUBSCRIBE"),
  id,
  ...Filter.fields,
  since: Schema.optionalKey(Since)
})
export type Subscribe = typeof Subscribe.Type

/** Brings readings of a device: one, or a list of them. They are judged one by one, as over HTTP. */
export const Record = Schema.Struct({
  type: Schema.Literal("RECORD"),
  id,
  deviceId: Schema.optionalKey(DeviceId),
  readings: Schema.Unknown
})
export type Record = typeof Record.Type

const Unsubscribe = Schema.Struct({ type: Schema.Literal("UNSUBSCRIBE"), id })
const Ping = Schema.Struct({ type: Schema.Literal("PING"), id })
const Pong = Schema.Struct({ type: Schema.Literal("PONG"), id })

/** What a client says. */
export type ClientFrame = Subscribe | Record | typeof Unsubscribe.Type | typeof Ping.Type | typeof Pong.Type

/** Why a frame was not obeyed, in a word; those that HTTP has too mean the same there. */
export type ErrorCode =
  | "VALIDATION_ERROR"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "INTERNAL"

interface Echo {
  /** The id of the frame that this answers, when it had one. */
  readonly id?: string | undefined
}

/** What the server says, apart from news. */
export type ServerFrame =
  | {
      readonly type: "CONNECTION_ACK"
      readonly sessionId: string
      readonly heartbeatMs: number
      readonly stream: string
    }
  | ({ readonly type: "SUBSCRIBED"; readonly resumed: boolean } & Echo)
  | ({ readonly type: "UNSUBSCRIBED" | "PONG" } & Echo)
  | ({ readonly type: "RESYNC" } & Echo)
  | { readonly type: "PING" }
  | ({ readonly type: "RECORDED" } & Recorded & Echo)
  | ({
      readonly type: "ERROR"
      readonly code: ErrorCode
      readonly message: string
      readonly retryAfterMs?: number | undefined
    } & Echo)

/** A frame that cannot be obeyed. */
export type Refusal = Extract<ServerFrame, { readonly type: "ERROR" }>

const decoders: Readonly<{
  [Type in ClientFrame["type"]]: (value: unknown) => Result.Result<ClientFrame, Schema.SchemaError>
}> = {
  SUBSCRIBE: Schema.decodeUnknownResult(Subscribe, { errors: "all" }),
  UNSUBSCRIBE: Schema.decodeUnknownResult(Unsubscribe, { errors: "all" }),
  RECORD: Schema.decodeUnknownResult(Record, { errors: "all" }),
  PING: Schema.decodeUnknownResult(Ping, { errors: "all" }),
  PONG: Schema.decodeUnknownResult(Pong, { errors: "all" })
}

const refusal = (message: string, id?: string): Refusal => ({
  type: "ERROR",
  id,
  code: "VALIDATION_ERROR",
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

/** What is wrong with a value, in words for whoever sent it. */
export const wordsOf = (error: Schema.SchemaError): string =>
  violations(error.issue)
    .slice(0, 5)
    .map(({ field, reason }) => `${field}: ${reason}`.replace(/^: /, ""))
    .join("; ")

/** Reads a frame of the client; what cannot be read becomes the answer to it. */
export const decode = (text: string): Result.Result<ClientFrame, Refusal> => {
  const value = parse(text)
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return Result.fail(refusal("a frame must be a JSON object with a type"))
  }
  const id = "id" in value && typeof value.id === "string" ? value.id.slice(0, 64) : undefined
  if (!isType(value.type)) {
    return Result.fail(refusal(`type must be one of ${Object.keys(decoders).join(", ")}`, id))
  }
  return Result.mapError(decoders[value.type](value), (error) => refusal(wordsOf(error), id))
}
