import {
  type BindingKey,
  BindingStore,
  type Device,
  type DeviceId,
  Instant,
  type Principal
} from "@wattkit/core"
import { Effect } from "effect"
import { InUse } from "../../InUse.ts"
import { changing, type Expected } from "../changing.ts"
import type { DeviceCredentials } from "./credentials.ts"
import { type DeviceTools, saidOf } from "./tools.ts"

/** So many bindings are read at once. */
const pageOf = 500

/** Makes what removes devices. */
export const makeRemove = Effect.fnUntraced(function* (
  { audit, listAt, reach, store }: DeviceTools,
  credentials: DeviceCredentials
) {
  const bindings = yield* BindingStore

  const unbind = Effect.fnUntraced(function* ({ id, tenantId }: Device) {
    let after: BindingKey | undefined
    for (;;) {
      const query = { after, limit: pageOf, deviceId: id }
      const page: ReadonlyArray<BindingKey> = yield* bindings.list(tenantId, query)
      for (const { format, subject } of page) yield* bindings.remove(tenantId, { format, subject })
      after = page.at(-1)
      if (page.length < pageOf) return
    }
  })

  const refuseParentOf = Effect.fnUntraced(function* (principal: Principal, { id, locationId }: Device) {
    const child = (yield* listAt(principal, locationId)).find(({ parentId }) => parentId === id)
    if (child === undefined) return
    return yield* new InUse({ message: `the device ${child.id} is inside of it; move or remove it first` })
  })

  return Effect.fn("Registry.removeDevice")(function* (
    principal: Principal,
    id: DeviceId,
    isExpected?: Expected<Device>
  ) {
    const removedAt = yield* Instant.now
    const { after, before } = yield* changing({
      read: reach(principal, id, "manage"),
      isExpected,
      next: (known) => Effect.as(refuseParentOf(principal, known), { ...known, removedAt }),
      replace: store.replace
    })
    // Nothing reaches a device that was removed, so whatever fails from here on leaves no way in.
    yield* credentials.revokeAll(after, removedAt)
    yield* unbind(after)
    const { locationId } = before
    const deed = { action: "device.remove", subject: `device ${id}` }
    yield* audit.record(principal, { ...deed, before: { ...saidOf(before), locationId } })
  })
})
