import type {
  Email,
  Instant,
  LocationId,
  Membership,
  NotFound,
  Role,
  StorageError,
  User,
  UserId
} from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../Invalid.ts"

/**
 * How a member stands: `invited` until the address was confirmed, `disabled` while kept out of the tenant or
 * of the server, and otherwise `active`.
 */
export type MemberStatus = "active" | "invited" | "disabled"

/** A person as the administrators of a tenant see them. */
export interface Member {
  readonly id: UserId
  readonly email: Email
  readonly name: string
  readonly role: Role
  readonly locations: ReadonlyArray<LocationId>
  readonly status: MemberStatus
  /** Since when the person is a member. */
  readonly createdAt: Instant.Instant
  readonly disabledAt: Instant.Instant | null
}

/** What an administrator decides about a member. */
export interface MemberChange {
  readonly role: Role
  readonly locations: ReadonlyArray<LocationId>
  readonly isDisabled: boolean
}

/** A member, from what is kept. */
export const memberOf = (membership: Membership, user: User): Member => {
  const { createdAt, disabledAt, locations, role } = membership
  const { email, id, name } = user
  const isOut = disabledAt !== null || user.disabledAt !== null
  const status = isOut ? "disabled" : user.verifiedAt === null ? "invited" : "active"
  return { id, email, name, role, locations, status, createdAt, disabledAt }
}

/** A location that is not there was named by the one who asks: it is the request that is wrong. */
export const orInvalid = <A, E extends { readonly _tag: string }>(
  effect: Effect.Effect<A, E | NotFound | StorageError>
): Effect.Effect<A, E | NotFound | StorageError | Invalid> =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | NotFound | StorageError, NotFound> =>
      error._tag === "NotFound" && "what" in error && error.what === "location",
    ({ id }) => Effect.fail(new Invalid({ field: "locations", reason: `there is no location ${id}` }))
  )
