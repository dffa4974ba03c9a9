import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Membership } from "../../model/identity/Membership.ts"
import { type Gift, type Giving, MembershipStore } from "../../ports/identity/MembershipStore.ts"
import { LocationStore } from "../../ports/LocationStore.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

/** Whether a member may administer the tenant now. */
const administers = ({ users }: KeptIdentity, { disabledAt, role, userId }: Membership): boolean => {
  const user = users.get(userId)?.user
  const isLetIn = disabledAt === null && user?.disabledAt === null && user.verifiedAt !== null
  return role === "admin" && isLetIn
}

const isSame = (one: Membership, other: Membership): boolean =>
  one.role === other.role &&
  one.disabledAt === other.disabledAt &&
  one.locations.join() === [...new Set(other.locations)].sort().join()

/** Looks and changes at once: nobody comes between. */
const replace = (kept: KeptIdentity, known: Membership, next: Membership | null) => {
  const members = kept.memberships.get(known.tenantId)
  const now = members?.get(known.userId)
  if (members === undefined || now === undefined || !isSame(now, known)) return "changed" as const
  const isLost = administers(kept, now) && (next === null || !administers(kept, next))
  const others = [...members.values()].filter(({ userId }) => userId !== known.userId)
  if (isLost && !others.some((other) => administers(kept, other))) return "last_admin" as const
  const { createdAt, tenantId, userId } = now
  if (next === null) members.delete(userId)
  else {
    const locations = [...new Set(next.locations)].sort()
    members.set(userId, { ...next, tenantId, userId, createdAt, locations })
  }
  return "replaced" as const
}

const byUser = (a: Membership, b: Membership): number => (a.userId < b.userId ? -1 : 1)

/** Looks and changes at once as well. */
const give = (kept: KeptIdentity, { known, locationId, tenantId, wanted }: Gift): Giving => {
  const members = kept.memberships.get(tenantId) ?? new Map<Membership["userId"], Membership>()
  const had = [...members.values()].filter(({ locations }) => locations.includes(locationId))
  const isKnown = had.every((one) =>
    known.some(({ role, userId }) => userId === one.userId && role === one.role)
  )
  if (!isKnown || known.length !== had.length || wanted.some((id) => !members.has(id)))
    return { kind: "changed" }
  const lost = had.filter(({ userId }) => !wanted.includes(userId))
  const gained = [...new Set(wanted)]
    .flatMap((id) => members.get(id) ?? [])
    .filter((one) => !had.includes(one))
  const changes = [...lost, ...gained].sort(byUser).map((before) => {
    const others = before.locations.filter((id) => id !== locationId)
    const locations = lost.includes(before) ? others : [...others, locationId].sort()
    return { before, after: { ...before, locations } }
  })
  for (const { after } of changes) members.set(after.userId, after)
  const now = [...members.values()].filter(({ locations }) => locations.includes(locationId))
  return { kind: "given", members: now.sort(byUser), changes }
}

const make = Effect.gen(function* () {
  const kept = yield* KeptIdentity
  const tenants = yield* TenantStore
  const places = yield* LocationStore
  return {
    replace: Effect.fnUntraced(function* (known: Membership, next: Membership | null) {
      for (const id of next?.locations ?? []) yield* places.get(known.tenantId, id)
      return replace(kept, known, next)
    }),
    give: (gift) => Effect.map(places.get(gift.tenantId, gift.locationId), () => give(kept, gift)),
    put: Effect.fnUntraced(function* (membership: Membership) {
      const { tenantId, userId } = membership
      yield* tenants.get(tenantId)
      if (!kept.users.has(userId)) return yield* new NotFound({ what: "user", id: userId })
      const locations = [...new Set(membership.locations)].sort()
      for (const id of locations) yield* places.get(tenantId, id)
      const members = kept.memberships.get(tenantId) ?? new Map()
      const createdAt = members.get(userId)?.createdAt ?? membership.createdAt
      kept.memberships.set(tenantId, members.set(userId, { ...membership, locations, createdAt }))
    }),
    get: (tenantId, userId) =>
      Effect.suspend(() => {
        const membership = kept.memberships.get(tenantId)?.get(userId)
        return membership === undefined
          ? Effect.fail(new NotFound({ what: "membership", id: userId }))
          : Effect.succeed(membership)
      }),
    ofUser: (userId) =>
      Effect.sync(() =>
        [...kept.memberships.values()]
          .flatMap((members) => members.get(userId) ?? [])
          .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
      ),
    ofTenant: (tenantId, { after = "", limit, locationId }) =>
      Effect.sync(() =>
        [...(kept.memberships.get(tenantId)?.values() ?? [])]
          .filter(
            ({ locations, userId }) =>
              userId > after && (locationId === undefined || locations.includes(locationId))
          )
          .sort((a, b) => (a.userId < b.userId ? -1 : 1))
          .slice(0, limit)
      ),
    remove: (tenantId, userId) =>
      Effect.suspend(() =>
        kept.memberships.get(tenantId)?.delete(userId) === true
          ? Effect.void
          : Effect.fail(new NotFound({ what: "membership", id: userId }))
      )
  } satisfies MembershipStore
})

/** Keeps in memory who is what in which tenant. */
export const layer: Layer.Layer<MembershipStore, never, KeptIdentity | LocationStore | TenantStore> =
  Layer.effect(MembershipStore, make)
