import {
  type AlreadyExists,
  ApiKeyId,
  ApiKeyStore,
  type DeviceId,
  Instant,
  type LocationId,
  makeId,
  type MembershipStore,
  type NotFound,
  type Principal,
  type Scope,
  type SessionStore,
  type StorageError,
  type TenantId,
  type UserId,
  type UserStore
} from "@wattkit/core"
import { Clock, Context, Duration, Effect, Layer, Option, Redacted } from "effect"
import type { AccessTokens } from "../identity/AccessTokens.ts"
import { digestOf, isSecret, makeSecret, prefixOf } from "../secret.ts"
import { makeBearers } from "./bearers.ts"
import { makeLastUse } from "./lastUse.ts"

/** What a new credential is for. */
export interface CredentialDraft {
  readonly tenantId: TenantId
  readonly name: string
  readonly scopes: readonly [Scope, ...ReadonlyArray<Scope>]
  readonly deviceId: DeviceId | null
  /** Whose it is; nobody's when left out, and then it lasts until it is revoked. */
  readonly userId?: UserId | null | undefined
  /** The locations it reaches; all of them when left out. */
  readonly locations?: ReadonlyArray<LocationId> | null | undefined
  readonly expiresAt?: Instant.Instant | null | undefined
}

/** A credential just made: how it is named, and its secret, which nobody can learn again. */
export interface IssuedCredential {
  readonly id: ApiKeyId
  readonly secret: Redacted.Redacted
}

/** Gives out credentials and tells who bears one: an API key or the access token of a person. */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** Makes an API key and answers its secret, which nobody can learn again. */
    readonly issue: (
      draft: CredentialDraft
    ) => Effect.Effect<Redacted.Redacted, AlreadyExists | NotFound | StorageError>
    /** As `issue`, and answers how the key is named. */
    readonly issueNamed: (
      draft: CredentialDraft
    ) => Effect.Effect<IssuedCredential, AlreadyExists | NotFound | StorageError>
    /** Who bears this secret; nobody when it is unknown, revoked or over. */
    readonly verify: (secret: Redacted.Redacted) => Effect.Effect<Option.Option<Principal>, StorageError>
    /** Who bore this secret a moment ago; undefined when `verify` has to find out. */
    readonly believed: (secret: string) => Principal | undefined
    /**
     * What somebody who was let in may do now, which is never more than then; nobody when the credential was
     * revoked since. It is for connections that last.
     */
    readonly renew: (principal: Principal) => Effect.Effect<Option.Option<Principal>, StorageError>
  }
>()("@wattkit/engine/Credentials") {
  static readonly layer: Layer.Layer<
    Credentials,
    never,
    ApiKeyStore | AccessTokens | MembershipStore | SessionStore | UserStore
  > = Layer.suspend(() => Layer.effect(Credentials, make))
}

/**
 * How long what the stores said of a bearer is believed, and how long a secret is believed after that: the
 * longest a revoked one still works is both together, a second.
 */
const believedFor = Duration.millis(500)

/** So many secrets are remembered. */
const remembered = 10_000

const make = Effect.gen(function* () {
  const keys = yield* ApiKeyStore
  const bearers = yield* makeBearers(believedFor)
  const used = yield* makeLastUse(keys)

  const issueNamed = Effect.fn("Credentials.issue")(function* (draft: CredentialDraft) {
    const now = yield* Instant.now
    const secret = makeSecret()
    const id = ApiKeyId.make(makeId("key", now, crypto.getRandomValues(new Uint8Array(16))))
    yield* keys.add({
      ...draft,
      id,
      userId: draft.userId ?? null,
      locations: draft.locations ?? null,
      expiresAt: draft.expiresAt ?? null,
      prefix: prefixOf(secret),
      digest: yield* Effect.promise(() => digestOf(secret)),
      createdAt: now,
      lastUsedAt: null,
      revokedAt: null
    })
    return { id, secret: Redacted.make(secret) }
  })

  // To digest a secret costs as much as to store a reading, so a bearer who was believed is for this long.
  const known = new Map<string, { readonly bearer: Principal; readonly until: number }>()
  const clock = yield* Clock.Clock

  const ask = Effect.fnUntraced(function* (text: string) {
    const now = yield* Instant.now
    const bearer = yield* isSecret(text) ? bearers.ofSecret(text, now) : bearers.ofToken(text, now)
    if (bearer === undefined) return Option.none<Principal>()
    if (known.size >= remembered) known.clear()
    known.set(text, { bearer, until: now + Duration.toMillis(believedFor) })
    yield* used(bearer, now)
    return Option.some(bearer)
  })

  const believed = (text: string): Principal | undefined => {
    const found = known.get(text)
    if (found === undefined || found.until > clock.currentTimeMillisUnsafe()) return found?.bearer
    known.delete(text)
    return undefined
  }

  const verify = (secret: Redacted.Redacted) =>
    Effect.suspend(() => {
      const text = Redacted.value(secret)
      const bearer = believed(text)
      return bearer === undefined ? ask(text) : Effect.succeedSome(bearer)
    })

  const renew = (principal: Principal) =>
    Effect.map(
      Effect.flatMap(Instant.now, (now) => bearers.renewed(principal, now)),
      Option.fromUndefinedOr
    )

  const issue = (draft: CredentialDraft) => Effect.map(issueNamed(draft), ({ secret }) => secret)
  return Credentials.of({ issue, issueNamed, verify, believed, renew })
})
