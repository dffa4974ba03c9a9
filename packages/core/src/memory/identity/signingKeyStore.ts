import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type SigningKey, SigningKeyStore } from "../../ports/identity/SigningKeyStore.ts"
import type { Instant } from "../../time/Instant.ts"

const make = (): SigningKeyStore => {
  const kept = new Map<string, SigningKey>()
  const inForce = (now: Instant) =>
    [...kept.values()]
      .filter(({ expiresAt }) => expiresAt > now)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  return {
    list: (now) => Effect.sync(() => inForce(now)),
    add: (key, unlessSince) =>
      Effect.sync(() => {
        const isLate = [...kept.values()].some(({ createdAt }) => createdAt > unlessSince)
        if (!isLate && !kept.has(key.id)) kept.set(key.id, key)
        return inForce(key.createdAt)
      })
  }
}

/** Keeps the keys of access tokens in memory, until the process ends. */
export const layer: Layer.Layer<SigningKeyStore> = Layer.sync(SigningKeyStore, make)
