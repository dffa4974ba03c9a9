import { type DeviceId, DeviceStatusStore, type Interval, type Principal } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { makeAccess } from "../access/Access.ts"
import { makeDeviceCredentials } from "./devices/credentials.ts"
import { makeDevices } from "./devices/devices.ts"
import { makeLocations } from "./locations/locations.ts"
import { makeMembers } from "./locations/members.ts"
import { makeOneAtATime } from "./oneAtATime.ts"

const make = Effect.gen(function* () {
  const access = yield* makeAccess
  const oneAtATime = makeOneAtATime()
  const credentials = yield* makeDeviceCredentials(access, oneAtATime)
  const locations = yield* makeLocations(access, oneAtATime)
  const devices = yield* makeDevices(access, oneAtATime, credentials)
  const members = yield* makeMembers(access, oneAtATime)
  const statuses = yield* DeviceStatusStore

  return {
    createLocation: locations.create,
    location: locations.get,
    /** The locations that the one who asks reaches. */
    locations: locations.list,
    updateLocation: locations.update,
    /** A location is removed when nothing is at it any more; what was measured there is still known. */
    removeLocation: locations.remove,
    /** To whom a location was given; administrators have every location and stand here only if it was. */
    members: members.list,
    setMembers: members.set,

    registerDevice: devices.register,
    device: devices.get,
    /** The devices of one location; the location must be there. */
    devices: devices.list,
    /** The devices of one location, each before those that it contains. */
    tree: devices.tree,
    updateDevice: devices.update,
    /** A device that is removed says nothing any more; what it said still counts. */
    removeDevice: devices.remove,
    /** The credentials a device has and had. */
    credentials: credentials.list,
    /** A new credential for a device; the old ones work for so many minutes more. */
    rotateCredential: credentials.rotate,
    /** When a device fell silent and when it was heard again, and how it was at the start of the interval. */
    statusHistory: (principal: Principal, id: DeviceId, within: Interval.Interval) =>
      Effect.andThen(devices.get(principal, id), statuses.history(principal.tenantId, id, within))
  }
})

/** Locations and devices, as far as the one who asks may see and change them. */
export class Registry extends Context.Service<Registry, Effect.Success<typeof make>>()(
  "@wattkit/engine/Registry"
) {
  static readonly layer = Layer.effect(Registry, make)
}
