import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { TenantId } from "../model/ids.ts"
import type { Tenant } from "../model/Tenant.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** Keeps tenants. */
export interface TenantStore {
  readonly add: (tenant: Tenant) => Effect.Effect<void, AlreadyExists | StorageError>
  readonly get: (id: TenantId) => Effect.Effect<Tenant, NotFound | StorageError>
  /** All tenants: for those who run the server, never for those who use it. */
  readonly list: (page: Page.Page<TenantId>) => Effect.Effect<ReadonlyArray<Tenant>, StorageError>
  readonly rename: (id: TenantId, name: string) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the TenantStore service. */
export const TenantStore = Context.Service<TenantStore>("@wattkit/core/TenantStore")

/** Keeps tenants in memory, until the process ends. */
export const layerMemory: Layer.Layer<TenantStore> = Layer.sync(TenantStore, () => {
  const kept = new Map<TenantId, Tenant>()
  return {
    add: (tenant) =>
      Effect.suspend(() => {
        if (kept.has(tenant.id)) return Effect.fail(new AlreadyExists({ what: "tenant", id: tenant.id }))
        kept.set(tenant.id, tenant)
        return Effect.void
      }),
    get: (id) =>
      Effect.suspend(() => {
        const tenant = kept.get(id)
        return tenant === undefined
          ? Effect.fail(new NotFound({ what: "tenant", id }))
          : Effect.succeed(tenant)
      }),
    list: (page) => Effect.sync(() => Page.take(kept.values(), page)),
    rename: (id, name) =>
      Effect.suspend(() => {
        const tenant = kept.get(id)
        if (tenant === undefined) return Effect.fail(new NotFound({ what: "tenant", id }))
        kept.set(id, { ...tenant, name })
        return Effect.void
      })
  }
})
