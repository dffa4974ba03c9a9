import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LocationId, TenantId } from "../model/ids.ts"
import type { Location } from "../model/Location.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"
import { TenantStore } from "./TenantStore.ts"

/** Keeps locations, each of one tenant. */
export interface LocationStore {
  /** Fails with NotFound when the tenant is not there. */
  readonly add: (location: Location) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  readonly get: (tenantId: TenantId, id: LocationId) => Effect.Effect<Location, NotFound | StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<LocationId>
  ) => Effect.Effect<ReadonlyArray<Location>, StorageError>
}

/** The key of the LocationStore service. */
export const LocationStore = Context.Service<LocationStore>("@wattkit/core/LocationStore")

/** Keeps locations in memory, until the process ends. */
export const layerMemory: Layer.Layer<LocationStore, never, TenantStore> = Layer.effect(
  LocationStore,
  Effect.gen(function* () {
    const tenants = yield* TenantStore
    const kept = new Map<LocationId, Location>()
    return {
      add: Effect.fnUntraced(function* (location: Location) {
        yield* tenants.get(location.tenantId)
        if (kept.has(location.id)) return yield* new AlreadyExists({ what: "location", id: location.id })
        kept.set(location.id, location)
      }),
      get: (tenantId, id) =>
        Effect.suspend(() => {
          const location = kept.get(id)
          return location?.tenantId === tenantId
            ? Effect.succeed(location)
            : Effect.fail(new NotFound({ what: "location", id }))
        }),
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter((location) => location.tenantId === tenantId),
            page
          )
        )
    }
  })
)
