import { InstantFromString, Preferences, Role, TenantId, User } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, PreconditionFailed, RateLimited } from "../failures.ts"
import { TypedPassword } from "./AuthApi.ts"

const { email, id, name } = User.fields

/** A person as they see themselves. */
export const MeView = Schema.Struct({
  id,
  email,
  name,
  createdAt: InstantFromString,
  hasSecondFactor: Schema.Boolean,
  /** The tenant you are signed in to, and what you are in it. */
  tenantId: TenantId,
  role: Role
}).annotate({ identifier: "Me" })

/** What people change of themselves. */
export const MeDraft = Schema.Struct({ name }).annotate({ identifier: "MeDraft" })

const OwnPreferences = Preferences.annotate({ identifier: "Preferences" })

/** A tenant somebody may enter, and what they are in it. */
export const OwnTenantView = Schema.Struct({ id: TenantId, name, role: Role }).annotate({
  identifier: "OwnTenant"
})

/** The password now, and the one from now on. */
export const PasswordChange = Schema.Struct({ current: TypedPassword, next: TypedPassword }).annotate({
  identifier: "PasswordChange"
})

/** Once more the password, for what should happen to nobody who left their screen open. */
export const Proof = Schema.Struct({ password: TypedPassword }).annotate({ identifier: "Proof" })

/** When everything of a person is erased. */
export const Erasure = Schema.Struct({ eraseAt: InstantFromString }).annotate({ identifier: "Erasure" })

/** What an authenticator needs: the secret to type, or the address for a picture. */
export const Enrolment = Schema.Struct({ secret: Schema.String, uri: Schema.String }).annotate({
  identifier: "Enrolment"
})

/** Codes that open the door once each when the authenticator is lost. They are shown this once. */
export const RecoveryCodes = Schema.Struct({ recoveryCodes: Schema.Array(Schema.String) }).annotate({
  identifier: "RecoveryCodes"
})

const Code = Schema.String.check(Schema.isMaxLength(64, { message: "must have at most 64 characters" }))

/** What is a person's own. */
export class MeApi extends HttpApiGroup.make("me")
  .add(
    HttpApiEndpoint.get("get", "/v1/users/me", { success: Envelope(MeView) }).annotate(
      OpenApi.Summary,
      "Who you are"
    ),
    HttpApiEndpoint.put("update", "/v1/users/me", {
      payload: MeDraft,
      success: Envelope(MeView),
      error: PreconditionFailed
    }).annotate(OpenApi.Summary, "Change what you are called"),
    HttpApiEndpoint.delete("erase", "/v1/users/me", {
      payload: Proof,
      success: Envelope(Erasure),
      error: RateLimited
    }).annotate(OpenApi.Summary, "Have everything of yours erased in 30 days; signing in before stops it"),
    HttpApiEndpoint.put("changePassword", "/v1/users/me/password", {
      payload: PasswordChange,
      success: Envelope(Schema.Null),
      error: RateLimited
    }).annotate(OpenApi.Summary, "Change your password; ends all your other sessions"),
    HttpApiEndpoint.get("preferences", "/v1/users/me/preferences", {
      success: Envelope(OwnPreferences)
    }).annotate(OpenApi.Summary, "How things are shown to you"),
    HttpApiEndpoint.put("prefer", "/v1/users/me/preferences", {
      payload: OwnPreferences,
      success: Envelope(OwnPreferences),
      error: PreconditionFailed
    }).annotate(OpenApi.Summary, "Say how things are shown to you; what is left out is not said any more"),
    HttpApiEndpoint.get("tenants", "/v1/users/me/tenants", {
      success: Envelope(Schema.Array(OwnTenantView))
    }).annotate(OpenApi.Summary, "The tenants you may enter")
  )
  .add(
    HttpApiEndpoint.post("enrolTotp", "/v1/auth/mfa/enrol", {
      payload: Proof,
      success: Envelope(Enrolment),
      error: [Conflict, RateLimited]
    }).annotate(OpenApi.Summary, "Begin to set up an authenticator"),
    HttpApiEndpoint.post("confirmTotp", "/v1/auth/mfa/confirm", {
      payload: Schema.Struct({ code: Code }),
      success: Envelope(RecoveryCodes),
      error: Conflict
    }).annotate(OpenApi.Summary, "Confirm it by its first code, and receive the recovery codes, once"),
    HttpApiEndpoint.post("removeTotp", "/v1/auth/mfa/remove", {
      payload: Proof,
      success: Envelope(Schema.Null),
      error: RateLimited
    }).annotate(OpenApi.Summary, "Sign in without an authenticator again")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "What is your own. Only for people, not for keys.") {}
