import { DeviceId, InstantFromString, QuarantineReason } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { NotFound, PayloadTooLarge, UnsupportedMediaType } from "./failures.ts"
import { pageQuery } from "./Page.ts"
import { WireReading } from "./ReadingsApi.ts"

/** A reading that waits for a person, or what became of it. */
export const QuarantineView = Schema.Struct({
  id: Schema.String,
  deviceId: DeviceId,
  reading: WireReading,
  reason: QuarantineReason,
  receivedAt: InstantFromString,
  settled: Schema.NullOr(
    Schema.Struct({
      at: InstantFromString,
      by: Schema.String,
      as: Schema.Literals(["released", "dropped"]),
      shiftedMs: Schema.Finite
    })
  )
}).annotate({ identifier: "Quarantined" })

/** The most ids one request names. */
export const mostIds = 1_000

const Id = Schema.String.check(
  Schema.isPattern(/^[0-9a-z_]{1,64}$/u, { message: "is not an id of a reading in quarantine" })
)

const choice = {
  /** Readings by their ids. */
  ids: Schema.optionalKey(
    Schema.Array(Id).check(Schema.isMaxLength(mostIds, { message: `must have at most ${mostIds} entries` }))
  ),
  /** All that wait of a device, a thousand at a time. */
  deviceId: Schema.optionalKey(DeviceId),
  /** Of the device's, those that wait for this reason. */
  reason: Schema.optionalKey(QuarantineReason)
} as const

const oneChoice = Schema.makeFilter(
  (given: {
    readonly ids?: ReadonlyArray<string> | undefined
    readonly deviceId?: string | undefined
    readonly reason?: string | undefined
  }) => {
    if ((given.ids === undefined) === (given.deviceId === undefined)) return "must have ids or a deviceId"
    return given.ids === undefined || given.reason === undefined
      ? undefined
      : { path: ["reason"], issue: "comes with a deviceId" }
  }
)

/** Which readings are meant. */
export const QuarantineChoice = Schema.Struct(choice)
  .check(oneChoice)
  .annotate({ identifier: "QuarantineChoice" })

const month = 31 * 86_400_000

const Release = Schema.Struct({
  ...choice,
  /** Added to the instant each reading claims: a device that is an hour ahead is put right by -3600000. */
  shiftMs: Schema.Int.check(
    Schema.isBetween({ minimum: -month, maximum: month }, { message: `must be from ${-month} to ${month}` })
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
})
  .check(oneChoice)
  .annotate({ identifier: "Release" })

/** How many were stored after all, and which wait on and why. */
export const Released = Schema.Struct({
  released: Schema.Int,
  waiting: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      reason: Schema.Literals(["future", "too_old", "conflict", "expired", "unknown_device"])
    })
  ),
  /** Whether more of the device wait than one request settles: ask again. */
  hasMore: Schema.Boolean
}).annotate({ identifier: "Released" })

/** How many were given up. */
export const Dropped = Schema.Struct({ dropped: Schema.Int, hasMore: Schema.Boolean }).annotate({
  identifier: "Dropped"
})

/** What readings from the future tell of a device's clock. */
export const ClockView = Schema.Struct({
  /** Milliseconds ahead; null unless the last ten messages from the future agree. */
  skewMs: Schema.NullOr(Schema.Finite),
  /** How many messages tell so. */
  messages: Schema.Int,
  /** Set when the device is ahead by the offset of its location: it sends local time as if it were UTC. */
  hint: Schema.NullOr(Schema.Literal("local_time_as_utc"))
}).annotate({ identifier: "Clock" })

/** Readings that were not stored with the others. */
export class QuarantineApi extends HttpApiGroup.make("quarantine")
  .add(
    HttpApiEndpoint.get("list", "/v1/quarantine", {
      query: {
        ...pageQuery,
        deviceId: Schema.optionalKey(DeviceId),
        /** `all` shows also what was released or dropped. */
        show: Schema.Literals(["waiting", "all"]).pipe(
          Schema.withDecodingDefaultKey(Effect.succeed("waiting" as const))
        )
      },
      success: Envelope(Schema.Array(QuarantineView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The readings in quarantine, by the instants they claim"),
    HttpApiEndpoint.post("release", "/v1/quarantine/release", {
      payload: Release,
      success: Envelope(Released),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Store readings of the quarantine after all, with their instants put right"),
    HttpApiEndpoint.post("drop", "/v1/quarantine/drop", {
      payload: QuarantineChoice,
      success: Envelope(Dropped),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Give readings of the quarantine up"),
    HttpApiEndpoint.get("clock", "/v1/devices/:id/clock", {
      params: { id: DeviceId },
      success: Envelope(ClockView),
      error: NotFound
    }).annotate(OpenApi.Summary, "How far the clock of a device is off")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "Readings that wait for a person: from the future, against a stored one, or of a time given up."
  ) {}
