import {
  type Email,
  type Membership,
  MembershipStore,
  noSecrets,
  type Session,
  SessionId,
  SessionStore,
  type TenantId,
  type User,
  UserId,
  UserStore
} from "@wattkit/core"
import * as Effect from "effect/Effect"
import { addTenant, at, freshApiKeyId } from "../registered.ts"

/** A session that was used within this time goes on: longer than any test of others lasts. */
export const idleMs = 365 * 86_400_000

/** A digest that no secret has. */
export const freshDigest = (): string => freshApiKeyId("digest").replaceAll("-", "").padEnd(64, "0")

/** The id of nobody yet. */
export const freshUserId = (suffix = "u"): UserId => UserId.make(freshApiKeyId(suffix))

/** The id of no session yet. */
export const freshSessionId = (suffix = "s"): SessionId => SessionId.make(freshApiKeyId(suffix))

/** An address of nobody yet. */
export const freshEmail = (): Email => `${freshUserId("ada")}@example.org` as Email

/** Somebody who is not added yet. */
export const freshUser = (over: Partial<User> = {}): User => ({
  id: freshUserId(),
  email: freshEmail(),
  name: "Ada",
  createdAt: at(4),
  verifiedAt: null,
  disabledAt: null,
  eraseAt: null,
  ...over
})

/** Adds somebody. */
export const addUser = Effect.gen(function* () {
  const user = freshUser()
  yield* (yield* UserStore).add(user, noSecrets)
  return user
})

/** A membership that is not put yet, of somebody to whom no location was given. */
export const freshMembership = (
  tenantId: TenantId,
  userId: UserId,
  over: Partial<Membership> = {}
): Membership => ({
  tenantId,
  userId,
  role: "user",
  locations: [],
  createdAt: at(5),
  disabledAt: null,
  ...over
})

/** Adds somebody as a member of a tenant. */
export const addMember = Effect.fnUntraced(function* (tenantId: TenantId, over: Partial<User> = {}) {
  const user = freshUser(over)
  yield* (yield* UserStore).add(user, noSecrets)
  yield* (yield* MembershipStore).put(freshMembership(tenantId, user.id))
  return user
})

/** A session that is not begun yet; it lasts 90 days. */
export const freshSession = (userId: UserId, tenantId: TenantId, over: Partial<Session> = {}): Session => ({
  id: freshSessionId(),
  userId,
  tenantId,
  createdAt: at(10),
  usedAt: at(10),
  expiresAt: at(90 * 86_400),
  endedAt: null,
  agent: "Firefox 152 on Linux",
  ...over
})

/** Begins a session of somebody new and answers it with its first token, by digest. */
export const beginSession = Effect.fnUntraced(function* (over: Partial<Session> = {}) {
  const tenant = yield* addTenant
  const user = yield* addUser
  const session = freshSession(user.id, tenant.id, over)
  const digest = freshDigest()
  yield* (yield* SessionStore).begin(session, digest)
  return { session, digest }
})
