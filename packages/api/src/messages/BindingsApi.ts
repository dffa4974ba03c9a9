import {
  Binding,
  ChannelName,
  DeviceId,
  FormatId,
  InstantFromString,
  mainChannel,
  Subject
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { NotFound, PayloadTooLarge, UnsupportedMediaType } from "../failures.ts"
import { pageQuery } from "../Page.ts"

const { createdAt: _, tenantId: __, ...fields } = Binding.fields

/** Which subject speaks for which device. */
export const BindingView = Schema.Struct({ ...fields, createdAt: InstantFromString }).annotate({
  identifier: "Binding"
})

/** What to say to bind a subject. */
export const NewBinding = Schema.Struct({
  format: FormatId,
  subject: Subject,
  deviceId: DeviceId,
  /** The channel of the device its readings go to. */
  channel: ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel))),
  /** What the numbers mean whose meaning the format does not know, by their names. */
  fields: fields.fields.pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
}).annotate({ identifier: "NewBinding" })

/** Whether there was anything to take away. */
export const Unbound = Schema.Struct({ removed: Schema.Boolean }).annotate({ identifier: "Unbound" })

/** Which subjects of foreign formats speak for which devices. */
export class BindingsApi extends HttpApiGroup.make("bindings")
  .add(
    HttpApiEndpoint.get("list", "/v1/bindings", {
      query: { ...pageQuery, deviceId: Schema.optionalKey(DeviceId) },
      success: Envelope(Schema.Array(BindingView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "What is bound, by format and subject"),
    HttpApiEndpoint.put("set", "/v1/bindings", {
      payload: NewBinding,
      success: Envelope(BindingView),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Bind a subject to a device, in the place of what it was bound to"),
    HttpApiEndpoint.delete("remove", "/v1/bindings", {
      query: { format: FormatId, subject: Subject },
      success: Envelope(Unbound)
    }).annotate(OpenApi.Summary, "Bind a subject to nothing any more")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "Which topic or serial number of a foreign format speaks for which device."
  ) {}
