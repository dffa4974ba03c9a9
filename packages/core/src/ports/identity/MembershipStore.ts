import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Membership } from "../../model/identity/Membership.ts"
import type { LocationId, TenantId, UserId } from "../../model/ids.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** Keeps who is what in which tenant. */
export interface MembershipStore {
  /**
   * Makes somebody a member, or gives a member another role or other locations. NotFound when the tenant, the
   * person or a location is not there.
   */
  readonly put: (membership: Membership) => Effect.Effect<void, NotFound | StorageError>
  readonly get: (tenantId: TenantId, userId: UserId) => Effect.Effect<Membership, NotFound | StorageError>
  /** Everything a person is, by tenant. */
  readonly ofUser: (userId: UserId) => Effect.Effect<ReadonlyArray<Membership>, StorageError>
  /** The members of a tenant, by person; at most `limit` that follow `after`. */
  readonly ofTenant: (
    tenantId: TenantId,
    page: {
      readonly after?: UserId | undefined
      readonly limit: number
      /** Only those to whom this location was given. */
      readonly locationId?: LocationId | undefined
    }
  ) => Effect.Effect<ReadonlyArray<Membership>, StorageError>
  /**
   * Puts what a member shall be in the place of what was read, or takes them out for `null`, in one step
   * however many do it at the same time. `changed`: the member is not as `known` says any more. `last_admin`:
   * nobody would be left in the tenant who administers it and may sign in, which is an admin who is kept out
   * neither of the tenant nor of the server and whose address was confirmed. Nothing is changed then.
   */
  readonly replace: (
    known: Membership,
    next: Membership | null
  ) => Effect.Effect<"replaced" | "changed" | "last_admin", NotFound | StorageError>
  readonly remove: (tenantId: TenantId, userId: UserId) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the MembershipStore service. */
export const MembershipStore = Context.Service<MembershipStore>("@wattkit/core/MembershipStore")
