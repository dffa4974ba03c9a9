import { Authorization, CurrentPrincipal, failure } from "@wattkit/api"
import type { Principal, StorageError } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Layer, Option, Redacted } from "effect"
import { meta, toFailure } from "./answer.ts"

/** Who bears this secret, or the failure to answer with. */
export const principalOf = Effect.fnUntraced(function* (
  verify: (secret: Redacted.Redacted) => Effect.Effect<Option.Option<Principal>, StorageError>,
  secret: Redacted.Redacted
) {
  const found = yield* Effect.catch(verify(secret), toFailure)
  if (Option.isSome(found)) return found.value
  const message =
    Redacted.value(secret) === ""
      ? "send a credential as Authorization: Bearer wk_…"
      : "this credential is unknown or revoked"
  return yield* Effect.fail(failure("UNAUTHORIZED", message, yield* meta))
})

/** Verifies the bearer's credential before a handler runs. What it allows is decided by the engine. */
export const layer = Layer.effect(
  Authorization,
  Effect.map(Credentials, ({ verify }) =>
    Authorization.of({
      bearer: (httpEffect, { credential }) =>
        Effect.flatMap(principalOf(verify, credential), (principal) =>
          Effect.provideService(httpEffect, CurrentPrincipal, principal)
        )
    })
  )
)
