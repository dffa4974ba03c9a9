import { InstantFromString, LocalDate, LocationId, TariffId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, Detail, NotFound, PreconditionFailed, Unprocessable } from "../failures.ts"
import { pageQuery } from "../Page.ts"
import { Removed } from "./sorting.ts"

/** A tariff in a list, without what it says. */
export const TariffEntry = Schema.Struct({
  id: TariffId,
  name: Schema.String,
  createdAt: InstantFromString,
  changedAt: InstantFromString
}).annotate({ identifier: "TariffEntry" })

/** What a tariff says, as `@wattkit/tariff` reads it. */
const Definition = Schema.JsonObject.annotate({
  description: "A tariff as @wattkit/tariff reads it: dated versions, each a list of charges."
})

/** A tariff as the API shows it. */
export const TariffView = Schema.Struct({ ...TariffEntry.fields, definition: Definition }).annotate({
  identifier: "Tariff"
})

/** What to say to make a tariff; the id may be chosen, and the name is that of the definition. */
export const NewTariff = Schema.Struct({
  id: Schema.optionalKey(TariffId),
  definition: Definition
}).annotate({ identifier: "NewTariff" })

/** What a tariff shall say. */
export const TariffDefinition = Schema.Struct({ definition: Definition }).annotate({
  identifier: "TariffDefinition"
})

/** Whether a definition can be priced, and what keeps it from that. */
export const TariffCheck = Schema.Struct({
  isValid: Schema.Boolean,
  faults: Schema.Array(Detail)
}).annotate({ identifier: "TariffCheck" })

/** A tariff in force at a location, from a local day on until the next one of its direction. */
export const TariffAssignmentView = Schema.Struct({
  direction: Schema.Literals(["import", "export"]),
  from: LocalDate.LocalDate,
  tariffId: TariffId
}).annotate({ identifier: "TariffAssignment" })

/** The most assignments a location has. */
export const mostTariffAssignments = 1000

/** Which tariffs shall be in force at a location. */
export const TariffAssignments = Schema.Struct({
  assignments: Schema.Array(TariffAssignmentView).check(
    Schema.isMaxLength(mostTariffAssignments, {
      message: `must have at most ${mostTariffAssignments} entries`
    })
  )
}).annotate({ identifier: "TariffAssignments" })

const params = { id: TariffId }
const placeParams = { id: LocationId }

/** How energy becomes money, and where. */
export class TariffsApi extends HttpApiGroup.make("tariffs")
  .add(
    HttpApiEndpoint.get("list", "/v1/tariffs", {
      query: pageQuery,
      success: Envelope(Schema.Array(TariffEntry))
    }).annotate(OpenApi.Summary, "The tariffs of the caller's tenant"),
    HttpApiEndpoint.post("create", "/v1/tariffs", {
      payload: NewTariff,
      success: Envelope(TariffView).pipe(HttpApiSchema.status("Created")),
      error: [Conflict, Unprocessable]
    }).annotate(OpenApi.Summary, "Make a tariff"),
    HttpApiEndpoint.post("check", "/v1/tariffs/check", {
      payload: TariffDefinition,
      success: Envelope(TariffCheck)
    }).annotate(OpenApi.Summary, "Find everything in a definition that cannot be priced"),
    HttpApiEndpoint.get("get", "/v1/tariffs/:id", {
      params,
      success: Envelope(TariffView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One tariff"),
    HttpApiEndpoint.put("update", "/v1/tariffs/:id", {
      params,
      payload: TariffDefinition,
      success: Envelope(TariffView),
      error: [NotFound, Conflict, PreconditionFailed, Unprocessable]
    }).annotate(OpenApi.Summary, "Change a tariff; where it is in force, only days to come"),
    HttpApiEndpoint.delete("remove", "/v1/tariffs/:id", {
      params,
      success: Envelope(Removed),
      error: [NotFound, Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Remove a tariff that is in force nowhere"),
    HttpApiEndpoint.get("assignments", "/v1/locations/:id/tariffs", {
      params: placeParams,
      success: Envelope(Schema.Array(TariffAssignmentView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Which tariffs are in force at a location, from which days on"),
    HttpApiEndpoint.put("assign", "/v1/locations/:id/tariffs", {
      params: placeParams,
      payload: TariffAssignments,
      success: Envelope(Schema.Array(TariffAssignmentView)),
      error: [NotFound, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Say which tariffs are in force at a location, and no others")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "How energy becomes money, and at which locations from which day on.") {}
