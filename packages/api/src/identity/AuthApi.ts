import { Scope, TenantId, User } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Envelope } from "../Envelope.ts"
import { Forbidden, Internal, RateLimited, Unauthorized, Unavailable } from "../failures.ts"

const { name: Name } = User.fields

const atMost = (length: number) =>
  Schema.String.check(Schema.isMaxLength(length, { message: `must have at most ${length} characters` }))

/** An address as it was typed; how it is compared is the server's matter. */
const TypedEmail = atMost(320)

/** A password as it was typed. It is looked at, and no answer and no log repeats it. */
export const TypedPassword = atMost(1024)

/** A secret that was sent in a message, or shown once. */
const Secret = atMost(2048)

/** What to say to register. */
export const NewPerson = Schema.Struct({
  email: TypedEmail,
  password: TypedPassword,
  name: Name,
  /** What the tenant of your own is called; as you are when it is left out. */
  tenantName: Schema.optionalKey(Name)
}).annotate({ identifier: "NewPerson" })

/** What to show to sign in. */
export const NewSession = Schema.Struct({
  email: TypedEmail,
  password: TypedPassword,
  /** The tenant to enter; the one you have been in for longest when it is left out. */
  tenantId: Schema.optionalKey(TenantId)
}).annotate({ identifier: "NewSession" })

const tokens = { accessToken: Schema.String, refreshToken: Schema.String, expiresIn: Schema.Int }

/** What is shown from now on: the access token for so many seconds, the refresh token once, for the next. */
export const Tokens = Schema.Struct(tokens).annotate({ identifier: "Tokens" })

/** Signed in; or the challenge to show together with a code, within so many seconds. */
export const SignedIn = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("in"), ...tokens }),
  Schema.Struct({ kind: Schema.Literal("second_factor"), challenge: Schema.String, expiresIn: Schema.Int })
]).annotate({ identifier: "SignedIn" })

/** What a program shows for an access token. */
export const ClientCredentials = Schema.Struct({
  clientId: atMost(64),
  clientSecret: Secret,
  /** Fewer scopes than the key has; all of them when it is left out. */
  scopes: Schema.optionalKey(Schema.NonEmptyArray(Scope)),
  /** For how many seconds; an hour when it is left out, a week at most. */
  expiresIn: Schema.optionalKey(
    Schema.Int.check(
      Schema.isBetween({ minimum: 1, maximum: 604_800 }, { message: "must be between 1 and 604800" })
    )
  )
}).annotate({ identifier: "ClientCredentials" })

/** The access token of a program. */
export const ClientToken = Schema.Struct({
  accessToken: Schema.String,
  expiresIn: Schema.Int,
  scopes: Schema.Array(Scope)
}).annotate({ identifier: "ClientToken" })

/** The keys that verify access tokens, as RFC 7517 has them. */
export const JsonWebKeys = Schema.Struct({
  keys: Schema.Array(
    Schema.Struct({
      kty: Schema.Literal("RSA"),
      n: Schema.String,
      e: Schema.String,
      alg: Schema.Literal("RS256"),
      use: Schema.Literal("sig"),
      kid: Schema.String
    })
  )
}).annotate({ identifier: "JsonWebKeys" })

const nothing = Envelope(Schema.Null)
const error = [Unauthorized, Forbidden, RateLimited, Internal, Unavailable] as const

/** How people and programs prove who they are. */
export class AuthApi extends HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("register", "/v1/auth/register", {
      payload: NewPerson,
      success: nothing.pipe(HttpApiSchema.status("Accepted")),
      error
    }).annotate(OpenApi.Summary, "Register; the answer does not tell whether the address is known"),
    HttpApiEndpoint.post("verifyEmail", "/v1/auth/verify-email", {
      payload: Schema.Struct({ secret: Secret, password: TypedPassword }),
      success: nothing,
      error
    }).annotate(
      OpenApi.Summary,
      "Confirm an address with the secret of a message and the password it was registered with"
    ),
    HttpApiEndpoint.post("login", "/v1/auth/login", {
      payload: NewSession,
      success: Envelope(SignedIn),
      error
    }).annotate(OpenApi.Summary, "Sign in with address and password"),
    HttpApiEndpoint.post("secondFactor", "/v1/auth/mfa/challenge", {
      payload: Schema.Struct({ challenge: Secret, code: atMost(64) }),
      success: Envelope(Tokens),
      error
    }).annotate(OpenApi.Summary, "The second step: a code of the authenticator, or a recovery code"),
    HttpApiEndpoint.post("refresh", "/v1/auth/refresh", {
      payload: Schema.Struct({ refreshToken: Secret }),
      success: Envelope(Tokens),
      error
    }).annotate(OpenApi.Summary, "Turn a refresh token in for the next one and a new access token")
  )
  .add(
    HttpApiEndpoint.post("forgotPassword", "/v1/auth/forgot-password", {
      payload: Schema.Struct({ email: TypedEmail }),
      success: nothing.pipe(HttpApiSchema.status("Accepted")),
      error
    }).annotate(OpenApi.Summary, "Ask for a message to choose a new password with"),
    HttpApiEndpoint.post("resetPassword", "/v1/auth/reset-password", {
      payload: Schema.Struct({ secret: Secret, password: TypedPassword }),
      success: nothing,
      error
    }).annotate(OpenApi.Summary, "Choose a new password with the secret of a message; ends all sessions"),
    HttpApiEndpoint.post("acceptInvitation", "/v1/auth/accept-invitation", {
      payload: Schema.Struct({
        secret: Secret,
        /** Only for who has none yet. */
        password: Schema.optionalKey(TypedPassword),
        name: Schema.optionalKey(Name)
      }),
      success: nothing,
      error
    }).annotate(OpenApi.Summary, "Accept an invitation with the secret of a message"),
    HttpApiEndpoint.post("token", "/v1/auth/token", {
      payload: ClientCredentials,
      success: Envelope(ClientToken),
      error
    }).annotate(OpenApi.Summary, "An access token for an API key, with fewer scopes if wanted"),
    HttpApiEndpoint.get("keys", "/v1/auth/jwks.json", {
      success: JsonWebKeys,
      error: [RateLimited, Internal, Unavailable]
    }).annotate(OpenApi.Summary, "The public keys that verify access tokens; may be kept for three minutes")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .annotate(
    OpenApi.Description,
    "Signing in: with address and password, a second factor, or the key of a program."
  ) {}
