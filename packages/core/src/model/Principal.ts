import type { Instant } from "../time/Instant.ts"
import type { Scope } from "./ApiKey.ts"
import type { ApiKeyId, DeviceId, LocationId, SessionId, TenantId, UserId } from "./ids.ts"

/** Whose credential it is: a key, which is a program's or a device's, or a person's session. */
export type Bearer =
  | { readonly kind: "key"; readonly id: ApiKeyId; readonly userId: UserId | null }
  | { readonly kind: "user"; readonly id: UserId; readonly sessionId: SessionId }

/** Who asks: what a verified credential says of its bearer. */
export interface Principal {
  readonly tenantId: TenantId
  readonly by: Bearer
  readonly scopes: ReadonlyArray<Scope>
  /** When set, the bearer is this device and reaches no other. */
  readonly deviceId: DeviceId | null
  /** The locations the bearer reaches; null when those are all of the tenant. */
  readonly locations: ReadonlyArray<LocationId> | null
  /** When what the bearer showed is worth nothing any more, where that was known from the beginning. */
  readonly until?: Instant
}

/** A bearer in a word, as it is written down: `key key_…` or `user user_…`. */
export const bearerName = ({ id, kind }: Bearer): string => `${kind} ${id}`

/** A program that reaches everything of its tenant and may do there what its scopes say. */
export const programOf = (tenantId: TenantId, id: ApiKeyId, scopes: ReadonlyArray<Scope>): Principal => ({
  tenantId,
  by: { kind: "key", id, userId: null },
  scopes,
  deviceId: null,
  locations: null
})
