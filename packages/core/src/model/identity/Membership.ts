import * as Schema from "effect/Schema"
import { Instant } from "../../time/Instant.ts"
import type { Scope } from "../ApiKey.ts"
import { LocationId, TenantId, UserId } from "../ids.ts"

/**
 * What a person is in a tenant: `admin` may do everything everywhere in it, `facility_manager` looks after
 * the locations that were given to them, `user` sees those and sends readings of them.
 */
export const Role = Schema.Literals(["user", "facility_manager", "admin"])
export type Role = typeof Role.Type

/** What a person is in a tenant, and which locations were given to them. */
export const Membership = Schema.Struct({
  tenantId: TenantId,
  userId: UserId,
  role: Role,
  /** The locations given to a `user` or `facility_manager`; an `admin` has them all, whatever stands here. */
  locations: Schema.Array(LocationId),
  createdAt: Instant,
  /** Since when an administrator of the tenant keeps this member out; null for one who may come in. */
  disabledAt: Schema.NullOr(Instant)
})
export type Membership = typeof Membership.Type

const scopes: { readonly [role in Role]: ReadonlyArray<Scope> } = {
  user: ["read", "ingest"],
  facility_manager: ["read", "ingest", "correct", "manage"],
  admin: ["read", "ingest", "correct", "manage", "administer"]
}

/** The locations a member reaches; null when those are all of the tenant. */
export const locationsOf = ({ locations, role }: Membership): ReadonlyArray<LocationId> | null =>
  role === "admin" ? null : locations

/** What a role may do, where it may do anything. */
export const scopesOf = (role: Role): ReadonlyArray<Scope> => scopes[role]
