import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import type { Device } from "../model/Device.ts"
import { type DeviceId, type LocationId, type OwnKey, ownKey, type TenantId } from "../model/ids.ts"
import { LocationStore } from "./LocationStore.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/**
 * Keeps devices, each at one location of one tenant, within which its id is its own. A device's parent is at
 * the same location.
 */
export interface DeviceStore {
  /** Fails with NotFound when the location is not there, or the parent is not at it. */
  readonly add: (device: Device) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  readonly get: (tenantId: TenantId, id: DeviceId) => Effect.Effect<Device, NotFound | StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<DeviceId> & {
      readonly locationId?: LocationId | undefined
      /** Also those that were removed; without it they are left out. */
      readonly withRemoved?: boolean | undefined
    }
  ) => Effect.Effect<ReadonlyArray<Device>, StorageError>
  /**
   * Puts a device in the place of what is known of it, which is of the same id, tenant and location; false
   * when it is not as it is known any more, and then nothing is changed. Fails with NotFound when it is not
   * there, or its parent is not at its location or is itself.
   */
  readonly replace: (known: Device, next: Device) => Effect.Effect<boolean, NotFound | StorageError>
}

/** The key of the DeviceStore service. */
export const DeviceStore = Context.Service<DeviceStore>("@wattkit/core/DeviceStore")

/** Keeps devices in memory, until the process ends. */
export const layerMemory: Layer.Layer<DeviceStore, never, LocationStore> = Layer.effect(
  DeviceStore,
  Effect.gen(function* () {
    const locations = yield* LocationStore
    const kept = new Map<OwnKey, Device>()
    const get: DeviceStore["get"] = (tenantId, id) =>
      Effect.suspend(() => {
        const device = kept.get(ownKey(tenantId, id))
        return device !== undefined
          ? Effect.succeed(device)
          : Effect.fail(new NotFound({ what: "device", id }))
      })
    const findParent = Effect.fnUntraced(function* ({ id, locationId, parentId, tenantId }: Device) {
      if (parentId === null) return
      const parent = yield* get(tenantId, parentId)
      if (parent.locationId !== locationId || parentId === id)
        return yield* new NotFound({ what: "device", id: parentId })
    })
    return {
      add: Effect.fnUntraced(function* (device: Device) {
        yield* locations.get(device.tenantId, device.locationId)
        yield* findParent(device)
        const key = ownKey(device.tenantId, device.id)
        if (kept.has(key)) return yield* new AlreadyExists({ what: "device", id: device.id })
        kept.set(key, device)
      }),
      get,
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter(
              (device) =>
                device.tenantId === tenantId &&
                (page.withRemoved === true || device.removedAt === undefined) &&
                (page.locationId === undefined || device.locationId === page.locationId)
            ),
            page
          )
        ),
      replace: Effect.fnUntraced(function* (known: Device, next: Device) {
        const found = yield* get(known.tenantId, known.id)
        yield* findParent(next)
        if (!Equal.equals(found, known)) return false
        kept.set(ownKey(next.tenantId, next.id), next)
        return true
      })
    }
  })
)
