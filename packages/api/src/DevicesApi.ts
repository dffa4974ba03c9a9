import { Device, DeviceDraft, DeviceId, InstantFromString, LocationId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { Conflict, NotFound } from "./failures.ts"
import { pageQuery } from "./Page.ts"

const { createdAt: _, tenantId: __, ...fields } = Device.fields

/** A device as the API shows it. */
export const DeviceView = Schema.Struct({ ...fields, createdAt: InstantFromString }).annotate({
  identifier: "Device"
})
export type DeviceView = typeof DeviceView.Type

/** What to say to register a device; the id may be chosen, for example the serial number on its plate. */
export const NewDevice = Schema.Struct({
  id: Schema.optionalKey(DeviceId),
  ...DeviceDraft.fields,
  parentId: DeviceDraft.fields.parentId.pipe(Schema.withDecodingDefaultKey(Effect.succeed(null)))
}).annotate({ identifier: "NewDevice" })

/** A device just registered, with the credential that is shown this once. */
export const RegisteredDevice = Schema.Struct({ device: DeviceView, credential: Schema.String }).annotate({
  identifier: "RegisteredDevice"
})

/** From when on a device was heard, or silent. */
export const DeviceStatusView = Schema.Struct({
  at: InstantFromString,
  status: Schema.Literals(["online", "offline"])
}).annotate({ identifier: "DeviceStatus" })

/** What measures or is measured. */
export class DevicesApi extends HttpApiGroup.make("devices")
  .add(
    HttpApiEndpoint.get("list", "/v1/locations/:locationId/devices", {
      params: { locationId: LocationId },
      query: pageQuery,
      success: Envelope(Schema.Array(DeviceView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The devices of a location"),
    HttpApiEndpoint.post("register", "/v1/locations/:locationId/devices", {
      params: { locationId: LocationId },
      payload: NewDevice,
      success: Envelope(RegisteredDevice).pipe(HttpApiSchema.status("Created")),
      error: [NotFound, Conflict]
    }).annotate(OpenApi.Summary, "Register a device and receive its credential, once"),
    HttpApiEndpoint.get("get", "/v1/devices/:id", {
      params: { id: DeviceId },
      success: Envelope(DeviceView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One device"),
    HttpApiEndpoint.get("statusHistory", "/v1/devices/:id/status-history", {
      params: { id: DeviceId },
      query: {
        /** Thirty days ago when it is left out. */
        from: Schema.optionalKey(InstantFromString),
        /** Now when it is left out. */
        to: Schema.optionalKey(InstantFromString)
      },
      success: Envelope(Schema.Array(DeviceStatusView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "When a device fell silent and when it was heard again")
  )
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "What measures or is measured: meters, plugs, inverters, batteries, chargers."
  ) {}
