import {
  Email,
  type KnownUser,
  type Membership,
  MembershipStore,
  normalEmail,
  type NotFound,
  type Principal,
  StorageError,
  type TenantId,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Effect, Option, Schema } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import { Invalid } from "../../Invalid.ts"
import { Unauthenticated } from "../Unauthenticated.ts"

const decodeEmail = Schema.decodeUnknownOption(Email)

/** The address somebody typed, in the form it is kept in. */
export const emailOf = (typed: string): Effect.Effect<Email, Invalid> =>
  Option.match(decodeEmail(normalEmail(typed)), {
    onNone: () => Effect.fail(new Invalid({ field: "email", reason: "must be an e-mail address" })),
    onSome: Effect.succeed
  })

/** The person who asks, in the session they ask in. */
export interface Signed {
  readonly userId: UserId
  readonly tenantId: TenantId
  readonly by: Extract<Principal["by"], { readonly kind: "user" }>
}

/** Who asks as a person. A key is none, even one that belongs to somebody. */
export const signedOf = ({ by, tenantId }: Principal): Effect.Effect<Signed, Forbidden> =>
  by.kind === "user"
    ? Effect.succeed({ userId: by.id, tenantId, by })
    : Effect.fail(new Forbidden({ message: "this is for people who are signed in, not for keys" }))

/** What to change of a person, if anything, and what to tell of it. */
export interface Decision<A> {
  readonly change?: Parameters<UserStore["replace"]>[1]
  readonly answer: A
}

/** So often somebody else may have been quicker. */
const mostTries = 20

const crowded = new StorageError({ reason: "unavailable", message: "a person is changed by many at once" })

const orNothing = <A>(effect: Effect.Effect<A, NotFound | StorageError>) =>
  Effect.catchTag(effect, "NotFound", () => Effect.undefined)

/** Makes what finds and changes persons. */
export const makePeople = Effect.gen(function* () {
  const users = yield* UserStore
  const memberships = yield* MembershipStore

  const byId = (id: UserId): Effect.Effect<KnownUser, Unauthenticated | StorageError> =>
    Effect.catchTag(users.get(id), "NotFound", () =>
      Effect.fail(new Unauthenticated({ message: "sign in again" }))
    )

  /** Decides on a person as they are, and once more when they were changed meanwhile. */
  const change = Effect.fnUntraced(function* <A, E>(
    id: UserId,
    decide: (known: KnownUser) => Effect.Effect<Decision<A>, E>
  ) {
    for (let tries = 0; tries < mostTries; tries++) {
      const known = yield* byId(id)
      const { answer, change } = yield* decide(known)
      if (change === undefined) return answer
      // Nobody takes an address here, and whoever is gone is not there at the next look.
      const isDone = users.replace(known, change).pipe(
        Effect.catchTag("AlreadyExists", Effect.die),
        Effect.catchTag("NotFound", () => Effect.succeed(false))
      )
      if (yield* isDone) return answer
    }
    return yield* Effect.fail(crowded)
  })

  /** The tenants somebody may enter, the one they have been in for longest first. */
  const memberOf = (id: UserId): Effect.Effect<ReadonlyArray<Membership>, StorageError> =>
    Effect.map(memberships.ofUser(id), (all) =>
      all.filter(({ disabledAt }) => disabledAt === null).toSorted((a, b) => a.createdAt - b.createdAt)
    )

  /** The tenant to enter: the one that is asked for, or the first. */
  const tenantOf = Effect.fnUntraced(function* (id: UserId, asked: TenantId | undefined) {
    const all = yield* memberOf(id)
    const found = all.find(({ tenantId }) => asked === undefined || tenantId === asked)
    if (found !== undefined) return found.tenantId
    const message =
      asked === undefined
        ? "you are in no tenant that lets you in; ask an administrator of yours"
        : `you are not in the tenant ${asked}`
    return yield* new Forbidden({ message })
  })

  return {
    byId,
    byEmail: (email: Email) => orNothing(users.findByEmail(email)),
    change,
    memberOf,
    tenantOf
  }
})
