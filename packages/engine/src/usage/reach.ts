import {
  type ChannelName,
  type Device,
  type DeviceId,
  type DeviceRole,
  DeviceStore,
  type LocalCalendar,
  type LocationId,
  LocationStore,
  type NotFound,
  type Principal,
  type StorageError,
  ZoneHistory
} from "@wattkit/core"
import { Effect } from "effect"
import { makeAccess } from "../access/Access.ts"
import { requireScope } from "../authorise.ts"

/** Whose usage is asked for: of one device, or of the devices of a location. */
export type UsageOf =
  | { readonly deviceId: DeviceId; readonly channel?: ChannelName | undefined }
  | { readonly locationId: LocationId; readonly role?: DeviceRole | undefined }

/** The devices that are meant, and the calendar of their location, which is looked up when it is needed. */
export interface Reached {
  readonly devices: ReadonlyArray<Device>
  readonly channel: ChannelName | undefined
  readonly calendar: Effect.Effect<LocalCalendar.LocalCalendar, NotFound | StorageError>
}

const pageSize = 500

/**
 * The devices without those that are contained in another one of them: a plug behind a meter that counts as
 * well would count twice.
 */
export const outermost = (
  devices: ReadonlyArray<Device>,
  all: ReadonlyArray<Device>
): ReadonlyArray<Device> => {
  const counted = new Set(devices.map(({ id }) => id))
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]))
  return devices.filter(({ parentId }) => {
    const seen = new Set<DeviceId>()
    for (let above = parentId; above !== null && !seen.has(above); above = parents.get(above) ?? null) {
      if (counted.has(above)) return false
      seen.add(above)
    }
    return true
  })
}

/** Finds what somebody asks about, as far as the one who asks may see it. */
export const makeReach = Effect.gen(function* () {
  const deviceStore = yield* DeviceStore
  const locations = yield* LocationStore
  const { reachDevice, reachLocation } = yield* makeAccess

  const calendarOf = (principal: Principal, id: LocationId) =>
    Effect.cached(Effect.map(locations.zones(principal.tenantId, id), ZoneHistory.calendarOf))

  /** What was removed since is among them: what it said before still counts. */
  const devicesAt = Effect.fnUntraced(function* ({ tenantId }: Principal, locationId: LocationId) {
    const found: Array<Device> = []
    let after: DeviceId | undefined
    while (true) {
      const page: ReadonlyArray<Device> = yield* deviceStore.list(tenantId, {
        locationId,
        withRemoved: true,
        after,
        limit: pageSize
      })
      found.push(...page)
      if (page.length < pageSize) return found
      after = page.at(-1)?.id
    }
  })

  return Effect.fnUntraced(function* (
    principal: Principal,
    asked: UsageOf,
    options: { readonly outermostOnly: boolean }
  ) {
    yield* requireScope(principal, "read")
    if ("deviceId" in asked) {
      const device = yield* reachDevice(principal, asked.deviceId)
      const calendar = yield* calendarOf(principal, device.locationId)
      return { devices: [device], channel: asked.channel, calendar } satisfies Reached as Reached
    }
    const { locationId, role } = asked
    yield* reachLocation(principal, locationId)
    const all = yield* devicesAt(principal, locationId)
    const visible = all.filter(
      (device) =>
        (role === undefined || device.role === role) &&
        (principal.deviceId === null || principal.deviceId === device.id)
    )
    return {
      devices: options.outermostOnly ? outermost(visible, all) : visible,
      channel: undefined,
      calendar: yield* calendarOf(principal, locationId)
    } satisfies Reached as Reached
  })
})
