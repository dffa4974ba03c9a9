import { assert, describe, it } from "@effect/vitest"
import {
  ApiKeyStore,
  type ChannelName,
  Currency,
  DeadLetterStore,
  DeviceId,
  DeviceStore,
  Instant,
  LocationId,
  LocationStore,
  Memory,
  ReadingStore,
  type Scope as Right,
  ServerSecret,
  StorageError,
  TenantId,
  TenantStore,
  TimeZone
} from "@wattkit/core"
import { Credentials, Formats, layer as engine } from "@wattkit/engine"
import { type Format, formats } from "@wattkit/formats"
import { makeBroker } from "@wattkit/transport-mqtt"
import { Context, Effect, Layer, type Redacted, Redacted as Secret, References, Schedule } from "effect"
import { connectAsync } from "mqtt"
import { layerMemory, StorageHealth, type Stores } from "../storage/Storage.ts"
import { ExternalBroker, topicsOf } from "./external.ts"
import type { ExternalOptions } from "./ExternalOptions.ts"

const tenantId = TenantId.make("t1")
const locationId = LocationId.make("house")
const deviceId = DeviceId.make("meter")

/** A format that reads nothing but wants to be asked. */
const asking: Format = {
  id: "asking",
  words: { name: "Asking", devices: "Those of tests.", setUp: [], traps: [], quantities: [], examples: [] },
  topics: ["ask/#", "devices/#"],
  makeReader: () => ({
    read: ({ topic }) => (topic.startsWith("ask/") ? { kind: "nothing", why: "it only asks" } : undefined),
    requests: () => [{ topic: "R/keepalive", payload: "again", everyMs: 30_000 }]
  })
}

/** Whether the store works. */
interface Switch {
  isOn: boolean
}

/** Stores in memory that can be switched off. */
const storesOf = (state: Switch): Layer.Layer<Stores> =>
  Layer.effectContext(
    Effect.map(Effect.context<Stores>(), (context) => {
      const store = Context.get(context, ReadingStore)
      const off = Effect.fail(new StorageError({ reason: "unavailable", message: "switched off" }))
      return context.pipe(
        Context.add(ReadingStore, {
          ...store,
          append: (tenant, readings) => (state.isOn ? store.append(tenant, readings) : off)
        }),
        Context.add(StorageHealth, {
          name: "memory",
          check: Effect.suspend(() => (state.isOn ? Effect.void : off))
        })
      )
    })
  ).pipe(Layer.provide(layerMemory))

/** Nobody signs in to these tests. */
const noSecret: ServerSecret = { derive: () => Effect.die("no secret is needed") }

const servicesOf = (state: Switch) =>
  engine.pipe(
    Layer.provideMerge(Layer.succeed(Formats, [asking])),
    Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None")),
    Layer.provideMerge(Memory.layerBus),
    Layer.provideMerge(Layer.merge(storesOf(state), Layer.succeed(ServerSecret, noSecret)))
  )

const seed = Effect.gen(function* () {
  const createdAt = yield* Instant.now
  const house = { name: "House", kind: "house", zone: TimeZone.TimeZone.make("Europe/Berlin") } as const
  const meter = { name: "Meter", role: "load", kind: "plug", parentId: null } as const
  const currency = Currency.Currency.make("EUR")
  yield* TenantStore.use((store) => store.add({ id: tenantId, name: "One", createdAt }))
  yield* LocationStore.use((store) => store.add({ id: locationId, tenantId, ...house, currency, createdAt }))
  yield* DeviceStore.use((store) => store.add({ id: deviceId, tenantId, locationId, ...meter, createdAt }))
})

const keyOf = (scopes: readonly [Right, ...ReadonlyArray<Right>], of: DeviceId | null = null) =>
  Credentials.use((credentials) => credentials.issue({ tenantId, name: "mosquitto", scopes, deviceId: of }))

/** Somebody else's broker, and a device at it. */
const foreign = Effect.gen(function* () {
  const broker = yield* Effect.acquireRelease(
    Effect.sync(() =>
      makeBroker({
        authenticate: async () => "anybody",
        spaceOf: () => "one",
        mayPublish: () => true,
        maySubscribe: () => true,
        take: async () => "stored"
      })
    ),
    (broker) => Effect.promise(() => broker.close())
  )
  const port = yield* Effect.promise(() => broker.listen({ host: "127.0.0.1", port: 0 }))
  const url = `mqtt://me:secret@127.0.0.1:${port}`
  const device = yield* Effect.acquireRelease(
    Effect.promise(() => connectAsync(url, { clientId: "device" })),
    (client) => Effect.promise(() => client.endAsync(true))
  )
  return { url: Secret.make(url), device }
})

const start = Effect.fnUntraced(function* (
  url: Redacted.Redacted,
  key: Redacted.Redacted,
  over: Partial<ExternalOptions> = {}
) {
  const context = yield* Layer.build(
    ExternalBroker.layer({ url, key, topics: [], clientId: "wattkit", ...over })
  )
  return Context.get(context, ExternalBroker)
})

/** Looks again until it is so. */
const until = <E, R>(isSo: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(isSo, { until: (so) => so, schedule: Schedule.spaced("5 millis") })

const stored = ReadingStore.use((store) =>
  store.page(tenantId, {
    deviceId,
    channel: "main" as ChannelName,
    within: { start: 0 as Instant.Instant, end: 4e12 as Instant.Instant },
    limit: 1000
  })
)

const at = (second: number): string => `2026-06-01T10:00:${String(second).padStart(2, "0")}Z`

describe("an external broker", () => {
  it.live("carries readings, and what cannot be read is kept", () => {
    const state = { isOn: true }
    return Effect.gen(function* () {
      yield* seed
      const { device, url } = yield* foreign
      const external = yield* start(url, yield* keyOf(["ingest"]))
      yield* external.connected
      const send = (topic: string, payload: string) =>
        Effect.promise(() => device.publishAsync(topic, payload, { qos: 1 }))
      yield* send("devices/meter/readings", `{"at":"${at(1)}","powerW":1}`)
      yield* send("devices/late/readings", `{"at":"${at(1)}","powerW":2}`)
      yield* send("elsewhere/meter", "nobody asked for this")
      yield* send("devices/meter/readings", `{"at":"${at(2)}","powerW":3}`)
      yield* until(Effect.map(external.status, ({ counts }) => counts.acknowledged === 3))
      assert.deepStrictEqual(
        (yield* stored).map(({ powerW }) => powerW),
        [1, 3]
      )
      const letters = yield* DeadLetterStore.use((store) => store.list(tenantId, { limit: 9, waiting: true }))
      assert.deepStrictEqual(
        letters.map(({ message }) => message.topic),
        ["devices/late/readings"]
      )
    }).pipe(Effect.scoped, Effect.provide(servicesOf(state)))
  })

  it.live("is given back while nothing can be stored, and nothing is lost", () => {
    const state = { isOn: true }
    return Effect.gen(function* () {
      yield* seed
      const { device, url } = yield* foreign
      const external = yield* start(url, yield* keyOf(["ingest"]))
      yield* external.connected
      state.isOn = false
      for (let second = 0; second < 20; second++) {
        const payload = `{"at":"${at(second)}","powerW":${second}}`
        yield* Effect.promise(() => device.publishAsync("devices/meter/readings", payload, { qos: 1 }))
      }
      yield* until(Effect.map(external.status, ({ state }) => state === "held"))
      assert.strictEqual((yield* stored).length, 0)
      state.isOn = true
      yield* until(Effect.map(stored, (readings) => readings.length === 20))
      yield* until(Effect.map(external.status, ({ inFlight }) => inFlight.messages === 0))
      assert.strictEqual((yield* external.status).counts.connects, 2)
    }).pipe(Effect.scoped, Effect.provide(servicesOf(state)))
  })

  it.live("stores nothing in the name of a credential that is revoked, or may not", () =>
    Effect.gen(function* () {
      yield* seed
      const { device, url } = yield* foreign
      const keys = [yield* keyOf(["read"]), yield* keyOf(["ingest"], deviceId), yield* keyOf(["ingest"])]
      const listed = yield* ApiKeyStore.use((store) => store.list(tenantId, { limit: 9 }))
      const now = yield* Instant.now
      const revoked = listed.find((one) => one.deviceId === null && one.scopes.includes("ingest"))!
      yield* ApiKeyStore.use((store) => store.revoke(tenantId, revoked.id, now))
      for (const [i, key] of keys.entries()) {
        const external = yield* start(url, key, { clientId: `server-${i}` })
        yield* external.connected
        const payload = `{"at":"${at(i)}","powerW":1}`
        yield* Effect.promise(() => device.publishAsync("devices/meter/readings", payload, { qos: 1 }))
        yield* until(Effect.map(external.status, ({ state }) => state === "held"))
        assert.include((yield* external.status).lastError!, "WATTKIT_MQTT_KEY")
      }
      assert.strictEqual((yield* stored).length, 0)
    }).pipe(Effect.scoped, Effect.provide(servicesOf({ isOn: true })))
  )

  it.live("asks devices to go on", () =>
    Effect.gen(function* () {
      yield* seed
      const { device, url } = yield* foreign
      const asked = new Promise<string>((resolve) => {
        device.on("message", (topic, payload) => resolve(`${topic} ${payload}`))
      })
      yield* Effect.promise(() => device.subscribeAsync("R/#"))
      const external = yield* start(url, yield* keyOf(["ingest"]))
      yield* external.connected
      yield* Effect.promise(() => device.publishAsync("ask/me", "", { qos: 1 }))
      assert.strictEqual(yield* Effect.promise(() => asked), "R/keepalive again")
    }).pipe(Effect.scoped, Effect.provide(servicesOf({ isOn: true })))
  )

  it.live("does not start with options that cannot work", () =>
    Effect.gen(function* () {
      yield* seed
      const error = yield* Effect.flip(start(Secret.make("http://x"), yield* keyOf(["ingest"])))
      assert.strictEqual(error._tag, "StartError")
      assert.include(error.message, "mqtt://")
    }).pipe(Effect.scoped, Effect.provide(servicesOf({ isOn: true })))
  )

  it("is asked for every topic that can be read, each once", () => {
    assert.deepStrictEqual(topicsOf([]), ["devices/+/readings", "devices/+/status"])
    assert.deepStrictEqual(topicsOf([asking]), ["ask/#", "devices/#"])
    const homeassistant = { ...asking, id: "homeassistant", topics: ["#"] }
    assert.deepStrictEqual(topicsOf([homeassistant]), [...topicsOf([]), "homeassistant/#"])
    assert.includeMembers([...topicsOf(formats)], ["shellies/#", "solar/#", "inverter/#", "homeassistant/#"])
    assert.isTrue(topicsOf(formats).every((topic) => /[^+/#]/.test(topic)))
  })
})
