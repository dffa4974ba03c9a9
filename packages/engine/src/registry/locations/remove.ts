import { DeviceStore, Instant, type Location, type LocationId, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import { InUse } from "../../InUse.ts"
import { changing, type Expected } from "../changing.ts"
import { type LocationTools, saidOf } from "./tools.ts"

/** Makes what removes locations. */
export const makeRemove = Effect.fnUntraced(function* ({ audit, reach, store }: LocationTools) {
  const devices = yield* DeviceStore

  const refuseUsed = Effect.fnUntraced(function* ({ id, tenantId }: Location) {
    const there = yield* devices.list(tenantId, { locationId: id, limit: 1 })
    if (there.length === 0) return
    return yield* new InUse({ message: `the location ${id} has devices; remove them first` })
  })

  return Effect.fn("Registry.removeLocation")(function* (
    principal: Principal,
    id: LocationId,
    isExpected?: Expected<Location>
  ) {
    const removedAt = yield* Instant.now
    const { before } = yield* changing({
      read: reach(principal, id, "manage"),
      isExpected,
      next: (known) => Effect.as(refuseUsed(known), { ...known, removedAt }),
      replace: store.replace
    })
    const deed = { action: "location.remove", subject: `location ${id}` }
    yield* audit.record(principal, { ...deed, before: saidOf(before) })
  })
})
