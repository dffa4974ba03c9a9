import { ApiKey, ApiKeyId, DeviceId, InstantFromString, LocationId, Scope, UserId } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, NotFound } from "../failures.ts"
import { pageQuery } from "../Page.ts"
import { mostOverlapMinutes } from "../registry/DevicesApi.ts"
import { Removed } from "../registry/sorting.ts"
import { GivenLocations } from "./UsersApi.ts"

/** A key. Nobody can learn its secret again; the prefix is what it begins with. */
export const ApiKeyView = Schema.Struct({
  id: ApiKeyId,
  name: Schema.String,
  prefix: Schema.String,
  scopes: ApiKey.fields.scopes,
  /** Null for all that its person, or the tenant, has. */
  locations: Schema.NullOr(Schema.Array(LocationId)),
  /** Whose it is; null for one of the tenant or of a device. */
  userId: Schema.NullOr(UserId),
  deviceId: Schema.NullOr(DeviceId),
  createdAt: InstantFromString,
  expiresAt: Schema.NullOr(InstantFromString),
  /** As of a minute ago. */
  lastUsedAt: Schema.NullOr(InstantFromString),
  /** From when on it is worth nothing, which may lie ahead. */
  revokedAt: Schema.NullOr(InstantFromString)
}).annotate({ identifier: "ApiKey" })

/** What a new key shall be able to do: no more than whoever makes it. */
export const NewApiKey = Schema.Struct({
  name: ApiKey.fields.name,
  scopes: Schema.NonEmptyArray(Scope),
  /** The only locations it reaches; all that the maker has when it is left out. */
  locations: Schema.optionalKey(Schema.NullOr(GivenLocations)),
  /** Ten years ahead at most; never when it is left out. */
  expiresAt: Schema.optionalKey(Schema.NullOr(InstantFromString)),
  /** A key of the tenant, which outlives the person who makes it. For those who administer. */
  isShared: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))
}).annotate({ identifier: "NewApiKey" })

/** A key just made, with the secret that is shown this once. */
export const MadeApiKey = Schema.Struct({ apiKey: ApiKeyView, secret: Schema.String }).annotate({
  identifier: "MadeApiKey"
})

/** How to replace a key. */
export const ApiKeyRotation = Schema.Struct({
  /** For so long the old secret works as well. */
  overlapMinutes: Schema.Int.check(
    Schema.isBetween(
      { minimum: 0, maximum: mostOverlapMinutes },
      { message: `must be between 0 and ${mostOverlapMinutes}` }
    )
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
}).annotate({ identifier: "ApiKeyRotation" })

const params = { id: ApiKeyId }

/** Keys of people and programs. */
export class ApiKeysApi extends HttpApiGroup.make("apiKeys")
  .add(
    HttpApiEndpoint.get("list", "/v1/api-keys", {
      query: {
        ...pageQuery,
        userId: Schema.optionalKey(UserId),
        deviceId: Schema.optionalKey(DeviceId),
        /** `usable` when it is left out; `all` shows those too that are over. */
        show: Schema.optionalKey(Schema.Literals(["usable", "all"]))
      },
      success: Envelope(Schema.Array(ApiKeyView))
    }).annotate(OpenApi.Summary, "Your keys; all of the tenant for those who administer it"),
    HttpApiEndpoint.post("create", "/v1/api-keys", {
      payload: NewApiKey,
      success: Envelope(MadeApiKey).pipe(HttpApiSchema.status("Created")),
      error: NotFound
    }).annotate(OpenApi.Summary, "Make a key and receive its secret, once"),
    HttpApiEndpoint.get("get", "/v1/api-keys/:id", {
      params,
      success: Envelope(ApiKeyView),
      error: NotFound
    }).annotate(OpenApi.Summary, "One key"),
    HttpApiEndpoint.delete("revoke", "/v1/api-keys/:id", {
      params,
      success: Envelope(Removed),
      error: [NotFound, Conflict]
    }).annotate(OpenApi.Summary, "Revoke a key; within a second it is worth nothing"),
    HttpApiEndpoint.post("rotate", "/v1/api-keys/:id/rotate", {
      params,
      payload: ApiKeyRotation,
      success: Envelope(MadeApiKey).pipe(HttpApiSchema.status("Created")),
      error: [NotFound, Conflict]
    }).annotate(OpenApi.Summary, "Replace a key by one that may do the same")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Keys of people and programs. Those of devices are shown here only.") {}
