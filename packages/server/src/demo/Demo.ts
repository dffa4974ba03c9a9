import { ApiKeyId, DeviceId, programOf, ReadingStore, StorageUpkeep, TenantId } from "@wattkit/core"
import { Credentials, Registry } from "@wattkit/engine"
import { House } from "@wattkit/testkit/simulate"
import { Clock, Effect, Option, Redacted } from "effect"
import { ensureTenant } from "../FirstStart.ts"
import * as History from "./history.ts"
import * as LiveOn from "./liveOn.ts"
import { locationId, locationOf, makeHouse } from "./place.ts"
import * as Snapshot from "./Snapshot.ts"

/** What to tell about the demo once it runs. */
export interface DemoStarted {
  readonly key: string
  /** A meter that nobody simulates, for readings of one's own. */
  readonly deviceId: string
  readonly gridId: string
}

const tenantId = TenantId.make("demo")
const ownMeter = DeviceId.make("my-meter")
const minute = 60_000

/** The demo may do everything in its own tenant. */
const owner = programOf(tenantId, ApiKeyId.make("demo"), ["read", "ingest", "correct", "manage"])

/** Registers the house and its devices, as far as they are not there. */
const register = Effect.fnUntraced(function* (house: House.House) {
  const registry = yield* Registry
  yield* ensureTenant(tenantId, "Demo")
  yield* Effect.catchTag(
    registry.createLocation(owner, locationOf(house)),
    "AlreadyExists",
    () => Effect.void
  )
  const known = new Set(
    (yield* registry.devices(owner, locationId, { limit: 500 })).map((device) => device.id)
  )
  const own = { id: ownMeter, name: "My meter", role: "load", kind: "plug", parentId: null } as const
  for (const { id, kind, name, parentId, role } of [...house.devices, own]) {
    if (!known.has(id)) yield* registry.registerDevice(owner, locationId, { id, kind, name, parentId, role })
  }
})

const makeKey = Effect.fnUntraced(function* () {
  const credentials = yield* Credentials
  const scopes = ["read", "ingest", "correct", "manage"] as const
  return Redacted.value(yield* credentials.issue({ tenantId, name: "Demo", scopes, deviceId: null }))
})

/** The snapshot to go on from, if the database it belongs to is still there. */
const earlier = Effect.fnUntraced(function* (dataDir: string) {
  const found = Snapshot.read(dataDir)
  if (found === undefined) return undefined
  const { verify } = yield* Credentials
  return Option.isSome(yield* verify(Redacted.make(found.key))) ? found : undefined
})

const begin = Effect.fnUntraced(function* (now: number) {
  const house = makeHouse(Math.floor((now - History.pastMs) / minute) * minute)
  yield* register(house)
  const snapshot = {
    version: 1,
    key: yield* makeKey(),
    house,
    state: House.initial(house),
    stepMs: minute
  } as const
  return snapshot satisfies Snapshot.Snapshot as Snapshot.Snapshot
})

/** The newest instant that is stored of the grid meter. */
const newestOf = Effect.fnUntraced(function* (house: House.House) {
  const store = yield* ReadingStore
  const grid = house.devices.find((device) => device.key === "grid")
  const latest = grid === undefined ? [] : yield* store.latest(tenantId, [grid.id])
  return latest.reduce((newest, reading) => Math.max(newest, reading.at), 0)
})

/**
 * Starts the demo and returns when its history is stored and its usage known; the house lives on until the
 * scope closes.
 *
 * What a start that was killed has sent after its last snapshot is told again with the same steps, so that
 * the registers of the devices never run backwards.
 */
export const start = Effect.fnUntraced(function* (dataDir: string) {
  const now = yield* Clock.currentTimeMillis
  const snapshot = (yield* earlier(dataDir)) ?? (yield* begin(now))
  const { house, key } = snapshot
  yield* register(house)
  const keepAs = (stepMs: number) => (state: House.HouseState) =>
    Snapshot.write(dataDir, { ...snapshot, state, stepMs })
  keepAs(snapshot.stepMs)(snapshot.state)
  const newest = Math.min(yield* newestOf(house), now)
  const from =
    newest > snapshot.state.at && snapshot.stepMs < minute
      ? House.advance(house, snapshot.state, newest, snapshot.stepMs)
      : snapshot.state
  const days = (now - from.at) / (24 * 60 * minute)
  if (days > 1) yield* Effect.logInfo(`storing ${Math.round(days)} days of the simulated house`)
  const caughtUp = yield* History.tell(owner, house, from, now, keepAs(minute))
  // Kept before the first second is told: a start that is killed right after is told again in seconds.
  keepAs(1_000)(caughtUp)
  yield* StorageUpkeep.use((upkeep) => upkeep.refreshUsage)
  yield* Effect.forkScoped(LiveOn.run(owner, house, caughtUp, keepAs(1_000)))
  const gridId = house.devices.find((device) => device.key === "grid")?.id ?? ownMeter
  return { key, deviceId: ownMeter, gridId } satisfies DemoStarted as DemoStarted
})
