import {
  ChannelName,
  Confirmation,
  DeviceDraft,
  DeviceId,
  DeviceRole,
  Instant,
  InstantFromString,
  LocationDraft,
  LocationId,
  mainChannel,
  MeterExchange,
  Period,
  Provenance,
  QuarantineReason,
  ReadingFromWire,
  UsageRules,
  usualRules
} from "@wattkit/core"
import { Effect, Schema } from "effect"
import { Invalid } from "../Invalid.ts"
import type { UsageQuestion } from "../usage/question.ts"

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

const channel = ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel)))

const Query = Schema.Struct({ deviceId: DeviceId, channel, from: InstantFromString, to: InstantFromString })

const StrikeOut = Schema.Struct({ ...Query.fields, reason: Provenance.fields.reason })

const Identity = Schema.Struct({ deviceId: DeviceId, channel, at: InstantFromString })

const Correction = Schema.Struct({
  reason: Provenance.fields.reason,
  madeAt: Schema.optionalKey(InstantFromString),
  readings: Schema.Array(ReadingFromWire).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  strikeOut: Schema.Array(Schema.Struct({ channel, at: InstantFromString })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([]))
  )
})

const Choice = Schema.Union([
  Schema.Struct({ ids: Schema.Array(Schema.String) }),
  Schema.Struct({ deviceId: DeviceId, reason: Schema.optionalKey(QuarantineReason) })
])

const UsageQuery = Schema.Struct({
  deviceId: Schema.optionalKey(DeviceId),
  channel: Schema.optionalKey(ChannelName),
  locationId: Schema.optionalKey(LocationId),
  role: Schema.optionalKey(DeviceRole),
  period: Schema.optionalKey(Period.PeriodName),
  from: Schema.optionalKey(InstantFromString),
  to: Schema.optionalKey(InstantFromString),
  resolution: Schema.Literals(["PT15M", "PT1H", "P1D", "P1M", "auto"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("auto" as const))
  ),
  exact: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
})

const Rules = Schema.Struct({
  ...UsageRules.fields,
  exchanges: Schema.Array(Schema.Struct({ ...MeterExchange.fields, at: InstantFromString })),
  confirmations: Schema.Array(Schema.Struct({ ...Confirmation.fields, at: InstantFromString }))
})

/** A location as an app says it, in plain values. */
export type LocationInput = typeof NewLocation.Encoded
/** A device as an app says it, in plain values. */
export type DeviceInput = typeof NewDevice.Encoded
/** What to show live, in plain values. */
export type FilterInput = typeof Filter.Encoded
/** Which readings to read, in plain values; instants are RFC 3339 with an offset. */
export type QueryInput = typeof Query.Encoded
/** Which readings to strike out and why, in plain values. */
export type StrikeOutInput = typeof StrikeOut.Encoded
/** Which reading, in plain values. */
export type IdentityInput = typeof Identity.Encoded
/** What readings shall say instead and why, in plain values. */
export type CorrectionInput = typeof Correction.Encoded
/** Which readings in quarantine, by id or by device. */
export type ChoiceInput = typeof Choice.Encoded
/** Which usage, in plain values: of a device or of a location, over a period or an interval. */
export type UsageInput = typeof UsageQuery.Encoded
/** Rules that differ from the usual ones, in plain values. */
export type RulesInput = Partial<typeof Rules.Encoded>

const strict = { errors: "all", onExcessProperty: "error" } as const

export const decodeLocation = Schema.decodeUnknownSync(NewLocation, strict)
export const decodeDevice = Schema.decodeUnknownSync(NewDevice, strict)
export const decodeDeviceId = Schema.decodeUnknownSync(DeviceId)
export const decodeChannel = Schema.decodeUnknownSync(ChannelName)
export const decodeFilter = Schema.decodeUnknownSync(Filter, strict)
export const decodeIdentity = Schema.decodeUnknownSync(Identity, strict)
export const decodeCorrection = Schema.decodeUnknownSync(Correction, strict)
export const decodeChoice = Schema.decodeUnknownSync(Choice, strict)

const decodeSpan = Schema.decodeUnknownSync(Query, strict)
const decodeStrike = Schema.decodeUnknownSync(StrikeOut, strict)
const decodeUsageQuery = Schema.decodeUnknownSync(UsageQuery, strict)
const decodeAllRules = Schema.decodeUnknownSync(Rules, strict)

const intervalOf = ({ from, to }: { readonly from: Instant.Instant; readonly to: Instant.Instant }) => ({
  start: from,
  end: Instant.Order(from, to) > 0 ? from : to
})

/** The half-open interval comes as two instants; one that ends before it starts holds nothing. */
export const decodeQuery = (input: QueryInput) => {
  const { from, to, ...query } = decodeSpan(input)
  return { ...query, within: intervalOf({ from, to }) }
}

/** The half-open interval comes as two instants, as for readings. */
export const decodeStrikeOut = (input: StrikeOutInput) => {
  const { from, to, ...query } = decodeStrike(input)
  return { ...query, within: intervalOf({ from, to }) }
}

/** What is left out is as usual. */
export const decodeRules = (input: RulesInput): UsageRules => decodeAllRules({ ...usualRules, ...input })

/** A question about usage names a device or a location. */
export const decodeUsage = (input: UsageInput): UsageQuestion => {
  const {
    channel: only,
    deviceId,
    exact,
    from,
    locationId,
    period,
    resolution,
    role,
    to
  } = decodeUsageQuery(input)
  const time = { period, from, to }
  if (deviceId !== undefined && locationId === undefined) {
    return { of: { deviceId, channel: only }, time, resolution, exact }
  }
  if (locationId !== undefined && deviceId === undefined) {
    return { of: { locationId, role }, time, resolution, exact }
  }
  throw new Invalid({ field: "deviceId", reason: "or locationId must be there, and only one of them" })
}
