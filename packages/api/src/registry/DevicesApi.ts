import {
  ApiKey,
  Device,
  DeviceDraft,
  DeviceId,
  DeviceKind,
  DeviceRole,
  InstantFromString,
  LocationId
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, NotFound, PreconditionFailed, RateLimited } from "../failures.ts"
import { Removed, sortedQuery } from "./sorting.ts"

const { createdAt: _, removedAt: __, tenantId: ___, ...fields } = Device.fields

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

/** What a device shall be. */
export const DeviceChange = Schema.Struct({
  ...DeviceDraft.fields,
  /** The location it is at, if at all: a device stays where its readings were. */
  locationId: Schema.optionalKey(LocationId)
}).annotate({ identifier: "DeviceChange" })

/** A device just registered, with the credential that is shown this once. */
export const RegisteredDevice = Schema.Struct({ device: DeviceView, credential: Schema.String }).annotate({
  identifier: "RegisteredDevice"
})

/** A device of a tree: it stands before those it contains, and so many are above it. */
export const DeviceTreeEntry = Schema.Struct({
  ...DeviceView.fields,
  depth: Schema.Int
}).annotate({ identifier: "DeviceTreeEntry" })

/** A credential of a device. Nobody can learn its secret again. */
export const DeviceCredentialView = Schema.Struct({
  id: ApiKey.fields.id,
  prefix: Schema.String,
  createdAt: InstantFromString,
  /** As of a minute ago. */
  lastUsedAt: Schema.NullOr(InstantFromString),
  /** From when on it is worth nothing, which may lie ahead. */
  revokedAt: Schema.NullOr(InstantFromString)
}).annotate({ identifier: "DeviceCredential" })

/** The longest an old credential works beside a new one: a day. */
export const mostOverlapMinutes = 1440

/** How to replace the credential of a device. */
export const CredentialRotation = Schema.Struct({
  /** For so long the old credential works as well, until the device has the new one. */
  overlapMinutes: Schema.Int.check(
    Schema.isBetween(
      { minimum: 0, maximum: mostOverlapMinutes },
      { message: `must be between 0 and ${mostOverlapMinutes}` }
    )
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
}).annotate({ identifier: "CredentialRotation" })

/** The new credential of a device, shown this once, and until when the old one works. */
export const RotatedCredential = Schema.Struct({
  id: ApiKey.fields.id,
  credential: Schema.String,
  oldUntil: InstantFromString
}).annotate({ identifier: "RotatedCredential" })

/** From when on a device was heard, or silent. */
export const DeviceStatusView = Schema.Struct({
  at: InstantFromString,
  status: Schema.Literals(["online", "offline"])
}).annotate({ identifier: "DeviceStatus" })

const params = { id: DeviceId }
const placeParams = { locationId: LocationId }

/** What measures or is measured. */
export class DevicesApi extends HttpApiGroup.make("devices")
  .add(
    HttpApiEndpoint.get("list", "/v1/locations/:locationId/devices", {
      params: placeParams,
      query: {
        ...sortedQuery,
        kind: Schema.optionalKey(DeviceKind),
        role: Schema.optionalKey(DeviceRole)
      },
      success: Envelope(Schema.Array(DeviceView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The devices of a location"),
    HttpApiEndpoint.get("tree", "/v1/locations/:locationId/devices/tree", {
      params: placeParams,
      success: Envelope(Schema.Array(DeviceTreeEntry)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The devices of a location, each before those whose energy it contains"),
    HttpApiEndpoint.post("register", "/v1/locations/:locationId/devices", {
      params: placeParams,
      payload: NewDevice,
      success: Envelope(RegisteredDevice).pipe(HttpApiSchema.status("Created")),
      error: [NotFound, Conflict, RateLimited]
    }).annotate(OpenApi.Summary, "Register a device and receive its credential, once"),
    HttpApiEndpoint.get("get", "/v1/devices/:id", {
      params,
      success: Envelope(DeviceView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One device"),
    HttpApiEndpoint.put("update", "/v1/devices/:id", {
      params,
      payload: DeviceChange,
      success: Envelope(DeviceView),
      error: [NotFound, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Change a device"),
    HttpApiEndpoint.delete("remove", "/v1/devices/:id", {
      params,
      success: Envelope(Removed),
      error: [NotFound, Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Remove a device; what it said still counts"),
    HttpApiEndpoint.get("credentials", "/v1/devices/:id/credentials", {
      params,
      success: Envelope(Schema.Array(DeviceCredentialView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "The credentials a device has and had"),
    HttpApiEndpoint.post("rotateCredential", "/v1/devices/:id/credentials/rotate", {
      params,
      payload: CredentialRotation,
      success: Envelope(RotatedCredential).pipe(HttpApiSchema.status("Created")),
      error: NotFound
    }).annotate(OpenApi.Summary, "Give a device a new credential, shown once"),
    HttpApiEndpoint.get("statusHistory", "/v1/devices/:id/status-history", {
      params,
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
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "What measures or is measured: meters, plugs, inverters, batteries, chargers."
  ) {}
