import {
  BindingStore,
  type DeadLetter,
  DeadLetterStore,
  type Device,
  DeviceId,
  type DeviceReading,
  DeviceStore,
  Instant,
  type Location,
  LocationId,
  LocationStore,
  mainChannel,
  type Principal,
  QuarantineStore,
  ReadingStore,
  TenantId,
  TenantStore
} from "@wattkit/core"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { now, principal } from "../house.fixture.ts"
import { messageOf } from "../messages/formats.fixture.ts"

/** A device somebody asks about, and the location it is at. */
export interface Target {
  readonly tenantId: TenantId
  readonly locationId: LocationId
  readonly deviceId: DeviceId
  readonly isRemoved: boolean
}

const target = (tenant: string, location: string, device: string, isRemoved = false): Target => ({
  tenantId: TenantId.make(tenant),
  locationId: LocationId.make(location),
  deviceId: DeviceId.make(device),
  isRemoved
})

/** One device of every kind there is to the one who asks. */
export const targets = {
  "its own": target("t1", "own", "mine"),
  "another one of its location": target("t1", "own", "neighbour"),
  "one that was removed": target("t1", "own", "gone", true),
  "one of another location": target("t1", "other", "theirs"),
  "one of another tenant": target("t2", "foreign", "stranger")
} as const
export type TargetName = keyof typeof targets

const scopes: Principal["scopes"] = ["read", "ingest", "correct", "manage", "administer"]

/** Who asks, and which of the targets they reach. */
export const askers: ReadonlyArray<{
  readonly name: string
  readonly who: Principal
  readonly reaches: ReadonlyArray<TargetName>
}> = [
  {
    name: "somebody held to a location",
    who: principal({ scopes, locations: [targets["its own"].locationId] }),
    reaches: ["its own", "another one of its location"]
  },
  {
    name: "a device",
    who: principal({ scopes, deviceId: targets["its own"].deviceId }),
    reaches: ["its own"]
  },
  {
    name: "somebody with all of the tenant",
    who: principal({ scopes }),
    reaches: ["its own", "another one of its location", "one of another location"]
  },
  { name: "somebody held to nothing", who: principal({ scopes, locations: [] }), reaches: [] }
]

/** When what is stored was said, an hour before now. */
export const saidAt = Instant.plus(now, -3_600_000)

export const readingOf = (deviceId: DeviceId, seconds = 0): DeviceReading => ({
  deviceId,
  at: Instant.plus(saidAt, seconds * 1000),
  channel: mainChannel,
  powerW: 100,
  importWh: 1_000 + seconds
})

export const letterOf = (id: DeviceId): string => `letter-${id}`
export const quarantinedOf = (id: DeviceId): string => `quarantined-${id}`

const locationOf = ({ locationId, tenantId }: Target): Location => ({
  id: locationId,
  tenantId,
  name: locationId,
  kind: "house",
  zone: "Europe/Berlin" as Location["zone"],
  currency: "EUR" as Location["currency"],
  createdAt: now
})

const deviceOf = ({ deviceId, locationId, tenantId }: Target): Device => ({
  id: deviceId,
  tenantId,
  locationId,
  name: deviceId,
  parentId: null,
  createdAt: now,
  role: "load",
  kind: "plug"
})

/** A device that said something, is bound, and has something in quarantine and among the dead letters. */
const addDevice = Effect.fnUntraced(function* (one: Target) {
  const { deviceId, tenantId } = one
  const devices = yield* DeviceStore
  const device = deviceOf(one)
  yield* devices.add(device)
  const readings = yield* ReadingStore
  yield* readings.append(tenantId, [readingOf(deviceId), readingOf(deviceId, 900)])
  const binding = { format: "plain", subject: deviceId, channel: mainChannel, fields: {} }
  yield* BindingStore.use((store) => store.set({ ...binding, tenantId, deviceId, createdAt: now }))
  const waits = { tenantId, receivedAt: now, settled: null }
  yield* QuarantineStore.use((store) =>
    store.add([
      { ...waits, id: quarantinedOf(deviceId), reading: readingOf(deviceId, 1_800), reason: "future" }
    ])
  )
  const letter: DeadLetter = {
    id: letterOf(deviceId),
    tenantId,
    message: messageOf(`devices/${deviceId}/readings`, "{", now),
    reason: "malformed",
    detail: "",
    format: null,
    subject: null,
    deviceId: null,
    settled: null
  }
  yield* DeadLetterStore.use((store) => store.add(tenantId, [letter]))
  if (one.isRemoved) yield* devices.replace(device, { ...device, removedAt: now })
})

/** All targets, in two tenants. */
export const seedWorld = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  const all = Object.values(targets)
  const tenants = yield* TenantStore
  const locations = yield* LocationStore
  for (const id of new Set(all.map(({ tenantId }) => tenantId))) {
    yield* tenants.add({ id, name: id, createdAt: now })
  }
  for (const one of new Map(all.map((found) => [found.locationId, found])).values()) {
    yield* locations.add(locationOf(one))
  }
  for (const one of all) yield* addDevice(one)
})
