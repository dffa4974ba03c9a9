import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Device } from "../model/Device.ts"
import type { DeviceId, LocationId, TenantId } from "../model/ids.ts"
import { LocationStore } from "./LocationStore.ts"
import * as Page from "./Page.ts"
import { AlreadyExists, NotFound } from "./registryErrors.ts"
import type { StorageError } from "./StorageError.ts"

/** Keeps devices, each at one location of one tenant. A device's parent is at the same location. */
export interface DeviceStore {
  /** Fails with NotFound when the location is not there, or the parent is not at it. */
  readonly add: (device: Device) => Effect.Effect<void, AlreadyExists | NotFound | StorageError>
  readonly get: (tenantId: TenantId, id: DeviceId) => Effect.Effect<Device, NotFound | StorageError>
  readonly list: (
    tenantId: TenantId,
    page: Page.Page<DeviceId> & { readonly locationId?: LocationId | undefined }
  ) => Effect.Effect<ReadonlyArray<Device>, StorageError>
}

/** The key of the DeviceStore service. */
export const DeviceStore = Context.Service<DeviceStore>("@wattkit/core/DeviceStore")

/** Keeps devices in memory, until the process ends. */
export const layerMemory: Layer.Layer<DeviceStore, never, LocationStore> = Layer.effect(
  DeviceStore,
  Effect.gen(function* () {
    const locations = yield* LocationStore
    const kept = new Map<DeviceId, Device>()
    const get: DeviceStore["get"] = (tenantId, id) =>
      Effect.suspend(() => {
        const device = kept.get(id)
        return device?.tenantId === tenantId
          ? Effect.succeed(device)
          : Effect.fail(new NotFound({ what: "device", id }))
      })
    return {
      add: Effect.fnUntraced(function* (device: Device) {
        yield* locations.get(device.tenantId, device.locationId)
        if (device.parentId !== null) {
          const parent = yield* get(device.tenantId, device.parentId)
          if (parent.locationId !== device.locationId) {
            return yield* new NotFound({ what: "device", id: device.parentId })
          }
        }
        if (kept.has(device.id)) return yield* new AlreadyExists({ what: "device", id: device.id })
        kept.set(device.id, device)
      }),
      get,
      list: (tenantId, page) =>
        Effect.sync(() =>
          Page.take(
            [...kept.values()].filter(
              (device) =>
                device.tenantId === tenantId &&
                (page.locationId === undefined || device.locationId === page.locationId)
            ),
            page
          )
        )
    }
  })
)
