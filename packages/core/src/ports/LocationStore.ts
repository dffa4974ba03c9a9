import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LocationId, TenantId } from "../model/ids.ts"
import type { Location } from "../model/Location.ts"
import type { LocalDate } from "../time/LocalDate.ts"
import type { ZoneHistory, ZoneSince } from "../time/ZoneHistory.ts"
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
  /** The zones the location is and was in; its days are those of the zone of their time. */
  readonly zones: (tenantId: TenantId, id: LocationId) => Effect.Effect<ZoneHistory, NotFound | StorageError>
  /**
   * The location is in another zone from a date on: entries of the history from that date on are replaced by
   * it, and the days of its usage follow. Its zone is the last of the history.
   */
  readonly changeZone: (
    tenantId: TenantId,
    id: LocationId,
    change: ZoneSince
  ) => Effect.Effect<void, NotFound | StorageError>
}

/** The key of the LocationStore service. */
export const LocationStore = Context.Service<LocationStore>("@wattkit/core/LocationStore")

/** The zones of a location nobody changed hold from here on, which is before everything that is kept. */
const always = "1970-01-01" as LocalDate

/** Keeps locations in memory, until the process ends. */
export const layerMemory: Layer.Layer<LocationStore, never, TenantStore> = Layer.effect(
  LocationStore,
  Effect.gen(function* () {
    const tenants = yield* TenantStore
    const kept = new Map<LocationId, Location>()
    const histories = new Map<LocationId, ZoneHistory>()
    const get: LocationStore["get"] = (tenantId, id) =>
      Effect.suspend(() => {
        const location = kept.get(id)
        return location?.tenantId === tenantId
          ? Effect.succeed(location)
          : Effect.fail(new NotFound({ what: "location", id }))
      })
    const historyOf = ({ id, zone }: Location): ZoneHistory => histories.get(id) ?? [{ zone, from: always }]
    return {
      add: Effect.fnUntraced(function* (location: Location) {
        yield* tenants.get(location.tenantId)
        if (kept.has(location.id)) return yield* new AlreadyExists({ what: "location", id: location.id })
        kept.set(location.id, location)
      }),
      get,
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter((location) => location.tenantId === tenantId),
            page
          )
        ),
      zones: (tenantId, id) => Effect.map(get(tenantId, id), historyOf),
      changeZone: (tenantId, id, { from, zone }) =>
        Effect.map(get(tenantId, id), (location) => {
          const [first, ...rest] = [
            ...historyOf(location).filter((entry) => entry.from < from),
            { from, zone }
          ]
          if (first !== undefined) histories.set(id, [first, ...rest])
          kept.set(id, { ...location, zone })
        })
    }
  })
)
