import {
  type AlreadyExists,
  ApiKeyId,
  ApiKeyStore,
  type DeviceId,
  Instant,
  makeId,
  type NotFound,
  type Principal,
  type Scope,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Cache, Clock, Context, Duration, Effect, Layer, Option, Redacted } from "effect"
import { digestOf, isSecret, makeSecret, prefixOf } from "./secret.ts"

/** What a new credential is for. */
export interface CredentialDraft {
  readonly tenantId: TenantId
  readonly name: string
  readonly scopes: readonly [Scope, ...ReadonlyArray<Scope>]
  readonly deviceId: DeviceId | null
}

/** Gives out credentials and tells who bears one. */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** Makes a credential and answers its secret, which nobody can learn again. */
    readonly issue: (
      draft: CredentialDraft
    ) => Effect.Effect<Redacted.Redacted, AlreadyExists | NotFound | StorageError>
    /** Who bears this secret; nobody when it is unknown or revoked. */
    readonly verify: (secret: Redacted.Redacted) => Effect.Effect<Option.Option<Principal>, StorageError>
    /** Who bore this secret a moment ago; undefined when `verify` has to find out. */
    readonly believed: (secret: string) => Principal | undefined
  }
>()("@wattkit/engine/Credentials") {
  static readonly layer = Layer.suspend(() => Layer.effect(Credentials, make))
}

/**
 * How long what the store said of a credential is believed, and how long a bearer is believed after that: the
 * longest a revoked one still works is both together, a second.
 */
const believedFor = Duration.millis(500)

const make = Effect.gen(function* () {
  const keys = yield* ApiKeyStore

  const issue = Effect.fn("Credentials.issue")(function* (draft: CredentialDraft) {
    const now = yield* Instant.now
    const secret = makeSecret()
    yield* keys.add({
      id: ApiKeyId.make(makeId("key", now, crypto.getRandomValues(new Uint8Array(16)))),
      ...draft,
      prefix: prefixOf(secret),
      digest: yield* Effect.promise(() => digestOf(secret)),
      createdAt: now,
      revokedAt: null
    })
    return Redacted.make(secret)
  })

  const asked = yield* Cache.make({
    capacity: 10_000,
    timeToLive: believedFor,
    lookup: (digest: string) => keys.findByDigest(digest)
  })
  // To digest a secret costs as much as to store a reading, so a bearer who was believed is for this long.
  const known = new Map<string, { readonly bearer: Principal; readonly until: number }>()
  const clock = yield* Clock.Clock

  const ask = Effect.fnUntraced(function* (text: string, now: number) {
    const key = yield* Cache.get(asked, yield* Effect.promise(() => digestOf(text)))
    const bearer = key.pipe(
      Option.filter((found) => found.revokedAt === null),
      Option.map(({ deviceId, id, scopes, tenantId }): Principal => ({
        tenantId,
        keyId: id,
        scopes,
        deviceId
      }))
    )
    if (known.size >= 10_000) known.clear()
    const until = now + Duration.toMillis(believedFor)
    if (Option.isSome(bearer)) known.set(text, { bearer: bearer.value, until })
    return bearer
  })

  const believed = (text: string): Principal | undefined => {
    const found = known.get(text)
    if (found === undefined || found.until > clock.currentTimeMillisUnsafe()) return found?.bearer
    known.delete(text)
    return undefined
  }

  const verify = (secret: Redacted.Redacted) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const text = Redacted.value(secret)
      const bearer = believed(text)
      if (bearer !== undefined) return Effect.succeedSome(bearer)
      return isSecret(text) ? ask(text, now) : Effect.succeed(Option.none<Principal>())
    })

  return Credentials.of({ issue, verify, believed })
})
