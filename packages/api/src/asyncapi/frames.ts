import { ChannelName, DeviceId, InstantFromString, liveEvents, LocationId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { IngestResult, WireReading } from "../ReadingsApi.ts"

/** Comes back with what answers the frame, and with the news of a subscription. */
const id = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64)))

const few = <S extends Schema.Top>(item: S) =>
  Schema.optionalKey(Schema.Array(item).check(Schema.isMaxLength(500)))

const frame = <Type extends string, Fields extends Schema.Struct.Fields>(type: Type, fields: Fields) =>
  Schema.Struct({ type: Schema.Literal(type), ...fields }).annotate({ identifier: `Frame_${type}` })

/** Where a client was: the stream of the `CONNECTION_ACK`, and the last sequence it saw. */
const since = Schema.Struct({
  stream: Schema.String.check(Schema.isMaxLength(64)),
  sequence: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
})

/** What a client says, by the type of the frame. */
export const clientFrames = {
  SUBSCRIBE: frame("SUBSCRIBE", {
    id,
    locationIds: few(LocationId),
    deviceIds: few(DeviceId),
    events: few(Schema.Literals(liveEvents)),
    since: Schema.optionalKey(since)
  }),
  UNSUBSCRIBE: frame("UNSUBSCRIBE", { id }),
  RECORD: frame("RECORD", {
    id,
    /** The device whose credential it is when it is left out. */
    deviceId: Schema.optionalKey(DeviceId),
    readings: Schema.Union([WireReading, Schema.Array(WireReading)])
  }),
  PING: frame("PING", { id }),
  PONG: frame("PONG", { id })
} as const

const sequence = Schema.Int

/** A reading of news: with its device and its channel. */
const LiveReading = Schema.Struct({
  ...WireReading.fields,
  deviceId: DeviceId,
  channel: ChannelName
}).annotate({ identifier: "LiveReading" })

/** What the server says of itself and of what it was asked, by the type of the frame. */
const answers = {
  CONNECTION_ACK: frame("CONNECTION_ACK", {
    sessionId: Schema.String,
    heartbeatMs: Schema.Int,
    stream: Schema.String
  }),
  SUBSCRIBED: frame("SUBSCRIBED", { id, resumed: Schema.Boolean }),
  UNSUBSCRIBED: frame("UNSUBSCRIBED", { id }),
  PING: frame("PING", {}),
  PONG: frame("PONG", { id }),
  RESYNC: frame("RESYNC", { id }),
  RECORDED: frame("RECORDED", { id, ...IngestResult.fields }),
  ERROR: frame("ERROR", {
    id,
    code: Schema.Literals([
      "VALIDATION_ERROR",
      "FORBIDDEN",
      "NOT_FOUND",
      "RATE_LIMITED",
      "UNAVAILABLE",
      "INTERNAL"
    ]),
    message: Schema.String,
    retryAfterMs: Schema.optionalKey(Schema.Finite)
  })
} as const

const told = {
  id,
  sequence,
  locationId: Schema.optionalKey(LocationId),
  /** Those with the same key are about the same thing. */
  key: Schema.String,
  data: Schema.Record(Schema.String, Schema.Unknown)
} as const

/** What the server tells of by itself, by the type of the frame. */
const news = {
  ENERGY_UPDATE: frame("ENERGY_UPDATE", {
    id,
    sequence,
    locationId: LocationId,
    readings: Schema.Array(LiveReading)
  }),
  DEVICE_STATUS: frame("DEVICE_STATUS", {
    id,
    sequence,
    locationId: LocationId,
    deviceId: DeviceId,
    at: InstantFromString,
    status: Schema.Literals(["online", "offline"])
  }),
  GREEN_ENERGY_UPDATE: frame("GREEN_ENERGY_UPDATE", told),
  NEW_RECOMMENDATION: frame("NEW_RECOMMENDATION", told),
  NOTIFICATION: frame("NOTIFICATION", told),
  JOB_PROGRESS: frame("JOB_PROGRESS", told),
  COST_UPDATE: frame("COST_UPDATE", told)
} as const

/** What the server says, by the type of the frame. */
export const serverFrames = { ...answers, ...news } as const
