import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConsentStore } from "../../ports/identity/ConsentStore.ts"
import { NotFound } from "../../ports/registryErrors.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

const make = Effect.map(KeptIdentity, ({ consents, users }): ConsentStore => ({
  add: (consent) =>
    Effect.suspend(() => {
      const { userId } = consent
      if (!users.has(userId)) return Effect.fail(new NotFound({ what: "user", id: userId }))
      consents.push(consent)
      return Effect.void
    }),
  list: (userId, { limit, subject }) =>
    Effect.sync(() =>
      consents
        .filter((one) => one.userId === userId && (subject === undefined || one.subject === subject))
        .toReversed()
        .slice(0, limit)
    )
}))

/** Keeps consents in memory, until the process ends. */
export const layer: Layer.Layer<ConsentStore, never, KeptIdentity> = Layer.effect(ConsentStore, make)
