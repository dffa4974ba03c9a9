import { Instant, Mailer, type Principal, type UserId, UserStore } from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { mailOf } from "../identity/mails/MailText.ts"
import { identitySettings } from "../identity/settings.ts"
import { makeOneTimes } from "../identity/signIn/oneTimes.ts"
import { Throttled } from "../identity/Throttle.ts"
import { Tally } from "../identity/throttle/Tally.ts"
import { type InvitationDraft, makeAdmit, orNothing } from "./admit.ts"
import { invitation, welcome } from "./letters.ts"
import { type Member, memberOf } from "./Member.ts"

/** Somebody who is a member now. */
export interface Invited {
  readonly member: Member
  /** Whether they were told by mail. */
  readonly isMailed: boolean
}

/** Somebody who is a member now and was told nothing yet. */
export interface InvitedByHand {
  readonly member: Member
  /**
   * Where they choose a password; undefined for somebody who has one. It works once, for whoever opens it.
   */
  readonly link: Redacted.Redacted | undefined
}

/**
 * Each invitation sends mail to somebody who did not ask for it, and tells by the status of the member
 * whether an address is known here. So nobody sends many.
 */
const mostInvitations = { most: 60, withinMs: 3_600_000 }

/** Makes what counts the invitations of each tenant. */
const makeBudget = () => {
  const invitations = new Tally(mostInvitations)
  return Effect.fnUntraced(function* ({ tenantId }: Principal) {
    const now = yield* Instant.now
    const retryAfterMs = invitations.wait(tenantId, now)
    if (retryAfterMs > 0) return yield* new Throttled({ retryAfterMs })
    invitations.count(tenantId, now)
  })
}

/** Makes what invites. It is for those who administer, which is asked elsewhere. */
export const makeInvite = Effect.gen(function* () {
  const users = yield* UserStore
  const mailer = yield* Mailer
  const admit = yield* makeAdmit
  const oneTimes = yield* makeOneTimes
  const { publicUrl } = yield* identitySettings
  const budget = makeBudget()

  /** What follows the `#` is sent to no server and stands in no log. */
  const linkOf = (principal: Principal, id: UserId) =>
    Effect.map(
      oneTimes.give("invite", id, principal.tenantId),
      (secret) => `${publicUrl}/#accept-invitation=${secret}`
    )

  const addressOf = ({ by }: Principal) =>
    by.kind === "user"
      ? Effect.map(orNothing(users.get(by.id)), (known) => known?.user.email)
      : Effect.undefined

  const invite = Effect.fn("Members.invite")(function* (principal: Principal, draft: InvitationDraft) {
    yield* budget(principal)
    const { membership, user } = yield* admit(principal, draft)
    const by = yield* addressOf(principal)
    const text =
      user.verifiedAt === null ? invitation(yield* linkOf(principal, user.id), by) : welcome(publicUrl, by)
    const isMailed = yield* Effect.match(mailer.send(mailOf(user.email, text)), {
      onFailure: () => false,
      onSuccess: () => true
    })
    if (!isMailed) yield* Effect.logWarning("an invitation could not be sent", { userId: user.id })
    return { member: memberOf(membership, user), isMailed } satisfies Invited as Invited
  })

  const inviteByHand = Effect.fn("Members.inviteByHand")(function* (
    principal: Principal,
    draft: InvitationDraft
  ) {
    const { membership, user } = yield* admit(principal, draft)
    const link = user.verifiedAt === null ? Redacted.make(yield* linkOf(principal, user.id)) : undefined
    return { member: memberOf(membership, user), link } satisfies InvitedByHand as InvitedByHand
  })

  return { invite, inviteByHand }
})
