import {
  type ApiKey,
  type ApiKeyId,
  ApiKeyStore,
  type Bearer,
  type Instant,
  type LocationId,
  locationsOf,
  type Membership,
  MembershipStore,
  type NotFound,
  type Principal,
  type Scope,
  scopesOf,
  type SessionId,
  SessionStore,
  type StorageError,
  type TenantId,
  type UserId,
  UserStore
} from "@wattkit/core"
import { Cache, type Duration, Effect, Option } from "effect"
import { AccessTokens } from "../identity/AccessTokens.ts"
import { digestOf } from "../secret.ts"

/** So many keys, members and sessions are remembered for a moment. */
const capacity = 10_000

/** What is there, or undefined. */
const orNothing = <A>(effect: Effect.Effect<A, NotFound | StorageError>) =>
  Effect.catchTag(effect, "NotFound", () => Effect.undefined)

/** The words that stand in both lists; a list that is null holds all of them. */
const both = <A>(one: ReadonlyArray<A> | null, other: ReadonlyArray<A> | null): ReadonlyArray<A> | null => {
  if (one === null || other === null) return one ?? other
  return one.filter((entry) => other.includes(entry))
}

/** What somebody may do, and where. */
interface Reach {
  readonly scopes: ReadonlyArray<Scope>
  readonly locations: ReadonlyArray<LocationId> | null
}

const within = (own: Reach, bound: Reach): Reach => ({
  scopes: own.scopes.filter((scope) => bound.scopes.includes(scope)),
  locations: both(own.locations, bound.locations)
})

/**
 * Makes what looks up the stores, each thing at most once in a while. Names of two parts are joined by a
 * space, which no id has.
 */
const makeLookUp = Effect.fnUntraced(function* (timeToLive: Duration.Duration) {
  const keys = yield* ApiKeyStore
  const memberships = yield* MembershipStore
  const users = yield* UserStore
  const sessions = yield* SessionStore
  const parts = (name: string) => name.split(" ")

  const keyOfDigest = yield* Cache.make({
    capacity,
    timeToLive,
    lookup: (digest: string) => Effect.map(keys.findByDigest(digest), Option.getOrUndefined)
  })
  const key = yield* Cache.make({
    capacity,
    timeToLive,
    lookup: (name: string) => {
      const [tenantId, id] = parts(name)
      return orNothing(keys.get(tenantId as TenantId, id as ApiKeyId))
    }
  })
  const member = yield* Cache.make({
    capacity,
    timeToLive,
    lookup: (name: string) => {
      const [tenantId, id] = parts(name)
      const membership = memberships.get(tenantId as TenantId, id as UserId)
      return orNothing(Effect.zip(membership, users.get(id as UserId)))
    }
  })
  const session = yield* Cache.make({
    capacity,
    timeToLive,
    lookup: (id: SessionId) => orNothing(sessions.get(id))
  })

  return {
    keyOfDigest: (digest: string) => Cache.get(keyOfDigest, digest),
    key: (tenantId: TenantId, id: ApiKeyId) => Cache.get(key, `${tenantId} ${id}`),
    session: (id: SessionId) => Cache.get(session, id),
    /** What a person is in a tenant; undefined when they are nothing there, or kept out. */
    member: (tenantId: TenantId, id: UserId) =>
      Effect.map(Cache.get(member, `${tenantId} ${id}`), (found): Membership | undefined => {
        if (found === undefined) return undefined
        const [membership, { user }] = found
        return membership.disabledAt === null && user.disabledAt === null ? membership : undefined
      })
  }
})

const reachOf = (membership: Membership): Reach => ({
  scopes: scopesOf(membership.role),
  locations: locationsOf(membership)
})

/** Makes what tells who bears a credential, as the stores say it now or said it a moment ago. */
export const makeBearers = Effect.fnUntraced(function* (believedFor: Duration.Duration) {
  const lookUp = yield* makeLookUp(believedFor)
  const tokens = yield* AccessTokens

  /** A key of a person never allows more than the person may do now. */
  const ofKey = Effect.fnUntraced(function* (key: ApiKey | undefined, now: Instant.Instant) {
    // One that was replaced may work on for a while.
    if (key === undefined || (key.revokedAt !== null && key.revokedAt <= now)) return undefined
    if (key.expiresAt !== null && key.expiresAt <= now) return undefined
    const { deviceId, id, tenantId, userId } = key
    const by: Bearer = { kind: "key", id, userId }
    const principal = (reach: Reach): Principal => ({ tenantId, by, deviceId, ...reach })
    if (userId === null) return principal({ scopes: key.scopes, locations: key.locations })
    const membership = yield* lookUp.member(tenantId, userId)
    return membership === undefined ? undefined : principal(within(key, reachOf(membership)))
  })

  const ofSession = Effect.fnUntraced(function* (
    tenantId: TenantId,
    by: Extract<Bearer, { kind: "user" }>,
    now: Instant.Instant
  ) {
    const session = yield* lookUp.session(by.sessionId)
    if (session === undefined || session.endedAt !== null || session.expiresAt <= now) return undefined
    if (session.userId !== by.id || session.tenantId !== tenantId) return undefined
    const membership = yield* lookUp.member(tenantId, by.id)
    if (membership === undefined) return undefined
    return { tenantId, by, deviceId: null, ...reachOf(membership) } satisfies Principal as Principal
  })

  const narrowed = (principal: Principal | undefined, bound: Reach): Principal | undefined =>
    principal === undefined ? undefined : { ...principal, ...within(principal, bound) }

  const ofToken = Effect.fnUntraced(function* (text: string, now: Instant.Instant) {
    const claims = yield* tokens.verify(text, now)
    if (claims === undefined) return undefined
    const { by, expiresAt, tenantId } = claims
    const bearer =
      by.kind === "user"
        ? yield* ofSession(tenantId, by, now)
        : narrowed(yield* ofKey(yield* lookUp.key(tenantId, by.id), now), {
            scopes: by.scopes,
            locations: null
          })
    return bearer === undefined ? undefined : { ...bearer, until: expiresAt }
  })

  return {
    ofToken,
    ofSecret: Effect.fnUntraced(function* (secret: string, now: Instant.Instant) {
      const digest = yield* Effect.promise(() => digestOf(secret))
      return yield* ofKey(yield* lookUp.keyOfDigest(digest), now)
    }),
    renewed: Effect.fnUntraced(function* (before: Principal, now: Instant.Instant) {
      const { by, tenantId } = before
      const bearer =
        by.kind === "user"
          ? yield* ofSession(tenantId, by, now)
          : yield* ofKey(yield* lookUp.key(tenantId, by.id), now)
      return narrowed(bearer, before)
    })
  }
})
