import {
  Instant,
  type Membership,
  MembershipStore,
  NotFound,
  type Principal,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Effect } from "effect"
import { Audit } from "../audit/Audit.ts"
import { InUse } from "../InUse.ts"
import { type Expected, expect } from "../registry/changing.ts"
import { type Member, type MemberChange, memberOf, orInvalid } from "./Member.ts"
import { makeRevokeKeys } from "./memberKeys.ts"
import { makeMemberSessions } from "./memberSessions.ts"
import { requireRoleGift } from "./rights.ts"

/** What the audit log says of a member. Names and addresses are left out, as it can forget nothing. */
const said = ({ disabledAt, locations, role }: Membership) => ({
  role,
  locations,
  isDisabled: disabledAt !== null
})

const isSame = (one: Membership, other: Membership): boolean =>
  one.role === other.role &&
  one.disabledAt === other.disabledAt &&
  one.locations.join() === other.locations.join()

/** Each round that is lost was won by somebody else, so nobody loses so many. */
const rounds = 1_000

const lastAdmin = new InUse({
  message: "this is the last administrator of the tenant who can sign in; make somebody else one first"
})

/** Makes what finds a member; what is missing is the person, for whoever asks. */
export const makeFindMember = Effect.gen(function* () {
  const memberships = yield* MembershipStore
  const users = yield* UserStore
  return ({ tenantId }: Principal, id: UserId) =>
    Effect.gen(function* () {
      const membership = yield* memberships.get(tenantId, id)
      const { user } = yield* users.get(id)
      return { membership, user }
    }).pipe(Effect.catchTag("NotFound", () => Effect.fail(new NotFound({ what: "user", id }))))
})

const makeSettle = Effect.gen(function* () {
  const memberships = yield* MembershipStore
  const find = yield* makeFindMember

  /** Puts what was decided about a member as they are at that moment, or decides anew. */
  return Effect.fnUntraced(function* <E>(
    principal: Principal,
    id: UserId,
    isExpected: Expected<Member> | undefined,
    decide: (known: Membership) => Effect.Effect<Membership | null, E>
  ) {
    for (let round = 0; round < rounds; round++) {
      const { membership, user } = yield* find(principal, id)
      yield* expect(memberOf(membership, user), isExpected)
      const next = yield* decide(membership)
      if (next !== null && isSame(membership, next)) return { before: membership, after: next, user }
      const outcome = yield* orInvalid(memberships.replace(membership, next))
      if (outcome === "last_admin") return yield* lastAdmin
      if (outcome === "replaced") return { before: membership, after: next, user }
    }
    return yield* Effect.die(new Error("a store takes no change of what it says itself"))
  })
})

/** Makes what changes and takes out members. It is for those who administer, which is asked elsewhere. */
export const makeChangeMember = Effect.gen(function* () {
  const audit = yield* Audit
  const sessions = yield* makeMemberSessions
  const revokeKeys = yield* makeRevokeKeys
  const settle = yield* makeSettle

  const change = Effect.fn("Members.change")(function* (
    principal: Principal,
    id: UserId,
    { isDisabled, locations, role }: MemberChange,
    isExpected?: Expected<Member>
  ) {
    const now = yield* Instant.now
    const given = [...new Set(locations)].sort()
    const decide = Effect.fnUntraced(function* (known: Membership) {
      const isLetIn = known.disabledAt !== null && !isDisabled
      if (role !== known.role || isLetIn) yield* requireRoleGift(principal, role)
      return { ...known, role, locations: given, disabledAt: isDisabled ? (known.disabledAt ?? now) : null }
    })
    const { after, before, user } = yield* settle(principal, id, isExpected, decide)
    if (after === null) return yield* Effect.die(new Error("a member who was changed is gone"))
    if (isSame(before, after)) return memberOf(after, user)
    // Who is let in again signs in again.
    if (after.disabledAt !== null) yield* sessions.endAll(principal.tenantId, id)
    const told = { before: said(before), after: said(after) }
    yield* audit.record(principal, { action: "member.change", subject: `user ${id}`, ...told })
    return memberOf(after, user)
  })

  const remove = Effect.fn("Members.remove")(function* (
    principal: Principal,
    id: UserId,
    isExpected?: Expected<Member>
  ) {
    const { before } = yield* settle(principal, id, isExpected, () => Effect.succeed(null))
    yield* sessions.endAll(principal.tenantId, id)
    yield* revokeKeys(principal.tenantId, id)
    yield* audit.record(principal, { action: "member.remove", subject: `user ${id}`, before: said(before) })
  })

  return { change, remove }
})
