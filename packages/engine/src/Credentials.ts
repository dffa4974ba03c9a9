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
import { Cache, Context, Effect, Layer, Option, Redacted } from "effect"
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
  }
>()("@wattkit/engine/Credentials") {
  static readonly layer = Layer.suspend(() => Layer.effect(Credentials, make))
}

/** How long a verified credential is believed without asking again: the longest a revoked one still works. */
const believedFor = "1 second"

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

  const known = yield* Cache.make({
    capacity: 10_000,
    timeToLive: believedFor,
    lookup: (digest: string) => keys.findByDigest(digest)
  })

  const verify = Effect.fnUntraced(function* (secret: Redacted.Redacted) {
    const text = Redacted.value(secret)
    if (!isSecret(text)) return Option.none<Principal>()
    const key = yield* Cache.get(known, yield* Effect.promise(() => digestOf(text)))
    return key.pipe(
      Option.filter((found) => found.revokedAt === null),
      Option.map(({ deviceId, id, scopes, tenantId }): Principal => ({
        tenantId,
        keyId: id,
        scopes,
        deviceId
      }))
    )
  })

  return Credentials.of({ issue, verify })
})
