import { InstantFromString, SessionId, TenantId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { NotFound } from "../failures.ts"

/** One sign-in of a person. */
export const SessionView = Schema.Struct({
  id: SessionId,
  tenantId: TenantId,
  createdAt: InstantFromString,
  usedAt: InstantFromString,
  expiresAt: InstantFromString,
  /** As the program called itself. */
  agent: Schema.String,
  /** Whether this is the session that asks. */
  isThis: Schema.Boolean
}).annotate({ identifier: "Session" })

/** How many sessions were ended. */
export const EndedSessions = Schema.Struct({ ended: Schema.Int }).annotate({ identifier: "EndedSessions" })

/** Where a person is signed in. */
export class SessionsApi extends HttpApiGroup.make("sessions")
  .add(
    HttpApiEndpoint.get("list", "/v1/sessions", {
      success: Envelope(Schema.Array(SessionView))
    }).annotate(OpenApi.Summary, "Where you are signed in, the newest first"),
    HttpApiEndpoint.delete("endOthers", "/v1/sessions", {
      success: Envelope(EndedSessions)
    }).annotate(OpenApi.Summary, "Sign out everywhere but here"),
    HttpApiEndpoint.delete("end", "/v1/sessions/:id", {
      params: { id: SessionId },
      success: Envelope(Schema.Null),
      error: NotFound
    }).annotate(OpenApi.Summary, "Sign out there"),
    HttpApiEndpoint.post("logout", "/v1/auth/logout", {
      success: Envelope(Schema.Null)
    }).annotate(OpenApi.Summary, "Sign out here")
  )
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Where you are signed in. Only for people, not for keys.") {}
