import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import { type LocationId, type OwnKey, ownKey, type TenantId } from "../model/ids.ts"
import type { Location } from "../model/Location.ts"
import type { LocalDate } from "../time/LocalDate.ts"
import type { ZoneHistory, ZoneSince } from "../time/ZoneHistory.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"
import { TenantStore } from "./TenantStore.ts"

/** Keeps locations, each of one tenant, within which its id is its own. */
export interface LocationStore {
  /** Fails with NotFound when the tenant is not there. */
  readonly add: (location: Location) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  readonly get: (tenantId: TenantId, id: LocationId) => Effect.Effect<Location, NotFound | StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<LocationId> & {
      /** Also those that were removed; without it they are left out. */
      readonly withRemoved?: boolean | undefined
    }
  ) => Effect.Effect<ReadonlyArray<Location>, StorageError>
  /**
   * Puts a location in the place of what is known of it, which is of the same id, tenant and zone; false when
   * it is not as it is known any more, and then nothing is changed.
   */
  readonly replace: (known: Location, next: Location) => Effect.Effect<boolean, NotFound | StorageError>
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
    const kept = new Map<OwnKey, Location>()
    const histories = new Map<OwnKey, ZoneHistory>()
    const get: LocationStore["get"] = (tenantId, id) =>
      Effect.suspend(() => {
        const location = kept.get(ownKey(tenantId, id))
        return location !== undefined
          ? Effect.succeed(location)
          : Effect.fail(new NotFound({ what: "location", id }))
      })
    const historyOf = ({ id, tenantId, zone }: Location): ZoneHistory =>
      histories.get(ownKey(tenantId, id)) ?? [{ zone, from: always }]
    return {
      add: Effect.fnUntraced(function* (location: Location) {
        yield* tenants.get(location.tenantId)
        const key = ownKey(location.tenantId, location.id)
        if (kept.has(key)) return yield* new AlreadyExists({ what: "location", id: location.id })
        kept.set(key, location)
      }),
      get,
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter(
              (location) =>
                location.tenantId === tenantId &&
                (page.withRemoved === true || location.removedAt === undefined)
            ),
            page
          )
        ),
      replace: (known, next) =>
        Effect.map(get(known.tenantId, known.id), (found) => {
          const isKnown = Equal.equals(found, known)
          if (isKnown) kept.set(ownKey(next.tenantId, next.id), { ...next, zone: found.zone })
          return isKnown
        }),
      zones: (tenantId, id) => Effect.map(get(tenantId, id), historyOf),
      changeZone: (tenantId, id, { from, zone }) =>
        Effect.map(get(tenantId, id), (location) => {
          const [first, ...rest] = [
            ...historyOf(location).filter((entry) => entry.from < from),
            { from, zone }
          ]
          if (first !== undefined) histories.set(ownKey(tenantId, id), [first, ...rest])
          kept.set(ownKey(tenantId, id), { ...location, zone })
        })
    }
  })
)
