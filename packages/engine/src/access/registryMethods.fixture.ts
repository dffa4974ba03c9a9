import { type DeviceId, Instant, type LocationId, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import { now } from "../house.fixture.ts"
import { decodeDevice, decodeLocation } from "../promise/inputs.ts"
import { Registry } from "../registry/Registry.ts"
import { Tariffs } from "../tariffs/Tariffs.ts"
import { allowed, type Probe, reached } from "./probe.fixture.ts"
import type { Target } from "./world.fixture.ts"

type Answered = Effect.Effect<unknown, { readonly _tag: string }>

/** Reached with what is of one device. */
const ofDevice =
  (ask: (registry: Registry["Service"], who: Principal, id: DeviceId) => Answered): Probe =>
  (who, { deviceId }) =>
    reached(Registry.use((registry) => ask(registry, who, deviceId)))

/** Who may not be asked about the location of a target: it says nothing of the target itself. */
const isOther = (who: Principal, { deviceId, isRemoved }: Target): boolean =>
  isRemoved || (who.deviceId !== null && who.deviceId !== deviceId)

const isInUse = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "InUse"

/** Reached with what is of one location; that it is in use is said only of one that is reached. */
const ofLocation =
  (ask: (registry: Registry["Service"], who: Principal, id: LocationId) => Answered): Probe =>
  (who, target) =>
    isOther(who, target)
      ? Effect.succeed(false)
      : Effect.catchIf(
          reached(Registry.use((registry) => ask(registry, who, target.locationId))),
          isInUse,
          () => Effect.succeed(true)
        )

const names = { name: "changed", role: "load", kind: "plug", parentId: null } as const

const { id: _, ...house } = decodeLocation({
  id: "x",
  name: "changed",
  kind: "house",
  zone: "Europe/Berlin",
  currency: "EUR"
})

const draftOf = (locationId: LocationId) => {
  const { locationId: _, ...draft } = decodeDevice({ ...names, locationId })
  return draft
}

const listed = { limit: 100 }

/** The methods of `Registry` that show or change a location or a device. */
export const registryMethods: { readonly [method: string]: ReadonlyArray<Probe> } = {
  location: [ofLocation((registry, who, id) => registry.location(who, id))],
  locations: [
    (who, target) =>
      isOther(who, target)
        ? Effect.succeed(false)
        : reached(
            Registry.use((registry) => registry.locations(who, listed)),
            (found) => found.some(({ id }) => id === target.locationId)
          )
  ],
  updateLocation: [ofLocation((registry, who, id) => registry.updateLocation(who, id, house))],
  removeLocation: [ofLocation((registry, who, id) => registry.removeLocation(who, id))],
  registerDevice: [ofLocation((registry, who, id) => registry.registerDevice(who, id, draftOf(id)))],
  device: [ofDevice((registry, who, id) => registry.device(who, id))],
  devices: [
    (who, { deviceId, locationId }) =>
      reached(
        Registry.use((registry) => registry.devices(who, locationId, listed)),
        (found) => found.some(({ id }) => id === deviceId)
      )
  ],
  tree: [
    (who, { deviceId, locationId }) =>
      reached(
        Registry.use((registry) => registry.tree(who, locationId)),
        (found) => JSON.stringify(found).includes(`"${deviceId}"`)
      )
  ],
  updateDevice: [ofDevice((registry, who, id) => registry.updateDevice(who, id, draftOf("x" as LocationId)))],
  removeDevice: [ofDevice((registry, who, id) => registry.removeDevice(who, id))],
  credentials: [ofDevice((registry, who, id) => registry.credentials(who, id))],
  rotateCredential: [ofDevice((registry, who, id) => registry.rotateCredential(who, id))],
  statusHistory: [
    ofDevice((registry, who, id) =>
      registry.statusHistory(who, id, { start: now, end: Instant.plus(now, 1_000) })
    )
  ]
}

/** Methods about who was given a location, or what it costs there: a device is told neither. */
export const personMethods: {
  readonly [service: string]: { readonly [method: string]: ReadonlyArray<Probe> }
} = {
  Registry: {
    members: [
      (who, { isRemoved, locationId }) =>
        isRemoved
          ? Effect.succeed(false)
          : allowed(Registry.use((registry) => registry.members(who, locationId)))
    ],
    setMembers: [
      (who, { isRemoved, locationId }) =>
        isRemoved
          ? Effect.succeed(false)
          : allowed(Registry.use((registry) => registry.setMembers(who, locationId, [])))
    ]
  },
  Tariffs: {
    assignments: [
      (who, { isRemoved, locationId }) =>
        isRemoved
          ? Effect.succeed(false)
          : allowed(Tariffs.use((tariffs) => tariffs.assignments(who, locationId)))
    ],
    assign: [
      (who, { isRemoved, locationId }) =>
        isRemoved
          ? Effect.succeed(false)
          : allowed(Tariffs.use((tariffs) => tariffs.assign(who, locationId, [])))
    ]
  }
}
