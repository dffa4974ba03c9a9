import {
  type Email,
  Instant,
  type LocationId,
  makeId,
  type Membership,
  MembershipStore,
  noSecrets,
  type NotFound,
  type Principal,
  type Role,
  type StorageError,
  type User,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect } from "effect"
import { Audit } from "../audit/Audit.ts"
import { emailOf } from "../identity/signIn/people.ts"
import { InUse } from "../InUse.ts"
import { orInvalid } from "./Member.ts"
import { requireRoleGift } from "./rights.ts"

/** Who is invited, as what. */
export interface InvitationDraft {
  readonly email: string
  /** What to call them until they say themselves; somebody who is known keeps their own name. */
  readonly name: string
  readonly role: Role
  readonly locations: ReadonlyArray<LocationId>
}

/** What is there, or undefined. */
export const orNothing = <A>(effect: Effect.Effect<A, NotFound | StorageError>) =>
  Effect.catchTag(effect, "NotFound", () => Effect.undefined)

const alreadyIn = new InUse({ message: "somebody with this address is a member already" })

/** Makes what makes people members. It is for those who administer, which is asked elsewhere. */
export const makeAdmit = Effect.gen(function* () {
  const users = yield* UserStore
  const memberships = yield* MembershipStore
  const audit = yield* Audit

  /** The person of the address; somebody nobody knows yet is made, without a password. */
  const person = Effect.fnUntraced(function* (email: Email, name: string) {
    const known = yield* orNothing(users.findByEmail(email))
    if (known !== undefined) return known.user
    const createdAt = yield* Instant.now
    const id = UserId.make(makeId("user", createdAt, crypto.getRandomValues(new Uint8Array(16))))
    const user: User = { id, email, name, createdAt, verifiedAt: null, disabledAt: null, eraseAt: null }
    const add = Effect.as(users.add(user, noSecrets), user)
    // Another tenant invited the same address at this moment.
    return yield* Effect.catchTag(add, "AlreadyExists", () =>
      Effect.map(Effect.orDie(users.findByEmail(email)), (known) => known.user)
    )
  })

  /** Makes somebody a member; who is invited already is so once more, as what they are. */
  return Effect.fnUntraced(function* (principal: Principal, draft: InvitationDraft) {
    yield* requireRoleGift(principal, draft.role)
    const { tenantId } = principal
    const user = yield* person(yield* emailOf(draft.email), draft.name)
    const there = yield* orNothing(memberships.get(tenantId, user.id))
    if (there !== undefined && user.verifiedAt !== null) return yield* alreadyIn
    const fresh: Membership = {
      tenantId,
      userId: user.id,
      role: draft.role,
      disabledAt: null,
      locations: [...new Set(draft.locations)].sort(),
      createdAt: yield* Instant.now
    }
    if (there === undefined) yield* orInvalid(memberships.put(fresh))
    const membership = there ?? fresh
    // Neither name nor address: the audit log can forget nothing.
    const after = { role: membership.role, locations: membership.locations }
    yield* audit.record(principal, { action: "member.invite", subject: `user ${user.id}`, after })
    return { membership, user }
  })
})
