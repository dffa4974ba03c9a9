/** A whole server in memory, to which readings come over the bus as if they had just been stored. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type DeviceReading,
  DeviceId,
  DeviceStore,
  Instant,
  LocationId,
  LocationStore,
  mainChannel,
  ReadingBus,
  type StoredReadings,
  type TenantId
} from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { type Context, Effect, Option, Redacted, Scope } from "effect"
import { launch, type Services } from "../../src/App.ts"
import { firstKey } from "../../src/FirstStart.ts"
import { Lifecycle } from "../../src/Lifecycle.ts"
import * as Logging from "../../src/logging.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { configOf } from "../../test/fixtures/inProcess.ts"
import { answer } from "./child.ts"
import { rssBytes, type ServerQuestion, tellAll } from "./load.ts"

const place = { name: "House", kind: "house", zone: "UTC", currency: "EUR" } as never
const meter = { name: "Meter", role: "grid", kind: "grid_meter", parentId: null } as never
const loudId = LocationId.make("loud")

let services: Context.Context<Services>
let tenantId: TenantId
let clients = 0

const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> =>
  Effect.runPromise(Effect.provideContext(effect, services))

const makeLocation = (id: LocationId) =>
  Effect.gen(function* () {
    const createdAt = yield* Instant.now
    const locations = yield* LocationStore
    const devices = yield* DeviceStore
    yield* locations.add(Object.assign({ id, tenantId, createdAt }, place))
    const deviceId = DeviceId.make(`d${id.slice(1)}`)
    yield* devices.add(Object.assign({ id: deviceId, tenantId, locationId: id, createdAt }, meter))
  })

const begin = async (count: number) => {
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-live-"))
  const config = configOf({ dataDir, host: "0.0.0.0" })
  const launched = Scope.provide(launch(config, layerMemory), Scope.makeUnsafe())
  const running = await Effect.runPromise(Effect.provide(launched, Logging.layer(config)))
  services = running.services
  const key = Redacted.value((await run(firstKey))!)
  await run(Lifecycle.use((lifecycle) => lifecycle.ready))
  const principal = await run(Credentials.use(({ verify }) => verify(Redacted.make(key))))
  tenantId = Option.getOrThrow(principal).tenantId
  clients = count
  const ids = Array.from({ length: count }, (_, client) => LocationId.make(`l${client}`))
  await run(Effect.forEach([...ids, loudId], makeLocation, { discard: true }))
  return { port: Number(new URL(running.url).port), key, rssBytes: await rssBytes() }
}

const readingOf = (device: string, plannedAt: number): DeviceReading => ({
  deviceId: DeviceId.make(device),
  at: Instant.Instant.make(Math.floor(plannedAt)),
  channel: mainChannel,
  powerW: plannedAt
})

const names = Array.from({ length: 32 }, (_, i) => `quantity${i}`)
const extra = Object.fromEntries(names.map((name, i) => [name, 1_000_000.001 + i]))

/** About 360 KB of news of one location, which fill every buffer on the way to those who stall. */
const loudReadings = (): ReadonlyArray<DeviceReading> =>
  Array.from({ length: 400 }, (_, i) => ({ ...readingOf(`loud${i}`, Date.now()), extra }))

answer<ServerQuestion>(async (question) => {
  if (question.ask === "begin") return begin(question.clients)
  if (question.ask === "memory") return { rssBytes: await rssBytes() }
  const bus = await run(Effect.service(ReadingBus))
  let told: Array<StoredReadings> = []
  const tell = (client: number, plannedAt: number): void => {
    const locationId = LocationId.make(`l${client}`)
    told.push({ tenantId, locationId, readings: [readingOf(`d${client}`, plannedAt)] })
  }
  return tellAll(clients, question.ms, tell, () => {
    if (question.loud) told.push({ tenantId, locationId: loudId, readings: loudReadings() })
    Effect.runSync(Effect.forEach(told, bus.publish, { discard: true }))
    told = []
  })
})
