import {
  type Device,
  type DeviceDraft,
  DeviceId,
  Instant,
  type LocationId,
  type Principal
} from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import { freshId } from "../freshId.ts"
import type { DeviceCredentials } from "./credentials.ts"
import { type DeviceTools, refuseParent, saidOf } from "./tools.ts"

/** A device just registered, with the credential that nobody can learn again. */
export interface RegisteredDevice {
  readonly device: Device
  readonly credential: Redacted.Redacted
}

/** What a new device shall be; its id may be chosen. */
export type NewDevice = DeviceDraft & { readonly id?: DeviceId | undefined }

/** Makes what registers devices. */
export const makeRegister = (
  { audit, listAt, reachPlace, store }: DeviceTools,
  credentials: DeviceCredentials
) =>
  Effect.fn("Registry.registerDevice")(function* (
    principal: Principal,
    locationId: LocationId,
    draft: NewDevice
  ) {
    yield* reachPlace(principal, locationId, "manage")
    const { tenantId } = principal
    const said = saidOf(draft)
    if (said.parentId !== null) {
      yield* refuseParent(draft.id, said.parentId, yield* listAt(principal, locationId))
    }
    const createdAt = yield* Instant.now
    const id = draft.id ?? DeviceId.make(freshId("dev", createdAt))
    const device: Device = { id, tenantId, locationId, ...said, createdAt }
    yield* store.add(device)
    const { secret } = yield* credentials.issue(device)
    const deed = { action: "device.create", subject: `device ${id}` }
    yield* audit.record(principal, { ...deed, after: { ...said, locationId } })
    return { device, credential: secret } satisfies RegisteredDevice as RegisteredDevice
  })
