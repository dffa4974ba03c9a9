import { ChannelName, DeviceId, InstantFromString, mainChannel, ReadingFromWire } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { NotFound, PayloadTooLarge, UnsupportedMediaType } from "./failures.ts"
import { pageQuery } from "./Page.ts"

const WireReading = ReadingFromWire.annotate({ identifier: "Reading" })

/** The body of an ingest request: one reading, a list of them, or a list under `readings`. */
export const ReadingsBody = Schema.Union([
  WireReading,
  Schema.Array(WireReading),
  Schema.Struct({ readings: Schema.Array(WireReading) })
]).annotate({ identifier: "Readings" })

/** A reading that was not stored: which of the request, which field, why in a word and in a sentence. */
export const Rejection = Schema.Struct({
  index: Schema.Int,
  field: Schema.String,
  reason: Schema.Literals(["malformed", "future", "too_old", "conflict"]),
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

/** Readings in and out. */
export class ReadingsApi extends HttpApiGroup.make("readings")
  .add(
    HttpApiEndpoint.post("ingest", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      payload: ReadingsBody,
      success: Envelope(IngestResult),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Store readings of a device; answered once they are on disk"),
    HttpApiEndpoint.get("list", "/v1/devices/:id/energy/readings", {
      params: { id: DeviceId },
      query: {
        ...pageQuery,
        from: Schema.optionalKey(InstantFromString),
        to: Schema.optionalKey(InstantFromString),
        channel: ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel)))
      },
      success: Envelope(Schema.Array(WireReading)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Readings of one channel, oldest first, from a half-open interval"),
    HttpApiEndpoint.get("latest", "/v1/devices/:id/energy/readings/latest", {
      params: { id: DeviceId },
      success: Envelope(Schema.Array(WireReading)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The newest reading of every channel of a device")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Readings in and out.") {}
