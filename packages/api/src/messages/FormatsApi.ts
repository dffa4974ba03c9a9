import { FormatId, InstantFromString, quantities } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { BindingView } from "./BindingsApi.ts"
import { Envelope } from "../Envelope.ts"

/** A format that is read here, and what to set on a device that speaks it. */
export const FormatView = Schema.Struct({
  id: FormatId,
  name: Schema.String,
  devices: Schema.String,
  setUp: Schema.Array(Schema.String),
  traps: Schema.Array(Schema.String),
  quantities: Schema.Array(Schema.Literals(quantities)),
  /** Topic filters that hold every topic of the format; none where it comes over HTTP alone. */
  topics: Schema.Array(Schema.String),
  examples: Schema.Array(Schema.Struct({ topic: Schema.String, payload: Schema.String, says: Schema.String }))
}).annotate({ identifier: "Format" })

/** What a subject of a foreign format said lately, and what it is bound to. */
export const HeardView = Schema.Struct({
  format: FormatId,
  subject: Schema.String,
  firstAt: InstantFromString,
  lastAt: InstantFromString,
  /** How many messages since the server started. */
  count: Schema.Int,
  channels: Schema.Array(
    Schema.Struct({
      channel: Schema.String,
      /** The last value of each quantity. */
      quantities: Schema.Record(Schema.String, Schema.Finite),
      /** Numbers whose meaning the format does not know. */
      unknown: Schema.Record(Schema.String, Schema.Finite)
    })
  ),
  binding: Schema.NullOr(BindingView)
}).annotate({ identifier: "Heard" })

/** The formats of others, and who was heard in them. */
export class FormatsApi extends HttpApiGroup.make("formats")
  .add(
    HttpApiEndpoint.get("list", "/v1/formats", {
      success: Envelope(Schema.Array(FormatView))
    }).annotate(OpenApi.Summary, "The formats that are read, and how to set devices up that speak them"),
    HttpApiEndpoint.get("heard", "/v1/heard", {
      success: Envelope(Schema.Array(HeardView))
    }).annotate(OpenApi.Summary, "Who was heard since the server started, and what was said last")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Payload formats of devices that are read as they are.") {}
