import {
  ChannelName,
  DeviceDraft,
  DeviceId,
  Instant,
  InstantFromString,
  LocationDraft,
  LocationId,
  mainChannel
} from "@wattkit/core"
import { Effect, Schema } from "effect"

const NewLocation = Schema.Struct({ id: Schema.optionalKey(LocationId), ...LocationDraft.fields })

const NewDevice = Schema.Struct({
  id: Schema.optionalKey(DeviceId),
  locationId: LocationId,
  ...DeviceDraft.fields,
  parentId: DeviceDraft.fields.parentId.pipe(Schema.withDecodingDefaultKey(Effect.succeed(null)))
})

const Filter = Schema.Struct({
  locationIds: Schema.optionalKey(Schema.Array(LocationId)),
  deviceIds: Schema.optionalKey(Schema.Array(DeviceId))
})

const Query = Schema.Struct({
  deviceId: DeviceId,
  channel: ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel))),
  from: InstantFromString,
  to: InstantFromString
})

/** A location as an app says it, in plain values. */
export type LocationInput = typeof NewLocation.Encoded
/** A device as an app says it, in plain values. */
export type DeviceInput = typeof NewDevice.Encoded
/** What to show live, in plain values. */
export type FilterInput = typeof Filter.Encoded
/** Which readings to read, in plain values; instants are RFC 3339 with an offset. */
export type QueryInput = typeof Query.Encoded

const strict = { errors: "all", onExcessProperty: "error" } as const

export const decodeLocation = Schema.decodeUnknownSync(NewLocation, strict)
export const decodeDevice = Schema.decodeUnknownSync(NewDevice, strict)
export const decodeDeviceId = Schema.decodeUnknownSync(DeviceId)
export const decodeFilter = Schema.decodeUnknownSync(Filter, strict)

const decodeSpan = Schema.decodeUnknownSync(Query, strict)

/** The half-open interval comes as two instants; one that ends before it starts holds nothing. */
export const decodeQuery = (input: QueryInput) => {
  const { from, to, ...query } = decodeSpan(input)
  return { ...query, within: { start: from, end: Instant.Order(from, to) > 0 ? from : to } }
}
