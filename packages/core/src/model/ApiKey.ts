import * as Schema from "effect/Schema"
import { Name } from "./Name.ts"
import { Instant } from "../time/Instant.ts"
import { ApiKeyId, DeviceId, LocationId, TenantId, UserId } from "./ids.ts"

/**
 * What a bearer may do. Who reads never writes, only who may `correct` changes what a device said, and only
 * who may `administer` decides who may do what.
 */
export const Scope = Schema.Literals(["read", "ingest", "correct", "manage", "administer"])
export type Scope = typeof Scope.Type

/** A credential of a program or a device. Only a digest of its secret is kept; the secret is shown once. */
export const ApiKey = Schema.Struct({
  id: ApiKeyId,
  tenantId: TenantId,
  name: Name,
  scopes: Schema.NonEmptyArray(Scope),
  /** When set, the key is the credential of this one device and reaches no other. */
  deviceId: Schema.NullOr(DeviceId),
  /**
   * Whose key it is; null for one of the tenant or of a device. It never allows more than its person may do
   * at that moment.
   */
  userId: Schema.NullOr(UserId),
  /** The locations the key reaches; null when those are all that its person, or the tenant, has. */
  locations: Schema.NullOr(Schema.Array(LocationId)),
  /** The first characters of the secret, by which a person recognises it. */
  prefix: Schema.String,
  /** SHA-256 of the secret, in hexadecimal. */
  digest: Schema.String,
  createdAt: Instant,
  /** After this it is worth nothing; null for one that lasts until it is revoked. */
  expiresAt: Schema.NullOr(Instant),
  /** When it was last used, as of a minute ago. */
  lastUsedAt: Schema.NullOr(Instant),
  revokedAt: Schema.NullOr(Instant)
})
export type ApiKey = typeof ApiKey.Type
