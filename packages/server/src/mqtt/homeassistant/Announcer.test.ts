import { assert, describe, it } from "@effect/vitest"
import {
  type ChannelName,
  Currency,
  type Device,
  DeviceId,
  DeviceStore,
  type Instant,
  LocationId,
  LocationStore,
  Memory,
  type Reading,
  ReadingBus,
  ReadingStore,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { usualPlaces as places } from "@wattkit/formats"
import { Effect, Layer } from "effect"
import { layerMemory } from "../../storage/Storage.ts"
import { MqttOut } from "../MqttOut.ts"
import { makeAnnouncer } from "./Announcer.ts"

const tenantId = TenantId.make("t1")
const locationId = LocationId.make("house")
const deviceOf = (id: string): Device => ({
  id: DeviceId.make(id),
  tenantId,
  locationId,
  name: id,
  role: "load",
  kind: "plug",
  parentId: null,
  createdAt: 0 as Instant.Instant
})

/** A broker that remembers what is published, and may be away. */
const makeOut = () => {
  const said: Array<string> = []
  const state: { isAway: boolean; onPublish: Effect.Effect<void> } = { isAway: false, onPublish: Effect.void }
  const layer = Layer.succeed(MqttOut, {
    publish: (_, topic, payload) =>
      Effect.map(
        Effect.suspend(() => state.onPublish),
        () => {
          if (!state.isAway) said.push(`${topic} ${payload === "" ? "gone" : payload.slice(0, 40)}`)
          return { delivered: !state.isAway, failed: state.isAway }
        }
      )
  })
  return { state, layer, take: () => said.splice(0) }
}

const seed = Effect.gen(function* () {
  const createdAt = 0 as Instant.Instant
  const house = { name: "House", kind: "house", zone: TimeZone.TimeZone.make("Europe/Berlin") } as const
  const currency = Currency.Currency.make("EUR")
  yield* TenantStore.use((store) => store.add({ id: tenantId, name: "One", createdAt }))
  yield* LocationStore.use((store) => store.add({ id: locationId, tenantId, ...house, currency, createdAt }))
  yield* DeviceStore.use((store) => store.add(deviceOf("plug")))
})

const channel = "main" as ChannelName

/** Stores a reading and tells of it, as ingest does. */
const store = Effect.fnUntraced(function* (id: string, reading: Omit<Reading, "channel">) {
  const one = { ...reading, channel, deviceId: DeviceId.make(id) }
  yield* ReadingStore.use(({ append }) => append(tenantId, [one]))
  yield* ReadingBus.use(({ publish }) => publish({ tenantId, locationId, readings: [one] }))
})

const at = (second: number) => (1_780_000_000_000 + second * 1_000) as Instant.Instant

const services = Layer.merge(layerMemory, Memory.layerBus)

describe("what Home Assistant is told", () => {
  it.effect("is nothing of a device that never spoke, and only what changed", () => {
    const out = makeOut()
    return Effect.gen(function* () {
      yield* seed
      const announcer = yield* makeAnnouncer(tenantId, places, undefined)
      yield* announcer.reconcile
      yield* announcer.flush
      assert.deepStrictEqual(out.take(), ["wattkit/status online"])
      yield* store("plug", { at: at(1), powerW: 5 })
      yield* announcer.flush
      assert.deepStrictEqual(
        out.take().map((line) => line.split(" ", 1)[0]),
        ["homeassistant/device/wattkit_plug/config", "wattkit/plug/availability", "wattkit/plug/state"]
      )
      yield* store("plug", { at: at(2), powerW: 5 })
      yield* announcer.flush
      assert.deepStrictEqual(out.take(), [])
      yield* store("plug", { at: at(3), powerW: 6 })
      yield* announcer.flush
      assert.deepStrictEqual(out.take(), ['wattkit/plug/state {"powerW":6}'])
    }).pipe(Effect.scoped, Effect.provide(out.layer), Effect.provide(services))
  })

  it.effect("is what was stored before, also of what the newest reading leaves out", () => {
    const out = makeOut()
    return Effect.gen(function* () {
      yield* seed
      yield* store("plug", { at: at(0), importWh: 2_000, powerW: 1 })
      yield* store("plug", { at: at(60), powerW: 7 })
      const announcer = yield* makeAnnouncer(tenantId, places, undefined)
      yield* announcer.reconcile
      yield* announcer.flush
      assert.strictEqual(out.take().at(-1), 'wattkit/plug/state {"powerW":7,"importWh":2}')
    }).pipe(Effect.scoped, Effect.provide(out.layer), Effect.provide(services))
  })

  it.effect("comes to an end, however much is said meanwhile", () => {
    const out = makeOut()
    return Effect.gen(function* () {
      yield* seed
      const bus = yield* ReadingBus
      const announcer = yield* makeAnnouncer(tenantId, places, undefined)
      yield* announcer.reconcile
      yield* store("plug", { at: at(0), powerW: 0 })
      let count = 0
      out.state.onPublish = Effect.suspend(() => {
        count++
        const reading = { at: at(count), channel, deviceId: DeviceId.make("plug"), powerW: count }
        return count > 100 ? Effect.void : bus.publish({ tenantId, locationId, readings: [reading] })
      })
      yield* announcer.flush
      assert.isBelow(count, 10)
    }).pipe(Effect.scoped, Effect.provide(out.layer), Effect.provide(services))
  })

  it.effect("is said later when the broker was away", () => {
    const out = makeOut()
    return Effect.gen(function* () {
      yield* seed
      yield* store("plug", { at: at(1), powerW: 5 })
      const announcer = yield* makeAnnouncer(tenantId, places, undefined)
      yield* announcer.reconcile
      out.state.isAway = true
      yield* announcer.flush
      out.state.isAway = false
      yield* announcer.flush
      assert.strictEqual(out.take().length, 4)
    }).pipe(Effect.scoped, Effect.provide(out.layer), Effect.provide(services))
  })

  it.effect("is that a device is gone, once, and what is new", () => {
    const out = makeOut()
    return Effect.gen(function* () {
      yield* seed
      const devices = yield* DeviceStore
      const there = { hides: false }
      const hiding = DeviceStore.of({
        ...devices,
        list: (tenant, page) => (there.hides ? Effect.succeed([]) : devices.list(tenant, page))
      })
      yield* store("plug", { at: at(1), powerW: 5 })
      const announcer = yield* makeAnnouncer(tenantId, places, undefined).pipe(
        Effect.provideService(DeviceStore, hiding)
      )
      yield* announcer.reconcile
      yield* announcer.flush
      out.take()
      there.hides = true
      yield* announcer.reconcile
      yield* announcer.flush
      assert.deepStrictEqual(out.take(), [
        "homeassistant/device/wattkit_plug/config gone",
        "wattkit/plug/state gone",
        "wattkit/plug/availability gone"
      ])
      yield* announcer.reconcile
      assert.deepStrictEqual(out.take(), [])
      there.hides = false
      yield* devices.add(deviceOf("lamp"))
      yield* store("lamp", { at: at(2), powerW: 5 })
      assert.isTrue(announcer.hasStrangers())
      yield* announcer.reconcile
      assert.isFalse(announcer.hasStrangers())
      yield* announcer.flush
      assert.strictEqual(out.take().length, 6)
    }).pipe(Effect.scoped, Effect.provide(out.layer), Effect.provide(services))
  })
})
