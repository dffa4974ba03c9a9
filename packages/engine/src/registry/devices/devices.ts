import { type Device, DeviceId, type LocationId, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../../access/Access.ts"
import { type Choice, choose, isPlain } from "../choose.ts"
import type { OneAtATime } from "../oneAtATime.ts"
import type { DeviceCredentials } from "./credentials.ts"
import { makeRegister, type NewDevice } from "./register.ts"
import { makeRegistrations } from "./registrations.ts"
import { makeRemove } from "./remove.ts"
import { makeTools } from "./tools.ts"
import { inOrder } from "./tree.ts"
import { makeUpdate } from "./update.ts"

/** Makes what keeps devices, and the tree of them at each location, as those who look after them say. */
export const makeDevices = Effect.fnUntraced(function* (
  access: Access,
  oneAtATime: OneAtATime,
  credentials: DeviceCredentials
) {
  const tools = yield* makeTools(access)
  const registrations = yield* makeRegistrations
  const register = makeRegister(tools, credentials)
  const update = makeUpdate(tools)
  const remove = yield* makeRemove(tools, credentials)
  const { listAt, reach, reachPlace, store } = tools

  /** Rules about the tree hold for all devices of a location together. */
  const atPlaceOf = <A, E, R>(principal: Principal, id: DeviceId, effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(reach(principal, id, "manage"), ({ locationId, tenantId }) =>
      oneAtATime(tenantId, locationId)(Effect.uninterruptible(effect))
    )

  return {
    get: (principal: Principal, id: DeviceId) => reach(principal, id, "read"),
    list: Effect.fn("Registry.devices")(function* (
      principal: Principal,
      locationId: LocationId,
      choice: Choice<Device>
    ) {
      yield* reachPlace(principal, locationId, "read")
      if (principal.deviceId !== null || !isPlain(choice)) {
        return choose(yield* listAt(principal, locationId), choice)
      }
      const after = choice.after === undefined ? undefined : DeviceId.make(choice.after.id)
      return yield* store.list(principal.tenantId, { after, limit: choice.limit, locationId })
    }),
    tree: Effect.fn("Registry.tree")(function* (principal: Principal, locationId: LocationId) {
      yield* reachPlace(principal, locationId, "read")
      return inOrder(yield* listAt(principal, locationId))
    }),
    register: (principal: Principal, locationId: LocationId, draft: NewDevice) => {
      const inTurn = oneAtATime(principal.tenantId, locationId)
      const registered = inTurn(Effect.uninterruptible(register(principal, locationId, draft)))
      return registrations(principal, registered)
    },
    update: (...args: Parameters<typeof update>) => atPlaceOf(args[0], args[1], update(...args)),
    remove: (...args: Parameters<typeof remove>) => atPlaceOf(args[0], args[1], remove(...args))
  }
})
