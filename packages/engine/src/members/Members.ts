import {
  type MembershipStore,
  MembershipStore as Memberships,
  type NotFound,
  type Page,
  type Principal,
  type Session,
  type StorageError,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { Audit } from "../audit/Audit.ts"
import type { Changed } from "../Changed.ts"
import type { Forbidden } from "../Forbidden.ts"
import type { Throttled } from "../identity/Throttle.ts"
import type { InUse } from "../InUse.ts"
import type { Invalid } from "../Invalid.ts"
import type { Expected } from "../registry/changing.ts"
import type { InvitationDraft } from "./admit.ts"
import { makeChangeMember, makeFindMember } from "./changeMember.ts"
import { type Invited, type InvitedByHand, makeInvite } from "./invite.ts"
import { type Member, type MemberChange, memberOf } from "./Member.ts"
import { makeMemberSessions } from "./memberSessions.ts"
import { makeMemberStatistics, type MemberStatistics } from "./memberStatistics.ts"
import { requireAdministrator } from "./rights.ts"

type Refused = Forbidden | StorageError
type Missing = Refused | NotFound

/**
 * The members of a tenant, for those who administer it. A person may be a member of others too: what is
 * changed here is what they are in this one, and nothing that is theirs.
 */
export class Members extends Context.Service<
  Members,
  {
    readonly list: (principal: Principal, page: Page<UserId>) => Effect.Effect<ReadonlyArray<Member>, Refused>
    readonly get: (principal: Principal, id: UserId) => Effect.Effect<Member, Missing>
    /**
     * Makes somebody a member and tells them by mail. Who is known here is one at once; everybody else
     * chooses a password first. Somebody who is invited already is sent another link.
     */
    readonly invite: (
      principal: Principal,
      draft: InvitationDraft
    ) => Effect.Effect<Invited, Missing | InUse | Invalid | Throttled>
    /**
     * As `invite`, and answers the link in place of sending it. Whoever opens it is that person from then on
     * and in every tenant, so it is for those who run the server and for nobody else.
     */
    readonly inviteByHand: (
      principal: Principal,
      draft: InvitationDraft
    ) => Effect.Effect<InvitedByHand, Missing | InUse | Invalid>
    /** Fails with InUse where nobody would be left who administers the tenant and can sign in. */
    readonly change: (
      principal: Principal,
      id: UserId,
      change: MemberChange,
      isExpected?: Expected<Member>
    ) => Effect.Effect<Member, Missing | InUse | Invalid | Changed>
    /** Takes somebody out of the tenant, with their sessions and keys in it. */
    readonly remove: (
      principal: Principal,
      id: UserId,
      isExpected?: Expected<Member>
    ) => Effect.Effect<void, Missing | InUse | Invalid | Changed>
    /** The open sessions of a member in this tenant, the newest first. */
    readonly sessions: (principal: Principal, id: UserId) => Effect.Effect<ReadonlyArray<Session>, Missing>
    /** Ends them, and answers how many there were. */
    readonly endSessions: (principal: Principal, id: UserId) => Effect.Effect<number, Missing>
    readonly statistics: (principal: Principal) => Effect.Effect<MemberStatistics, Refused>
  }
>()("@wattkit/engine/Members") {
  static readonly layer = Layer.suspend(() => Layer.effect(Members, make))
}

const make = Effect.gen(function* () {
  const memberships: MembershipStore = yield* Memberships
  const users = yield* UserStore
  const audit = yield* Audit
  const find = yield* makeFindMember
  const { change, remove } = yield* makeChangeMember
  const { invite, inviteByHand } = yield* makeInvite
  const sessions = yield* makeMemberSessions
  const statistics = yield* makeMemberStatistics

  return Members.of({
    list: Effect.fn("Members.list")(function* (principal, page) {
      yield* requireAdministrator(principal)
      const found = yield* memberships.ofTenant(principal.tenantId, page)
      const persons = yield* users.list(principal.tenantId, page)
      const byId = new Map(persons.map((user) => [user.id, user]))
      return found.flatMap((membership) => {
        const user = byId.get(membership.userId)
        return user === undefined ? [] : [memberOf(membership, user)]
      })
    }),
    get: Effect.fn("Members.get")(function* (principal, id) {
      yield* requireAdministrator(principal)
      const { membership, user } = yield* find(principal, id)
      return memberOf(membership, user)
    }),
    invite: (principal, draft) => Effect.andThen(requireAdministrator(principal), invite(principal, draft)),
    inviteByHand: (principal, draft) =>
      Effect.andThen(requireAdministrator(principal), inviteByHand(principal, draft)),
    change: (principal, id, to, isExpected) =>
      Effect.andThen(requireAdministrator(principal), change(principal, id, to, isExpected)),
    remove: (principal, id, isExpected) =>
      Effect.andThen(requireAdministrator(principal), remove(principal, id, isExpected)),
    sessions: Effect.fn("Members.sessions")(function* (principal, id) {
      yield* requireAdministrator(principal)
      yield* find(principal, id)
      return yield* sessions.list(principal.tenantId, id)
    }),
    endSessions: Effect.fn("Members.endSessions")(function* (principal, id) {
      yield* requireAdministrator(principal)
      yield* find(principal, id)
      const count = yield* sessions.endAll(principal.tenantId, id)
      yield* audit.record(principal, {
        action: "session.end",
        subject: `user ${id}`,
        after: { sessions: count }
      })
      return count
    }),
    statistics: (principal) => Effect.andThen(requireAdministrator(principal), statistics(principal.tenantId))
  })
})
