import {
  type LocationId,
  type Membership,
  MembershipStore,
  type Principal,
  type Role,
  type StorageError,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Effect } from "effect"
import { type Access, ifThere } from "../../access/Access.ts"
import { Audit } from "../../audit/Audit.ts"
import { requireScope } from "../../authorise.ts"
import { Forbidden } from "../../Forbidden.ts"
import { Invalid } from "../../Invalid.ts"
import { expect, type Expected } from "../changing.ts"
import type { OneAtATime } from "../oneAtATime.ts"

/** A person to whom a location was given. */
export interface LocationMember {
  readonly userId: UserId
  readonly name: string
  readonly role: Role
}

/** So many members are read at once. */
const pageOf = 500

const byUser = (a: { readonly userId: UserId }, b: { readonly userId: UserId }): number =>
  a.userId < b.userId ? -1 : 1

/** Makes what reads to whom a location was given. */
const makeGiven = Effect.map(
  Effect.all({ memberships: MembershipStore, users: UserStore }),
  ({ memberships, users }) => ({
    given: Effect.fnUntraced(function* ({ tenantId }: Principal, locationId: LocationId) {
      const all: Array<Membership> = []
      let after: UserId | undefined
      for (;;) {
        const query = { after, limit: pageOf, locationId }
        const page: ReadonlyArray<Membership> = yield* memberships.ofTenant(tenantId, query)
        all.push(...page)
        after = page.at(-1)?.userId
        if (page.length < pageOf) return all.sort(byUser) as ReadonlyArray<Membership>
      }
    }),
    shown: (members: ReadonlyArray<Membership>) =>
      Effect.forEach(
        members,
        ({ role, userId }): Effect.Effect<LocationMember, StorageError> =>
          Effect.map(ifThere(users.get(userId)), (known) => ({ userId, name: known?.user.name ?? "", role })),
        { concurrency: 8 }
      )
  })
)

/**
 * Makes what gives a member other locations, and leaves what somebody else changes of them meanwhile as it
 * is.
 */
const makeChange = Effect.map(
  Effect.all({ memberships: MembershipStore, audit: Audit }),
  ({ audit, memberships }) =>
    Effect.fnUntraced(function* (
      principal: Principal,
      member: Membership,
      locationsOf: (known: Membership) => ReadonlyArray<LocationId>
    ) {
      let known: Membership | undefined = member
      while (known !== undefined) {
        const locations = locationsOf(known)
        const outcome = yield* ifThere(memberships.replace(known, { ...known, locations }))
        if (outcome === "replaced") {
          const deed = { action: "member.change", subject: `user ${known.userId}` }
          const before = { locations: known.locations }
          return yield* audit.record(principal, { ...deed, before, after: { locations } })
        }
        // Who left meanwhile has nothing; and a role that stays leaves no tenant without an administrator.
        if (outcome !== "changed") return
        known = yield* ifThere(memberships.get(principal.tenantId, member.userId))
      }
    })
)

/** Makes what gives locations to members, and takes them away. */
export const makeMembers = Effect.fnUntraced(function* (access: Access, oneAtATime: OneAtATime) {
  const memberships = yield* MembershipStore
  const { given, shown } = yield* makeGiven
  const change = yield* makeChange

  /** Members as they are to be: a person who is no member of the tenant is nobody to give anything to. */
  const memberOf = Effect.fnUntraced(function* (principal: Principal, userId: UserId, index: number) {
    const member = yield* ifThere(memberships.get(principal.tenantId, userId))
    if (member !== undefined) return member
    return yield* new Invalid({
      field: `members[${index}]`,
      reason: `${userId} is not a member of this tenant`
    })
  })

  const list = Effect.fn("Registry.members")(function* (principal: Principal, id: LocationId) {
    yield* requireScope(principal, "read")
    if (principal.deviceId !== null) {
      return yield* new Forbidden({ message: "a device is not told who its location was given to" })
    }
    yield* access.reachLocation(principal, id)
    return yield* Effect.flatMap(given(principal, id), shown)
  })

  const set = Effect.fn("Registry.setMembers")(function* (
    principal: Principal,
    id: LocationId,
    wanted: ReadonlyArray<UserId>,
    isExpected?: Expected<ReadonlyArray<LocationMember>>
  ) {
    yield* requireScope(principal, "administer")
    yield* access.reachLocation(principal, id)
    const now = yield* given(principal, id)
    if (isExpected !== undefined) yield* expect(yield* shown(now), isExpected)
    const had = new Set(now.map(({ userId }) => userId))
    const all = yield* Effect.forEach(wanted, (userId, index) => memberOf(principal, userId, index))
    const named = new Map(all.map((member) => [member.userId, member]))
    for (const member of [...named.values()].sort(byUser)) {
      if (had.has(member.userId)) continue
      yield* change(principal, member, ({ locations }) => [...new Set([...locations, id])])
    }
    for (const member of now) {
      if (named.has(member.userId)) continue
      yield* change(principal, member, ({ locations }) => locations.filter((other) => other !== id))
    }
    return yield* Effect.flatMap(given(principal, id), shown)
  })

  return {
    list,
    set: (...args: Parameters<typeof set>) =>
      oneAtATime(args[0].tenantId, args[1])(Effect.uninterruptible(set(...args)))
  }
})
