import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { OneTimeStore } from "../../ports/identity/OneTimeStore.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

const make = Effect.gen(function* () {
  const { oneTimes, users } = yield* KeptIdentity
  const tenants = yield* TenantStore
  return {
    put: Effect.fnUntraced(function* (oneTime) {
      const { digest, purpose, tenantId, userId } = oneTime
      const isKnown = tenantId === null || (yield* Effect.isSuccess(tenants.get(tenantId)))
      if (!isKnown || !users.has(userId)) return
      for (const [older, one] of oneTimes) {
        const isOther = purpose === "invite" && one.tenantId !== tenantId
        if (one.userId === userId && one.purpose === purpose && !isOther) oneTimes.delete(older)
      }
      oneTimes.set(digest, oneTime)
    }),
    take: (digest, purpose, now) =>
      Effect.sync(() => {
        const found = oneTimes.get(digest)
        if (found === undefined || found.purpose !== purpose || found.expiresAt <= now) return undefined
        oneTimes.delete(digest)
        return found
      }),
    forget: (before, limit) =>
      Effect.sync(() => {
        const old = [...oneTimes.values()]
          .filter(({ expiresAt }) => expiresAt < before)
          .sort((a, b) => a.expiresAt - b.expiresAt)
          .slice(0, limit)
        for (const { digest } of old) oneTimes.delete(digest)
        return old.length
      })
  } satisfies OneTimeStore
})

/** Keeps secrets that work once in memory, until the process ends. */
export const layer: Layer.Layer<OneTimeStore, never, KeptIdentity | TenantStore> = Layer.effect(
  OneTimeStore,
  make
)
