import type { Principal } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Effect, Option, Redacted } from "effect"
import type { HttpServerRequest } from "effect/http"

/** Who asks, as far as the frame around a request has to know it; what it allows is decided further in. */
export interface Asker {
  readonly principal: Principal
  /** What distinguishes this bearer from every other of the tenant. */
  readonly name: string
  /** What only the bearer has, and nobody keeps. */
  readonly secret: string
}

const bearer = /^Bearer +(\S+)$/i

const askerOf = (principal: Principal, secret: string): Asker => ({
  principal,
  name: principal.by.id,
  secret
})

/**
 * Makes what tells who asks; nobody when the credential is missing, unknown, or cannot be verified now, which
 * the route finds out again and answers.
 */
export const makeBearer = Effect.map(Credentials, ({ believed, verify }) => {
  return ({ headers }: HttpServerRequest.HttpServerRequest): Effect.Effect<Asker | undefined> => {
    const secret = bearer.exec(headers["authorization"] ?? "")?.[1]
    if (secret === undefined) return Effect.succeed(undefined)
    const known = believed(secret)
    if (known !== undefined) return Effect.succeed(askerOf(known, secret))
    return Effect.match(verify(Redacted.make(secret)), {
      onFailure: () => undefined,
      onSuccess: (found) => (Option.isNone(found) ? undefined : askerOf(found.value, secret))
    })
  }
})
