import {
  InstantFromString,
  LocalDate,
  Location,
  LocationDraft,
  LocationId,
  LocationKind,
  Role,
  UserId
} from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, NotFound, PreconditionFailed } from "../failures.ts"
import { Removed, sortedQuery } from "./sorting.ts"

const { createdAt: _, removedAt: __, tenantId: ___, ...fields } = Location.fields

/** A location as the API shows it. */
export const LocationView = Schema.Struct({ ...fields, createdAt: InstantFromString }).annotate({
  identifier: "Location"
})
export type LocationView = typeof LocationView.Type

/** What to say to make a location; the id may be chosen. */
export const NewLocation = Schema.Struct({
  id: Schema.optionalKey(LocationId),
  ...LocationDraft.fields
}).annotate({ identifier: "NewLocation" })

/** What a location shall be; what is left out, it has no more. */
export const LocationChange = Schema.Struct({
  ...LocationDraft.fields,
  /** The first local day of another zone; today when it is left out. Days before keep theirs. */
  zoneFrom: Schema.optionalKey(LocalDate.LocalDate)
}).annotate({ identifier: "LocationChange" })

/** A person to whom a location was given. */
export const LocationMemberView = Schema.Struct({
  userId: UserId,
  name: Schema.String,
  role: Role
}).annotate({ identifier: "LocationMember" })

/** The most members a location is given to. */
export const mostLocationMembers = 500

/** To whom a location shall be given. */
export const LocationMembers = Schema.Struct({
  members: Schema.Array(UserId).check(
    Schema.isMaxLength(mostLocationMembers, { message: `must have at most ${mostLocationMembers} entries` })
  )
}).annotate({ identifier: "LocationMembers" })

const params = { id: LocationId }

/** Places, each with its time zone and currency. */
export class LocationsApi extends HttpApiGroup.make("locations")
  .add(
    HttpApiEndpoint.get("list", "/v1/locations", {
      query: { ...sortedQuery, kind: Schema.optionalKey(LocationKind) },
      success: Envelope(Schema.Array(LocationView))
    }).annotate(OpenApi.Summary, "The locations that the caller reaches"),
    HttpApiEndpoint.post("create", "/v1/locations", {
      payload: NewLocation,
      success: Envelope(LocationView).pipe(HttpApiSchema.status("Created")),
      error: Conflict
    }).annotate(OpenApi.Summary, "Make a location"),
    HttpApiEndpoint.get("get", "/v1/locations/:id", {
      params,
      success: Envelope(LocationView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One location"),
    HttpApiEndpoint.put("update", "/v1/locations/:id", {
      params,
      payload: LocationChange,
      success: Envelope(LocationView),
      error: [NotFound, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Change a location"),
    HttpApiEndpoint.delete("remove", "/v1/locations/:id", {
      params,
      success: Envelope(Removed),
      error: [NotFound, Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Remove a location that has no devices any more"),
    HttpApiEndpoint.get("members", "/v1/locations/:id/members", {
      params,
      success: Envelope(Schema.Array(LocationMemberView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "To whom a location was given"),
    HttpApiEndpoint.put("setMembers", "/v1/locations/:id/members", {
      params,
      payload: LocationMembers,
      success: Envelope(Schema.Array(LocationMemberView)),
      error: [NotFound, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Give a location to these members, and to no others")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Places, each with its time zone and currency.") {}
