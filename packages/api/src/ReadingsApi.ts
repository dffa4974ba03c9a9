import {
  ChannelName,
  DeviceId,
  InstantFromString,
  mainChannel,
  Provenance,
  ReadingFromWire
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { NotFound, PayloadTooLarge, RateLimited, UnsupportedMediaType } from "./failures.ts"
import { pageQuery } from "./Page.ts"

/** A reading as it travels. */
export const WireReading = ReadingFromWire.annotate({ identifier: "Reading" })

/** The body of an ingest request: one reading, a list of them, or a list under `readings`. */
export const ReadingsBody = Schema.Union([
  WireReading,
  Schema.Array(WireReading),
  Schema.Struct({ readings: Schema.Array(WireReading) })
]).annotate({ identifier: "Readings" })

/** A reading together with the device it is of. */
export const DeviceReadingView = Schema.Struct({
  device: DeviceId,
  ...WireReading.fields
}).annotate({ identifier: "DeviceReading" })

/** The body of an ingest request about many devices: a list, or a list under `readings`. */
export const DeviceReadingsBody = Schema.Union([
  Schema.Array(DeviceReadingView),
  Schema.Struct({ readings: Schema.Array(DeviceReadingView) })
]).annotate({ identifier: "DeviceReadings" })

/**
 * Rows, one reading each, as in the files of `wattkit import`: CSV with a header of `device`, `at`,
 * `channel`, `since`, quantities and `extra`, or one JSON reading a line. They are read as they come, up to
 * 100 MiB and a million rows, also gzipped.
 */
const rows = [
  Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/csv" })),
  Schema.String.pipe(HttpApiSchema.asText({ contentType: "application/x-ndjson" }))
] as const

/**
 * A reading that was not stored: which of the request, which field, why in a word and in a sentence. Those
 * that are `future`, `conflict` or `expired` wait in quarantine.
 */
export const Rejection = Schema.Struct({
  index: Schema.Int,
  /** Of CSV and of one reading a line: on which line, from 1. */
  line: Schema.optionalKey(Schema.Int),
  field: Schema.String,
  reason: Schema.Literals(["malformed", "too_old", "future", "conflict", "expired"]),
  message: Schema.String
}).annotate({ identifier: "Rejection" })
export type Rejection = typeof Rejection.Type

/** What became of the readings of a request. What is accepted is on disk. */
export const IngestResult = Schema.Struct({
  accepted: Schema.Int,
  duplicates: Schema.Int,
  rejected: Schema.Array(Rejection)
}).annotate({ identifier: "IngestResult" })
export type IngestResult = typeof IngestResult.Type

const channel = ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel)))

/** The most readings one request corrects. */
export const mostCorrections = 1_000

const fewEnough = Schema.isMaxLength(mostCorrections, {
  message: `must have at most ${mostCorrections} entries`
})

/** What readings shall say instead, which ones shall not count, and why. All of it is stored, or nothing. */
export const NewCorrection = Schema.Struct({
  reason: Provenance.fields.reason,
  /** When it was decided; now unless said. The same correction with the same instant is made once. */
  madeAt: Schema.optionalKey(InstantFromString),
  /** What counts from now on; one that was not there is added. */
  readings: Schema.Array(WireReading)
    .check(fewEnough)
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** Readings that count no more. */
  strikeOut: Schema.Array(Schema.Struct({ at: InstantFromString, channel }))
    .check(fewEnough)
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
})
  .check(
    Schema.makeFilter(({ readings, strikeOut }) =>
      readings.length + strikeOut.length > 0 ? undefined : "must have readings or strikeOut"
    )
  )
  .annotate({ identifier: "NewCorrection" })

/**
 * What became of a correction: readings that say something else now, readings that were added, corrections
 * that a later one stands above, repetitions, and what could not be made.
 */
export const CorrectionResult = Schema.Struct({
  revised: Schema.Int,
  accepted: Schema.Int,
  superseded: Schema.Int,
  duplicates: Schema.Int,
  rejected: Schema.Array(Rejection)
}).annotate({ identifier: "CorrectionResult" })

/** A version of a reading: null strikes it out; without provenance it is what the device said. */
export const RevisionView = Schema.Struct({
  reading: Schema.NullOr(WireReading),
  provenance: Schema.NullOr(Schema.Struct({ ...Provenance.fields, madeAt: InstantFromString })),
  receivedAt: InstantFromString
}).annotate({ identifier: "Revision" })

/** Readings in and out. */
export class ReadingsApi extends HttpApiGroup.make("readings")
  .add(
    HttpApiEndpoint.post("ingest", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      payload: [ReadingsBody, ...rows],
      success: Envelope(IngestResult),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType, RateLimited]
    }).annotate(OpenApi.Summary, "Store readings of a device; answered once they are on disk"),
    HttpApiEndpoint.post("ingestMany", "/v1/readings", {
      payload: [DeviceReadingsBody, ...rows],
      success: Envelope(IngestResult),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType, RateLimited]
    }).annotate(
      OpenApi.Summary,
      "Store readings of many devices, each with its `device`; answered once they are on disk"
    ),
    HttpApiEndpoint.get("list", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      query: {
        ...pageQuery,
        from: Schema.optionalKey(InstantFromString),
        to: Schema.optionalKey(InstantFromString),
        channel
      },
      success: Envelope(Schema.Array(WireReading)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Readings of one channel, oldest first, from a half-open interval"),
    HttpApiEndpoint.get("latest", "/v1/devices/:id/energy/readings/latest", {
      params: { id: DeviceId },
      success: Envelope(Schema.Array(WireReading)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The newest reading of every channel of a device"),
    HttpApiEndpoint.put("correct", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      payload: NewCorrection,
      success: Envelope(CorrectionResult),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Correct readings of a device; every version stays readable"),
    HttpApiEndpoint.delete("strikeOut", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      query: {
        from: InstantFromString,
        to: InstantFromString,
        channel,
        reason: Provenance.fields.reason
      },
      success: Envelope(Schema.Struct({ struckOut: Schema.Int })),
      error: NotFound
    }).annotate(OpenApi.Summary, "Strike out the readings of one channel within an interval"),
    HttpApiEndpoint.get("revisions", "/v1/devices/:id/energy/readings/revisions", {
      params: { id: DeviceId },
      query: { at: InstantFromString, channel },
      success: Envelope(Schema.Array(RevisionView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Every version of one reading, oldest first; the last one counts")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Readings in and out.") {}
