import {
  type HasherBusy,
  Instant,
  type KnownUser,
  type Membership,
  type Preferences,
  type Principal,
  type Role,
  SessionStore,
  type StorageError,
  type Tenant,
  TenantStore,
  type User
} from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import type { Changed } from "../../Changed.ts"
import type { Forbidden } from "../../Forbidden.ts"
import type { Invalid } from "../../Invalid.ts"
import { expect, type Expected } from "../../registry/changing.ts"
import { erasureBegun } from "../mails/texts.ts"
import type { Throttled } from "../Throttle.ts"
import type { Unauthenticated } from "../Unauthenticated.ts"
import { makeProving } from "./passwords.ts"
import { type Signed, signedOf } from "./people.ts"
import type { Tools } from "./tools.ts"

type Asking = Forbidden | Unauthenticated | StorageError

/** A person as they see themselves. */
export interface Me extends User {
  readonly hasSecondFactor: boolean
  /** The tenant they are signed in to, and what they are in it. */
  readonly tenantId: Tenant["id"]
  readonly role: Role
}

/** A tenant a person may enter, and what they are there. */
export interface OwnTenant {
  readonly tenant: Tenant
  readonly membership: Membership
}

/** What people see and change of themselves. */
export interface Profile {
  readonly me: (principal: Principal) => Effect.Effect<Me, Asking>
  readonly rename: (
    principal: Principal,
    name: string,
    isExpected?: Expected<Me>
  ) => Effect.Effect<Me, Asking | Changed>
  readonly preferences: (principal: Principal) => Effect.Effect<Preferences, Asking>
  /** Says anew how things are shown to a person; what is left out is not said any more. */
  readonly prefer: (
    principal: Principal,
    preferences: Preferences,
    isExpected?: Expected<Preferences>
  ) => Effect.Effect<Preferences, Asking | Changed>
  readonly tenants: (principal: Principal) => Effect.Effect<ReadonlyArray<OwnTenant>, Asking>
  /** Has everything of a person erased in 30 days and ends their sessions; who signs in before stays. */
  readonly eraseMe: (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) => Effect.Effect<Instant.Instant, Asking | Invalid | Throttled | HasherBusy>
}

const DAY = 24 * 60 * 60_000

/** For so long somebody may change their mind. */
const graceMs = 30 * DAY

/** Makes what has everything of somebody erased, after a while. */
const makeErasing = Effect.fnUntraced(function* (tools: Tools) {
  const { linkTo, mail, note, people } = tools
  const sessions = yield* SessionStore
  const proven = makeProving(tools)
  return Effect.fn("Identity.eraseMe")(function* (
    principal: Principal,
    password: Redacted.Redacted,
    ip: string
  ) {
    const { known, signed } = yield* proven(principal, password, ip)
    const { email, id } = known.user
    const now = yield* Instant.now
    const eraseAt = Instant.plus(now, graceMs)
    yield* people.change(id, () => Effect.succeed({ change: { user: { eraseAt } }, answer: 0 }))
    yield* sessions.endAll(id, now)
    yield* note(signed, { action: "user.erase", after: { eraseAt } })
    yield* mail(email, erasureBegun(linkTo("")))
    return eraseAt
  })
})

/** Makes what people see and change of themselves. */
export const makeProfile = Effect.fnUntraced(function* (tools: Tools) {
  const { note, people } = tools
  const tenantStore = yield* TenantStore

  /** Makes a person as they see themselves in the tenant they are signed in to. */
  const makeSeen = Effect.fnUntraced(function* ({ tenantId, userId }: Signed) {
    const all = yield* people.memberOf(userId)
    const role = all.find((one) => one.tenantId === tenantId)?.role ?? "user"
    return ({ secrets, user }: KnownUser): Me => ({
      ...user,
      hasSecondFactor: secrets.totpConfirmedAt !== null,
      tenantId,
      role
    })
  })

  const rename = Effect.fn("Identity.rename")(function* (
    principal: Principal,
    name: string,
    isExpected?: Expected<Me>
  ) {
    const signed = yield* signedOf(principal)
    const seen = yield* makeSeen(signed)
    const before = yield* people.change(signed.userId, (known) =>
      Effect.as(expect(seen(known), isExpected), { change: { user: { name } }, answer: seen(known) })
    )
    yield* note(signed, { action: "user.update", before: { name: before.name }, after: { name } })
    return { ...before, name }
  })

  return {
    rename,
    me: Effect.fn("Identity.me")(function* (principal) {
      const signed = yield* signedOf(principal)
      return (yield* makeSeen(signed))(yield* people.byId(signed.userId))
    }),
    preferences: Effect.fn("Identity.preferences")(function* (principal) {
      const { userId } = yield* signedOf(principal)
      return (yield* people.byId(userId)).user.preferences ?? {}
    }),
    prefer: Effect.fn("Identity.prefer")(function* (principal, preferences, isExpected) {
      const { userId } = yield* signedOf(principal)
      // What somebody likes to look at changes nothing for anybody else, and is not written down.
      yield* people.change(userId, ({ user }) =>
        Effect.as(expect(user.preferences ?? {}, isExpected), {
          change: { user: { preferences } },
          answer: 0
        })
      )
      return preferences
    }),
    tenants: Effect.fn("Identity.tenants")(function* (principal) {
      const { userId } = yield* signedOf(principal)
      const all = yield* people.memberOf(userId)
      // A tenant with members is not taken away.
      return yield* Effect.forEach(all, (membership) =>
        Effect.map(
          Effect.catchTag(tenantStore.get(membership.tenantId), "NotFound", Effect.die),
          (tenant) => ({
            tenant,
            membership
          })
        )
      )
    }),
    eraseMe: yield* makeErasing(tools)
  } satisfies Profile
})
