import type { Device, DeviceDraft, DeviceId, LocationId, Principal } from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../../Invalid.ts"
import { changing, type Expected } from "../changing.ts"
import { type DeviceTools, refuseParent, saidOf } from "./tools.ts"
import { isCycle } from "./tree.ts"

/** What a device shall be. It stays at its location, which may be named. */
export interface DeviceChange extends DeviceDraft {
  readonly locationId?: LocationId | undefined
}

/** Makes what changes devices. */
export const makeUpdate = ({ audit, listAt, reach, store }: DeviceTools) => {
  const nextOf = (principal: Principal, change: DeviceChange) =>
    Effect.fnUntraced(function* ({ createdAt, id, locationId, tenantId }: Device) {
      if (change.locationId !== undefined && change.locationId !== locationId) {
        const reason = `a device stays where its readings were; register it anew at ${change.locationId}`
        return yield* new Invalid({ field: "locationId", reason })
      }
      yield* refuseParent(id, change.parentId, yield* listAt(principal, locationId))
      return { id, tenantId, locationId, ...saidOf(change), createdAt } satisfies Device as Device
    })

  /**
   * The parent was looked at before it was written, which another process may have done as well: two devices
   * could be moved into each other. Whoever writes last sees it, and takes the device out again.
   */
  const withoutCycle = Effect.fnUntraced(function* (principal: Principal, before: Device, after: Device) {
    if (after.parentId === null || after.parentId === before.parentId) return after
    const there = yield* listAt(principal, after.locationId)
    if (!isCycle(there, after.id, after.parentId)) return after
    const out: Device = { ...after, parentId: null }
    yield* store.replace(after, out)
    return out
  })

  return Effect.fn("Registry.updateDevice")(function* (
    principal: Principal,
    id: DeviceId,
    change: DeviceChange,
    isExpected?: Expected<Device>
  ) {
    const { after, before } = yield* changing({
      read: reach(principal, id, "manage"),
      isExpected,
      next: nextOf(principal, change),
      replace: store.replace
    })
    if (before === after) return after
    const stays = yield* withoutCycle(principal, before, after)
    const deed = { action: "device.update", subject: `device ${id}` }
    yield* audit.record(principal, { ...deed, before: saidOf(before), after: saidOf(stays) })
    if (stays === after) return after
    return yield* new Invalid({ field: "parentId", reason: `${after.parentId} is inside of this device` })
  })
}
