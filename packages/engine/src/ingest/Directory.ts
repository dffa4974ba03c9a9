import type { Device, DeviceId, DeviceStore, NotFound, StorageError, TenantId } from "@wattkit/core"
import { Effect } from "effect"

/**
 * How long a device is believed to be where it was: the longest a moved one still counts for its old place.
 */
const believedMs = 2_000

/** So many devices are remembered. */
const remembered = 100_000

/**
 * Which device an id names, without asking the store each time. One that is not there is always asked for.
 */
export class Directory {
  readonly #devices: DeviceStore
  readonly #known = new Map<string, { readonly device: Device; readonly until: number }>()

  constructor(devices: DeviceStore) {
    this.#devices = devices
  }

  get(tenantId: TenantId, id: DeviceId, now: number): Effect.Effect<Device, NotFound | StorageError> {
    const key = `${tenantId} ${id}`
    const known = this.#known.get(key)
    if (known !== undefined && known.until > now) return Effect.succeed(known.device)
    return Effect.tap(this.#devices.get(tenantId, id), (device) =>
      Effect.sync(() => {
        // The one that was learnt first makes room.
        this.#known.delete(key)
        if (this.#known.size >= remembered) this.#known.delete(this.#known.keys().next().value ?? "")
        this.#known.set(key, { device, until: now + believedMs })
      })
    )
  }
}
