import { ApiKeyStore, Instant, type Scope, type StorageError } from "@wattkit/core"
import { Effect, Option, Redacted } from "effect"
import { Credentials } from "../../credentials/Credentials.ts"
import { Forbidden } from "../../Forbidden.ts"
import { isSecret } from "../../secret.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { longestSeconds } from "../tokens/claims.ts"
import { Unauthenticated } from "../Unauthenticated.ts"

/** What a program shows for a token: its key, by name and secret, and which of its scopes it wants. */
export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly scopes?: ReadonlyArray<Scope> | undefined
  /** For how long the token shall last; an hour when left out, and a week at most. */
  readonly expiresIn?: number | undefined
}

/** A token of a program. */
export interface ClientToken {
  readonly accessToken: string
  readonly expiresIn: number
  readonly scopes: ReadonlyArray<Scope>
}

/** Tokens for programs that do not want to show their key with every request. */
export interface ClientTokens {
  readonly token: (
    shown: ClientCredentials
  ) => Effect.Effect<ClientToken, Unauthenticated | Forbidden | StorageError>
}

const HOUR = 60 * 60

const unknown = new Unauthenticated({ message: "there is no such key, or this is not its secret" })

/** Makes what gives out tokens for programs. */
export const makeClientTokens = Effect.gen(function* () {
  const credentials = yield* Credentials
  const keys = yield* ApiKeyStore
  const access = yield* AccessTokens

  const token = Effect.fn("Identity.token")(function* (shown: ClientCredentials) {
    const { clientId, clientSecret, expiresIn = HOUR } = shown
    // A token is no secret of a key: it would prolong itself for ever.
    if (!isSecret(Redacted.value(clientSecret))) return yield* unknown
    const principal = Option.getOrUndefined(yield* credentials.verify(clientSecret))
    if (principal === undefined || principal.by.kind !== "key" || principal.by.id !== clientId)
      return yield* unknown
    const { by, tenantId } = principal
    const scopes = [...new Set(shown.scopes ?? principal.scopes)]
    const lacking = scopes.find((scope) => !principal.scopes.includes(scope))
    if (lacking !== undefined)
      return yield* new Forbidden({ message: `this key lacks the scope "${lacking}"` })
    if (scopes.length === 0)
      return yield* new Forbidden({ message: "this key allows nothing at this moment" })
    const now = yield* Instant.now
    const { expiresAt } = yield* Effect.catchTag(keys.get(tenantId, by.id), "NotFound", () =>
      Effect.fail(unknown)
    )
    const left = expiresAt === null ? longestSeconds.key : Math.floor((expiresAt - now) / 1000)
    const lifeSeconds = Math.max(1, Math.min(expiresIn, longestSeconds.key, left))
    const accessToken = yield* access.sign(
      { tenantId, by: { kind: "key", id: by.id, scopes }, lifeSeconds },
      now
    )
    return { accessToken, expiresIn: lifeSeconds, scopes }
  })

  return { token } satisfies ClientTokens
})
