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

/** Each round that is lost was won by somebody else, so nobody loses so many. */
const rounds = 1_000

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

/** Makes what gives locations to members, and takes them away. */
export const makeMembers = Effect.fnUntraced(function* (access: Access, oneAtATime: OneAtATime) {
  const memberships = yield* MembershipStore
  const audit = yield* Audit
  const { given, shown } = yield* makeGiven

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

  /** Gives the location as it is given at that moment, or decides anew: another process may do it as well. */
  const settle = Effect.fnUntraced(function* (
    principal: Principal,
    locationId: LocationId,
    wanted: ReadonlyArray<UserId>,
    isExpected: Expected<ReadonlyArray<LocationMember>> | undefined
  ) {
    const { tenantId } = principal
    for (let round = 0; round < rounds; round++) {
      const known = yield* given(principal, locationId)
      if (isExpected !== undefined) yield* expect(yield* shown(known), isExpected)
      yield* Effect.forEach(wanted, (userId, index) => memberOf(principal, userId, index))
      const outcome = yield* memberships.give({ tenantId, locationId, known, wanted })
      if (outcome.kind === "given") return outcome
    }
    return yield* Effect.die(new Error("a store takes no change of what it says itself"))
  })

  const set = Effect.fn("Registry.setMembers")(function* (
    principal: Principal,
    id: LocationId,
    wanted: ReadonlyArray<UserId>,
    isExpected?: Expected<ReadonlyArray<LocationMember>>
  ) {
    yield* requireScope(principal, "administer")
    if (principal.deviceId !== null) {
      return yield* new Forbidden({ message: "a device gives its location to nobody" })
    }
    yield* access.reachLocation(principal, id)
    const { changes, members } = yield* settle(principal, id, wanted, isExpected)
    for (const { after, before } of changes) {
      const deed = { action: "member.change", subject: `user ${before.userId}` }
      const told = { before: { locations: before.locations }, after: { locations: after.locations } }
      yield* audit.record(principal, { ...deed, ...told })
    }
    return yield* shown(members)
  })

  return {
    list,
    set: (...args: Parameters<typeof set>) =>
      oneAtATime(args[0].tenantId, args[1])(Effect.uninterruptible(set(...args)))
  }
})
