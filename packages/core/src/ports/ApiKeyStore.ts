import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ApiKey } from "../model/ApiKey.ts"
import type { ApiKeyId, TenantId } from "../model/ids.ts"
import type { Instant } from "../time/Instant.ts"
import { DeviceStore } from "./DeviceStore.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"
import { TenantStore } from "./TenantStore.ts"

/** Keeps API keys. It never sees a secret, only its digest. */
export interface ApiKeyStore {
  /** Fails with NotFound when the tenant is not there, or has no such device as the key is for. */
  readonly add: (key: ApiKey) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  /** The key with this digest, revoked or not. It asks no tenant, because it is how a tenant is found. */
  readonly findByDigest: (digest: string) => Effect.Effect<Option.Option<ApiKey>, StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<ApiKeyId>
  ) => Effect.Effect<ReadonlyArray<ApiKey>, StorageError>
  /** Revoking a revoked key changes nothing. */
  readonly revoke: (
    tenantId: TenantId,
    id: ApiKeyId,
    at: Instant
  ) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the ApiKeyStore service. */
export const ApiKeyStore = Context.Service<ApiKeyStore>("@wattkit/core/ApiKeyStore")

/** Keeps API keys in memory, until the process ends. */
export const layerMemory: Layer.Layer<ApiKeyStore, never, TenantStore | DeviceStore> = Layer.effect(
  ApiKeyStore,
  Effect.gen(function* () {
    const tenants = yield* TenantStore
    const devices = yield* DeviceStore
    const kept = new Map<ApiKeyId, ApiKey>()
    return {
      add: Effect.fnUntraced(function* (key: ApiKey) {
        yield* tenants.get(key.tenantId)
        if (key.deviceId !== null) yield* devices.get(key.tenantId, key.deviceId)
        const taken = kept.has(key.id) || [...kept.values()].some((other) => other.digest === key.digest)
        if (taken) return yield* new AlreadyExists({ what: "api_key", id: key.id })
        kept.set(key.id, key)
      }),
      findByDigest: (digest) =>
        Effect.sync(() => Option.fromUndefinedOr([...kept.values()].find((key) => key.digest === digest))),
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter((key) => key.tenantId === tenantId),
            page
          )
        ),
      revoke: (tenantId, id, at) =>
        Effect.suspend(() => {
          const key = kept.get(id)
          if (key?.tenantId !== tenantId) return Effect.fail(new NotFound({ what: "api_key", id }))
          if (key.revokedAt === null) kept.set(id, { ...key, revokedAt: at })
          return Effect.void
        })
    }
  })
)
