import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { LocationId, TariffId, TenantId } from "../../model/ids.ts"
import type { KeptTariff, TariffAssignment } from "../../model/KeptTariff.ts"
import type * as Page from "../Page.ts"
import type { AlreadyExists, NotFound } from "../registryErrors.ts"
import type { StorageError } from "../StorageError.ts"

/** Keeps tariffs, and which of them is in force at a location from which day on. */
export interface TariffStore {
  /** Fails with NotFound when the tenant is not there. */
  readonly add: (tariff: KeptTariff) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  /** A tariff, removed or not. */
  readonly get: (tenantId: TenantId, id: TariffId) => Effect.Effect<KeptTariff, NotFound | StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<TariffId> & {
      /** Also those that were removed; without it they are left out. */
      readonly withRemoved?: boolean | undefined
    }
  ) => Effect.Effect<ReadonlyArray<KeptTariff>, StorageError>
  /**
   * Puts a tariff in the place of what is known of it, which is of the same id and tenant; false when it is
   * not as it is known any more, and then nothing is changed.
   */
  readonly replace: (known: KeptTariff, next: KeptTariff) => Effect.Effect<boolean, NotFound | StorageError>
  /** The assignments of a location, those of export before those of import, each by the day they begin. */
  readonly assignments: (
    tenantId: TenantId,
    locationId: LocationId
  ) => Effect.Effect<ReadonlyArray<TariffAssignment>, NotFound | StorageError>
  /**
   * Puts assignments, no two of a direction from the same day, in the place of all that are known of a
   * location; in any order. False when they are not as they are known any more, and then nothing is changed.
   * Fails with NotFound when the location is not there, or a tariff is not there or was removed; one that was
   * removed may stay where it is known to be.
   */
  readonly assign: (
    tenantId: TenantId,
    locationId: LocationId,
    known: ReadonlyArray<TariffAssignment>,
    next: ReadonlyArray<TariffAssignment>
  ) => Effect.Effect<boolean, NotFound | StorageError>
  /** The locations at which a tariff is in force at some time, by id; none when it is not there. */
  readonly assignedTo: (
    tenantId: TenantId,
    id: TariffId,
    page: Page.Page<LocationId>
  ) => Effect.Effect<ReadonlyArray<LocationId>, StorageError>
}

/** The key of the TariffStore service. */
export const TariffStore = Context.Service<TariffStore>("@wattkit/core/TariffStore")
