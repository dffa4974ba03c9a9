import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ApiKey } from "../../model/ApiKey.ts"
import { ApiKeyStore } from "../../ports/ApiKeyStore.ts"
import { DeviceStore } from "../../ports/DeviceStore.ts"
import * as Page from "../../ports/Page.ts"
import { AlreadyExists, NotFound } from "../../ports/registryErrors.ts"
import { TenantStore } from "../../ports/TenantStore.ts"
import { KeptIdentity } from "./KeptIdentity.ts"

const make = Effect.gen(function* () {
  const tenants = yield* TenantStore
  const devices = yield* DeviceStore
  const { keys: kept, memberships } = yield* KeptIdentity
  return {
    add: Effect.fnUntraced(function* (key: ApiKey) {
      yield* tenants.get(key.tenantId)
      if (key.deviceId !== null) yield* devices.get(key.tenantId, key.deviceId)
      if (key.userId !== null && memberships.get(key.tenantId)?.has(key.userId) !== true) {
        return yield* new NotFound({ what: "membership", id: key.userId })
      }
      const taken = kept.has(key.id) || [...kept.values()].some((other) => other.digest === key.digest)
      if (taken) return yield* new AlreadyExists({ what: "api_key", id: key.id })
      kept.set(key.id, key)
    }),
    findByDigest: (digest) =>
      Effect.sync(() => Option.fromUndefinedOr([...kept.values()].find((key) => key.digest === digest))),
    get: (tenantId, id) =>
      Effect.suspend(() => {
        const key = kept.get(id)
        return key?.tenantId === tenantId
          ? Effect.succeed(key)
          : Effect.fail(new NotFound({ what: "api_key", id }))
      }),
    list: (tenantId, page) =>
      Effect.sync(() =>
        Page.take(
          [...kept.values()].filter(
            (key) =>
              key.tenantId === tenantId &&
              (page.userId === undefined || key.userId === page.userId) &&
              (page.deviceId === undefined || key.deviceId === page.deviceId)
          ),
          page
        )
      ),
    noteUse: (uses) =>
      Effect.sync(() => {
        for (const { at, id, tenantId } of uses) {
          const key = kept.get(id)
          if (key?.tenantId !== tenantId || (key.lastUsedAt ?? -1) >= at) continue
          kept.set(id, { ...key, lastUsedAt: at })
        }
      }),
    revoke: (tenantId, id, at) =>
      Effect.suspend(() => {
        const key = kept.get(id)
        if (key?.tenantId !== tenantId) return Effect.fail(new NotFound({ what: "api_key", id }))
        if (key.revokedAt === null || at < key.revokedAt) kept.set(id, { ...key, revokedAt: at })
        return Effect.void
      })
  } satisfies ApiKeyStore
})

/** Keeps API keys in memory, until the process ends. */
export const layer: Layer.Layer<ApiKeyStore, never, DeviceStore | KeptIdentity | TenantStore> = Layer.effect(
  ApiKeyStore,
  make
)
