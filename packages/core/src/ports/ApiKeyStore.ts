import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ApiKey } from "../model/ApiKey.ts"
import type { ApiKeyId, DeviceId, TenantId, UserId } from "../model/ids.ts"
import type { Instant } from "../time/Instant.ts"
import type * as Page from "./Page.ts"
import type { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** Keeps API keys. It never sees a secret, only its digest. */
export interface ApiKeyStore {
  /**
   * Fails with NotFound when the tenant is not there, has no such device as the key is for, or the person
   * whose key it is is no member of it. Who is taken out of the UserStore takes along their keys.
   */
  readonly add: (key: ApiKey) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  /** The key with this digest, revoked or not. It asks no tenant, because it is how a tenant is found. */
  readonly findByDigest: (digest: string) => Effect.Effect<Option.Option<ApiKey>, StorageError>
  readonly get: (tenantId: TenantId, id: ApiKeyId) => Effect.Effect<ApiKey, NotFound | StorageError>
  /** The keys of the tenant, or those of one person or one device in it, revoked or not. */
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<ApiKeyId> & {
      readonly userId?: UserId | undefined
      readonly deviceId?: DeviceId | undefined
    }
  ) => Effect.Effect<ReadonlyArray<ApiKey>, StorageError>
  /**
   * Revokes a key at an instant, which may lie ahead. One that is or will be revoked already is revoked at
   * whichever is sooner.
   */
  readonly revoke: (
    tenantId: TenantId,
    id: ApiKeyId,
    at: Instant
  ) => Effect.Effect<void, NotFound | StorageError>
  /** Notes when keys were last used; a key that is gone, or was used later, stays as it is. */
  readonly noteUse: (
    uses: ReadonlyArray<{ readonly tenantId: TenantId; readonly id: ApiKeyId; readonly at: Instant }>
  ) => Effect.Effect<void, StorageError>
}

/** The key of the ApiKeyStore service. */
export const ApiKeyStore = Context.Service<ApiKeyStore>("@wattkit/core/ApiKeyStore")
