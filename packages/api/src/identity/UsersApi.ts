import { Email, InstantFromString, LocationId, Role, User, UserId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, NotFound, PreconditionFailed, RateLimited } from "../failures.ts"
import { pageQuery } from "../Page.ts"
import { Removed } from "../registry/sorting.ts"
import { EndedSessions, SessionView } from "./SessionsApi.ts"

/** A person as the administrators of a tenant see them. */
export const UserView = Schema.Struct({
  id: UserId,
  email: Email,
  name: Schema.String,
  role: Role,
  /** The locations given to them; an admin has them all, whatever stands here. */
  locations: Schema.Array(LocationId),
  /** `invited` until they come in for the first time, `disabled` while they are kept out. */
  status: Schema.Literals(["active", "invited", "disabled"]),
  /** Since when they are a member of this tenant. */
  createdAt: InstantFromString,
  disabledAt: Schema.NullOr(InstantFromString)
}).annotate({ identifier: "User" })

/** The most locations that are named for a member or a key. */
export const mostGivenLocations = 1_000

/** Locations that are given. */
export const GivenLocations = Schema.Array(LocationId).check(
  Schema.isMaxLength(mostGivenLocations, { message: `must have at most ${mostGivenLocations} entries` })
)

const locations = GivenLocations.pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))

/** Whom to invite, and as what. */
export const NewUser = Schema.Struct({
  email: Schema.String.check(Schema.isMaxLength(320, { message: "must have at most 320 characters" })),
  /** What to call them; who is known here already keeps the name they have. */
  name: User.fields.name,
  role: Role,
  locations
}).annotate({ identifier: "NewUser" })

/** Somebody who was invited, and whether a message to them is on its way. */
export const InvitedUser = Schema.Struct({ user: UserView, isMailed: Schema.Boolean }).annotate({
  identifier: "InvitedUser"
})

/** What a member shall be. */
export const UserChange = Schema.Struct({
  role: Role,
  locations: GivenLocations,
  /** Whether they are kept out of the tenant. */
  isDisabled: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
}).annotate({ identifier: "UserChange" })

/** How many members there are, and how many of them come. */
export const UserStatistics = Schema.Struct({
  members: Schema.Int,
  byRole: Schema.Struct({ user: Schema.Int, facility_manager: Schema.Int, admin: Schema.Int }),
  invited: Schema.Int,
  disabled: Schema.Int,
  signedInWithin7Days: Schema.Int,
  signedInWithin30Days: Schema.Int
}).annotate({ identifier: "UserStatistics" })

const params = { id: UserId }

/** The members of the caller's tenant. */
export class UsersApi extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("list", "/v1/users", {
      query: pageQuery,
      success: Envelope(Schema.Array(UserView))
    }).annotate(OpenApi.Summary, "The members of the tenant"),
    HttpApiEndpoint.post("invite", "/v1/users", {
      payload: NewUser,
      success: Envelope(InvitedUser).pipe(HttpApiSchema.status("Created")),
      error: [Conflict, RateLimited]
    }).annotate(OpenApi.Summary, "Invite somebody, or send the invitation again"),
    HttpApiEndpoint.get("statistics", "/v1/users/statistics", {
      success: Envelope(UserStatistics)
    }).annotate(OpenApi.Summary, "How many members there are, and how many of them come"),
    HttpApiEndpoint.get("get", "/v1/users/:id", {
      params,
      success: Envelope(UserView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One member"),
    HttpApiEndpoint.put("update", "/v1/users/:id", {
      params,
      payload: UserChange,
      success: Envelope(UserView),
      error: [NotFound, Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Change what a member may do in the tenant"),
    HttpApiEndpoint.delete("remove", "/v1/users/:id", {
      params,
      success: Envelope(Removed),
      error: [NotFound, Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Take a member out of the tenant"),
    HttpApiEndpoint.get("sessions", "/v1/users/:id/sessions", {
      params,
      success: Envelope(Schema.Array(SessionView)),
      error: NotFound
    }).annotate(OpenApi.Summary, "Where a member is signed in to the tenant, the newest first"),
    HttpApiEndpoint.delete("endSessions", "/v1/users/:id/sessions", {
      params,
      success: Envelope(EndedSessions),
      error: NotFound
    }).annotate(OpenApi.Summary, "Sign a member out of the tenant everywhere")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "The members of the tenant, for those who administer it. What is changed is what people are in it."
  ) {}
