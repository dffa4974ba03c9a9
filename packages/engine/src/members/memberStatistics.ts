import {
  AuditStore,
  Instant,
  type Membership,
  MembershipStore,
  type Role,
  type TenantId,
  type User,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Effect } from "effect"
import { type Member, memberOf } from "./Member.ts"
import { makeMemberSessions } from "./memberSessions.ts"

/** How many members a tenant has, and how many of them come. */
export interface MemberStatistics {
  readonly members: number
  readonly byRole: { readonly [role in Role]: number }
  readonly invited: number
  readonly disabled: number
  readonly signedInWithin7Days: number
  readonly signedInWithin30Days: number
}

const DAY = 86_400_000
const pageOf = 500
/** Persons whose sessions are looked at at the same time. */
const concurrency = 4

/** Makes what counts the members of a tenant. */
export const makeMemberStatistics = Effect.gen(function* () {
  const memberships = yield* MembershipStore
  const users = yield* UserStore
  const audit = yield* AuditStore
  const sessions = yield* makeMemberSessions

  const everyMember = Effect.fnUntraced(function* (tenantId: TenantId) {
    const all: Array<Member> = []
    let after: UserId | undefined
    for (;;) {
      const page: ReadonlyArray<Membership> = yield* memberships.ofTenant(tenantId, { after, limit: pageOf })
      const known: ReadonlyArray<User> = yield* users.list(tenantId, { after, limit: pageOf })
      const byId = new Map(known.map((user) => [user.id, user]))
      for (const membership of page) {
        const user = byId.get(membership.userId)
        if (user !== undefined) all.push(memberOf(membership, user))
      }
      if (page.length < pageOf) return all as ReadonlyArray<Member>
      after = page.at(-1)?.userId
    }
  })

  /** When each person last signed in since an instant. A session that has ended is known from here alone. */
  const signIns = Effect.fnUntraced(function* (tenantId: TenantId, since: number) {
    const last = new Map<string, number>()
    let before: number | undefined
    for (;;) {
      const page = yield* audit.list(tenantId, { before, limit: pageOf, action: "user.login" })
      for (const { at, by } of page) if (at >= since && !last.has(by)) last.set(by, at)
      const oldest = page.at(-1)
      if (oldest === undefined || page.length < pageOf || oldest.at < since) return last
      before = oldest.number
    }
  })

  return Effect.fn("Members.statistics")(function* (tenantId: TenantId) {
    const now = yield* Instant.now
    const members = yield* everyMember(tenantId)
    const signedIn = yield* signIns(tenantId, now - 30 * DAY)
    const lastSeen = Effect.fnUntraced(function* ({ id }: Member) {
      const open = yield* sessions.list(tenantId, id)
      return Math.max(signedIn.get(`user ${id}`) ?? 0, ...open.map(({ usedAt }) => usedAt))
    })
    const seen = yield* Effect.forEach(members, lastSeen, { concurrency })
    const count = (is: (member: Member) => boolean) => members.filter(is).length
    const within = (days: number) => seen.filter((at) => at > now - days * DAY).length
    return {
      members: members.length,
      byRole: {
        user: count(({ role }) => role === "user"),
        facility_manager: count(({ role }) => role === "facility_manager"),
        admin: count(({ role }) => role === "admin")
      },
      invited: count(({ status }) => status === "invited"),
      disabled: count(({ status }) => status === "disabled"),
      signedInWithin7Days: within(7),
      signedInWithin30Days: within(30)
    } satisfies MemberStatistics as MemberStatistics
  })
})
