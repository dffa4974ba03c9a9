import { Location, LocationDraft, LocationId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { InstantFromString } from "@wattkit/core"
import { Authorization } from "./Authorization.ts"
import { Envelope } from "./Envelope.ts"
import { Conflict, NotFound } from "./failures.ts"
import { pageQuery } from "./Page.ts"

const { createdAt: _, tenantId: __, ...fields } = Location.fields

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

/** Places, each with its time zone and currency. */
export class LocationsApi extends HttpApiGroup.make("locations")
  .add(
    HttpApiEndpoint.get("list", "/v1/locations", {
      query: pageQuery,
      success: Envelope(Schema.Array(LocationView))
    }).annotate(OpenApi.Summary, "The locations of the caller's tenant"),
    HttpApiEndpoint.post("create", "/v1/locations", {
      payload: NewLocation,
      success: Envelope(LocationView).pipe(HttpApiSchema.status("Created")),
      error: Conflict
    }).annotate(OpenApi.Summary, "Make a location"),
    HttpApiEndpoint.get("get", "/v1/locations/:id", {
      params: { id: LocationId },
      success: Envelope(LocationView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One location")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Places, each with its time zone and currency.") {}
