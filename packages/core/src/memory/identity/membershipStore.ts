import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Membership } from "../../model/identity/Membership.ts"
import { MembershipStore } from "../../ports/identity/MembershipStore.ts"
import { LocationStore } from "../../ports/LocationStore.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

const make = Effect.gen(function* () {
  const kept = yield* KeptIdentity
  const tenants = yield* TenantStore
  const places = yield* LocationStore
  return {
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
    ofTenant: (tenantId, { after = "", limit }) =>
      Effect.sync(() =>
        [...(kept.memberships.get(tenantId)?.values() ?? [])]
          .filter(({ userId }) => userId > after)
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
