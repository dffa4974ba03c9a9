import type { Device, DeviceId, DeviceStore, NotFound, StorageError, TenantId } from "@wattkit/core"
import { Effect } from "effect"

/**
 * How long a device is believed to be where it was: the longest a moved one still counts for its old place.
 */
const believedMs = 30_000

/** So many devices are remembered. */
const remembered = 100_000

interface Known {
  readonly device: Device
  readonly until: number
}

/**
 * Which device an id names, without asking the store each time. One that is not there is always asked for.
 */
export class Directory {
  readonly #devices: DeviceStore
  readonly #known = new Map<string, Known>()

  constructor(devices: DeviceStore) {
    this.#devices = devices
  }

  /** The device as far as it is remembered; undefined when the store has to be asked. */
  known(tenantId: TenantId, id: DeviceId, now: number): Device | undefined {
    const known = this.#known.get(id)
    return known !== undefined && known.until > now && known.device.tenantId === tenantId
      ? known.device
      : undefined
  }

  get(tenantId: TenantId, id: DeviceId, now: number): Effect.Effect<Device, NotFound | StorageError> {
    const known = this.known(tenantId, id, now)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.tap(this.#devices.get(tenantId, id), (device) =>
      Effect.sync(() => this.#remember(device, now))
    )
  }

  /** The one that was learnt first makes room. */
  #remember(device: Device, now: number): void {
    this.#known.delete(device.id)
    if (this.#known.size >= remembered) this.#known.delete(this.#known.keys().next().value ?? "")
    this.#known.set(device.id, { device, until: now + believedMs })
  }
}
