import {
  type Device,
  type DeviceDraft,
  type DeviceId,
  DeviceStore,
  type LocationId,
  type Page,
  type Principal
} from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../../access/Access.ts"
import { Audit } from "../../audit/Audit.ts"
import { requireScope } from "../../authorise.ts"
import { Invalid } from "../../Invalid.ts"
import { everyPage } from "../everyPage.ts"
import { isCycle } from "./tree.ts"

/** Of what a caller says, exactly what a device is made of. */
export const saidOf = ({ kind, name, parentId, role }: DeviceDraft): DeviceDraft => ({
  name,
  role,
  kind,
  parentId
})

/** Fails when there is no such parent at the location, or the device would be in itself. */
export const refuseParent = (
  id: DeviceId | undefined,
  parentId: DeviceId | null,
  there: ReadonlyArray<Device>
): Effect.Effect<void, Invalid> => {
  if (parentId === null) return Effect.void
  const reason = there.every((device) => device.id !== parentId)
    ? `there is no device ${parentId} at this location`
    : id !== undefined && isCycle(there, id, parentId)
      ? `${parentId} is ${parentId === id ? "the device itself" : "inside of this device"}`
      : undefined
  return reason === undefined ? Effect.void : Effect.fail(new Invalid({ field: "parentId", reason }))
}

/** Makes what every deed with devices needs. */
export const makeTools = Effect.fnUntraced(function* (access: Access) {
  const store = yield* DeviceStore
  const audit = yield* Audit
  return {
    store,
    audit,
    /** The devices of a location; of them a device is shown itself. */
    listAt: ({ deviceId, tenantId }: Principal, locationId: LocationId) => {
      const all = everyPage((page: Page<DeviceId>) => store.list(tenantId, { ...page, locationId }))
      if (deviceId === null) return all
      return Effect.map(all, (devices) => devices.filter(({ id }) => id === deviceId))
    },
    reach: (principal: Principal, id: DeviceId, scope: "read" | "manage") =>
      Effect.andThen(requireScope(principal, scope), access.reachDevice(principal, id)),
    reachPlace: (principal: Principal, id: LocationId, scope: "read" | "manage") =>
      Effect.andThen(requireScope(principal, scope), access.reachLocation(principal, id))
  }
})

/** What every deed with devices needs. */
export type DeviceTools = Effect.Success<ReturnType<typeof makeTools>>
