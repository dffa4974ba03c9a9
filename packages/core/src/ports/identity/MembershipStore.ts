import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Membership } from "../../model/identity/Membership.ts"
import type { LocationId, TenantId, UserId } from "../../model/ids.ts"
import type { NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** Who shall have a location: `wanted` and nobody else, provided that those who have it are `known`. */
export interface Gift {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly known: ReadonlyArray<Pick<Membership, "userId" | "role">>
  readonly wanted: ReadonlyArray<UserId>
}

/**
 * What became of a gift. `given`: to these members the location is given now, by person, and these were
 * changed by it. `changed`: others have it than was known, or as something else, or one who shall have it is
 * no member any more; nothing was done.
 */
export type Giving =
  | {
      readonly kind: "given"
      readonly members: ReadonlyArray<Membership>
      readonly changes: ReadonlyArray<{ readonly before: Membership; readonly after: Membership }>
    }
  | { readonly kind: "changed" }

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
  /**
   * Gives a location to some members and takes it from all others, in one step however many do it at the same
   * time; whatever else was given to any of them stays. NotFound when the tenant does not have the location.
   */
  readonly give: (gift: Gift) => Effect.Effect<Giving, NotFound | StorageError>
  readonly remove: (tenantId: TenantId, userId: UserId) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the MembershipStore service. */
export const MembershipStore = Context.Service<MembershipStore>("@wattkit/core/MembershipStore")
