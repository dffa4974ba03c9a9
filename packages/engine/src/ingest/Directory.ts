import {
  type Device,
  type DeviceId,
  type DeviceStore,
  NotFound,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Effect } from "effect"

/**
 * How long a device is believed to be where it was: the longest a removed one is still heard, and a moved one
 * counts for its old place.
 */
const believedMs = 30_000

/** So many devices are remembered. */
const remembered = 100_000

interface Known {
  readonly device: Device
  readonly until: number
}

/**
 * Which device an id names, without asking the store each time. One that is not there is always asked for,
 * and one that was removed is not there.
 *
 * Devices of two tenants may have the same id. A map for each tenant costs less for every reading than a name
 * made of both.
 */
export class Directory {
  readonly #devices: DeviceStore
  readonly #tenants = new Map<TenantId, Map<DeviceId, Known>>()
  /** In the order in which they were learnt. */
  readonly #learnt = new Set<Known>()

  constructor(devices: DeviceStore) {
    this.#devices = devices
  }

  /** The device as far as it is remembered; undefined when the store has to be asked. */
  known(tenantId: TenantId, id: DeviceId, now: number): Device | undefined {
    const known = this.#tenants.get(tenantId)?.get(id)
    return known !== undefined && known.until > now ? known.device : undefined
  }

  get(tenantId: TenantId, id: DeviceId, now: number): Effect.Effect<Device, NotFound | StorageError> {
    const known = this.known(tenantId, id, now)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.flatMap(this.#devices.get(tenantId, id), (device) => {
      this.#forget(this.#tenants.get(tenantId)?.get(id))
      if (device.removedAt !== undefined) return Effect.fail(new NotFound({ what: "device", id }))
      this.#remember(device, now)
      return Effect.succeed(device)
    })
  }

  /** The one that was learnt first makes room. */
  #remember(device: Device, now: number): void {
    if (this.#learnt.size >= remembered) this.#forget(this.#learnt.values().next().value)
    const { id, tenantId } = device
    const devices = this.#tenants.get(tenantId) ?? new Map<DeviceId, Known>()
    this.#tenants.set(tenantId, devices)
    const known = { device, until: now + believedMs }
    devices.set(id, known)
    this.#learnt.add(known)
  }

  #forget(known: Known | undefined): void {
    if (known === undefined) return
    const { id, tenantId } = known.device
    this.#learnt.delete(known)
    const devices = this.#tenants.get(tenantId)
    devices?.delete(id)
    if (devices?.size === 0) this.#tenants.delete(tenantId)
  }
}
