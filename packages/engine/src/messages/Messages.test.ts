import { assert, describe, it } from "@effect/vitest"
import {
  type ChannelName,
  DeviceId,
  DeviceStatusStore,
  QuarantineStore,
  ReadingBus,
  type StoredReadings
} from "@wattkit/core"
import { Effect } from "effect"
import { meter, now, principal, register, seed, tenantId } from "../house.fixture.ts"
import { messageOf } from "./formats.fixture.ts"
import {
  layer,
  at,
  text,
  device,
  send,
  say,
  bind,
  stored,
  letters,
  failure,
  replayAll
} from "./messages.fixture.ts"
import { Messages } from "./Messages.ts"

describe("messages in our own form", () => {
  it.effect("go to their device, whoever sends them", () =>
    Effect.gen(function* () {
      yield* seed
      const topic = "devices/meter/readings"
      assert.deepStrictEqual(yield* send(topic, { at: text(0), powerW: 1 }), {
        accepted: 1,
        duplicates: 0,
        rejected: [],
        kept: 0
      })
      const list = [
        { at: text(0), powerW: 1 },
        { at: text(1), powerW: 2 }
      ]
      assert.deepInclude(yield* send(topic, { readings: list }, device), { accepted: 1, duplicates: 1 })
      assert.deepStrictEqual(yield* failure(send("devices/other/readings", list, device)), "NotFound")
      assert.deepStrictEqual(yield* failure(send(topic, list, principal({ scopes: ["read"] }))), "Forbidden")
      assert.deepStrictEqual(yield* letters(), [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("are kept when they cannot be read, or only partly", () =>
    Effect.gen(function* () {
      yield* seed
      const topic = "devices/meter/readings"
      assert.deepInclude(yield* send(topic, "{", device), { accepted: 0, kept: 1 })
      const body = [
        { at: text(0), powerW: "much" },
        { at: text(1), powerW: 2 },
        { at: "1970-01-01T00:00:00Z", powerW: 3 }
      ]
      const partly = yield* send(topic, body, device)
      assert.deepInclude(partly, { accepted: 1, kept: 1 })
      assert.deepStrictEqual(
        partly.rejected.map(({ index, reason }) => [index, reason]),
        [
          [0, "malformed"],
          [2, "too_old"]
        ]
      )
      const future = yield* send(topic, { at: text(3600), powerW: 4 }, device)
      assert.deepInclude(future, { accepted: 0, kept: 0 }, "it is in quarantine")
      const kept = yield* letters()
      assert.deepStrictEqual(kept.map(({ deviceId, format, reason }) => [reason, format, deviceId]).sort(), [
        ["malformed", null, meter],
        ["rejected", null, meter]
      ])
      assert.strictEqual(
        kept.map(({ message }) => new TextDecoder().decode(message.payload)).includes("{"),
        true
      )
      const quarantined = yield* QuarantineStore.use((store) =>
        store.list(tenantId, { limit: 9, waiting: true })
      )
      assert.strictEqual(quarantined.length, 1)
      assert.deepStrictEqual(yield* failure(send("devices/other/readings", "{", device)), "NotFound")
      assert.deepStrictEqual(yield* failure(send(topic, "{", principal({ scopes: ["manage"] }))), "Forbidden")
      assert.strictEqual((yield* letters()).length, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("wait for a device that a program speaks of before it is registered", () =>
    Effect.gen(function* () {
      yield* seed
      const topic = "devices/late/readings"
      assert.deepInclude(yield* send(topic, { at: text(0), powerW: 5 }), { accepted: 0, kept: 1 })
      const before = yield* replayAll
      assert.deepStrictEqual([before.replayed, before.waiting.map(({ reason }) => reason)], [0, ["unbound"]])
      yield* register("late")
      assert.deepInclude(yield* replayAll, { replayed: 1, accepted: 1, waiting: [], next: null })
      assert.deepStrictEqual(
        (yield* stored(DeviceId.make("late"))).map(({ powerW }) => powerW),
        [5]
      )
      assert.deepStrictEqual(yield* letters(), [])
      const [settled] = yield* letters(tenantId, false)
      assert.deepInclude(settled?.settled, { as: "replayed", by: "k1" })
    }).pipe(Effect.provide(layer))
  )

  it.effect("say whether a device is there, and that is news", () =>
    Effect.gen(function* () {
      yield* seed
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      yield* send("devices/meter/status", "online", device, at(-10))
      yield* send("devices/meter/status", '"offline"', device, at(0))
      yield* send("devices/meter/status", "offline", device, at(1))
      assert.deepInclude(yield* send("devices/meter/status", "asleep", device, at(2)), { kept: 1 })
      assert.strictEqual(yield* failure(send("devices/other/status", "online", device)), "NotFound")
      const within = { start: at(-60), end: at(60) }
      const history = yield* DeviceStatusStore.use((store) => store.history(tenantId, meter, within))
      assert.deepStrictEqual(
        history.map(({ status }) => status),
        ["online", "offline"]
      )
      assert.deepStrictEqual(
        news.map(({ statuses }) => statuses?.map(({ status }) => status)),
        [["online"], ["offline"]]
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

describe("messages in the formats of others", () => {
  it.effect("become readings of the device their subject is bound to", () =>
    Effect.gen(function* () {
      yield* seed
      const fields = {
        Total: { quantity: "importWh", scale: 1000 },
        Noise: { quantity: "ignored", scale: 1 }
      } as const
      yield* bind("kitchen", meter, { fields })
      const told = yield* say(
        "kitchen",
        { at: text(0), quantities: { powerW: 7 }, unknown: { Total: 1.1, Noise: 4, Flow: 3 } },
        { at: text(0), channel: "l2", quantities: { powerW: 8 } },
        { at: text(1), quantities: {}, unknown: { Noise: 1 } }
      )
      assert.deepStrictEqual(told, { accepted: 2, duplicates: 0, rejected: [], kept: 0 })
      const [main] = yield* stored()
      assert.deepStrictEqual(main, {
        at: at(0),
        channel: "main" as ChannelName,
        powerW: 7,
        importWh: 1100,
        extra: { Flow: 3 }
      })
      assert.strictEqual((yield* stored(meter, "l2")).length, 1)
      assert.deepInclude(yield* send("plain/kitchen", { nothing: true }), { accepted: 0, kept: 0 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("name the channels of a subject beneath the one it is bound to", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("roof", meter, { channel: "pv" })
      yield* say("roof", { at: text(0), quantities: { powerW: 1 } })
      yield* say("roof", { at: text(0), channel: "string 1", quantities: { powerW: 2 } })
      assert.strictEqual((yield* stored(meter, "pv"))[0]?.powerW, 1)
      assert.strictEqual((yield* stored(meter, "pv.string-1"))[0]?.powerW, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("count when they arrive, and never contradict each other", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("a")
      yield* bind("b")
      yield* say("a", { quantities: { powerW: 1 } }, { quantities: { powerW: 2 } })
      yield* say("a", { quantities: { powerW: 3 } })
      yield* say("b", { quantities: { powerW: 4 } })
      const rows = yield* stored()
      assert.deepStrictEqual(
        rows.map((row) => [row.at - now, row.powerW]),
        [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 4]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("are kept when nothing is bound, malformed, unknown or out of bounds", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("bound")
      assert.deepInclude(yield* say("free", { quantities: { powerW: 1 } }), { accepted: 0, kept: 1 })
      assert.deepInclude(yield* send("plain/free", "nonsense"), { kept: 1 })
      assert.deepInclude(yield* send("somebody/else", "1"), { kept: 1 })
      const wrong = yield* say(
        "bound",
        { at: text(0), quantities: { voltageV: -1 } },
        { at: text(1), quantities: { voltageV: 230 } },
        { at: text(2), since: at(3), quantities: { importDeltaWh: 1 } }
      )
      yield* bind("reset")
      assert.deepInclude(
        yield* say("reset", { at: "1970-01-01T00:00:05Z", quantities: { powerW: 1 } }),
        { accepted: 0, kept: 1 },
        "a clock that was never set"
      )
      assert.deepInclude(wrong, { accepted: 1, kept: 1 })
      assert.deepStrictEqual(
        wrong.rejected.map(({ field, index }) => [index, field]),
        [
          [0, "voltageV"],
          [2, "since"]
        ]
      )
      const kept = yield* letters()
      assert.deepStrictEqual(kept.map(({ format, reason, subject }) => [reason, format, subject]).sort(), [
        ["malformed", "plain", null],
        ["rejected", "plain", "bound"],
        ["rejected", "plain", "reset"],
        ["unbound", "plain", "free"],
        ["unknown_topic", null, null]
      ])
      assert.isTrue(kept.every(({ detail }) => detail.length > 5))
      assert.strictEqual(yield* failure(send("somebody/else", "1", device)), "Forbidden")
      assert.strictEqual((yield* letters()).length, 5)
      const forced = Messages.use((messages) =>
        messages.receive(principal(), messageOf("plain/bound", "{}", now), { format: "partial" })
      )
      assert.deepInclude(yield* forced, { kept: 1 }, "another format does not read this topic")
    }).pipe(Effect.provide(layer))
  )

  it.effect("of a device with a credential are bound to it by themselves, and to nobody else", () =>
    Effect.gen(function* () {
      yield* seed
      yield* register("plug")
      yield* bind("taken", DeviceId.make("plug"))
      const as = (subject: string, powerW: number) =>
        send(`plain/${subject}`, { says: [{ at: text(0), quantities: { powerW } }] }, device)
      yield* as("first", 1)
      yield* as("se cond", 2)
      yield* as("se/cond", 3)
      yield* as("first", 1)
      assert.strictEqual(yield* failure(as("taken", 9)), "Forbidden")
      const made = yield* Messages.use((messages) =>
        messages.bindings(principal(), { limit: 10, deviceId: meter })
      )
      assert.deepStrictEqual(
        made.map(({ channel, subject }) => [subject, channel as string]),
        [
          ["first", "main"],
          ["se cond", "se-cond"],
          ["se/cond", "se-cond-2"]
        ]
      )
      assert.deepStrictEqual(
        (yield* stored(meter, "se-cond-2")).map(({ powerW }) => powerW),
        [3]
      )
      assert.strictEqual((yield* letters()).length, 0)
    }).pipe(Effect.provide(layer))
  )

  it.effect("of one device change nothing of what is understood of others", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send("partial/describe/x1", { name: "washer" })
      yield* send("partial/describe/x1", { name: "nonsense" }, device)
      yield* send("partial/x1", { powerW: 666 }, device)
      yield* send("partial/x1", { importWh: 5 })
      const [letter] = yield* letters()
      assert.deepInclude(letter, { subject: "washer", deviceId: null })
      const seen = yield* Messages.use((messages) => messages.seen(principal()))
      assert.deepStrictEqual(
        seen.map(({ channels, subject }) => [subject, channels[0]?.quantities]),
        [
          ["nonsense", { powerW: 666 }],
          ["washer", { importWh: 5 }]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("of many subjects bind by themselves up to a limit", () =>
    Effect.gen(function* () {
      yield* seed
      for (let i = 0; i < 260; i++) {
        yield* send(`plain/s${i}`, { says: [{ quantities: { powerW: i } }] }, device)
      }
      const kept = yield* letters()
      assert.deepStrictEqual(
        kept.map(({ deviceId, reason }) => [reason, deviceId]),
        Array.from({ length: 4 }, () => ["unbound" as const, meter])
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("tell whether a bound subject is there", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("kitchen")
      yield* send("plain/kitchen", { online: false })
      yield* send("plain/stranger", { online: true })
      const history = yield* DeviceStatusStore.use((store) =>
        store.history(tenantId, meter, { start: at(-60), end: at(60) })
      )
      assert.deepStrictEqual(
        history.map(({ status }) => status),
        ["offline"]
      )
      assert.deepStrictEqual(yield* letters(), [])
    }).pipe(Effect.provide(layer))
  )
})

describe("what was heard", () => {
  it.effect("is shown with its last values and what it is bound to", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("kitchen")
      yield* say("kitchen", { at: text(0), quantities: { powerW: 1, voltageV: 230 } })
      yield* say("kitchen", { at: text(1), quantities: { powerW: 2 }, unknown: { Flow: 3 } })
      yield* say("attic", { quantities: { powerW: 5 } })
      const seen = yield* Messages.use((messages) => messages.seen(principal()))
      assert.deepStrictEqual(
        seen.map(({ binding, channels, count, format, subject }) => [
          format,
          subject,
          count,
          channels[0]?.quantities,
          channels[0]?.unknown,
          binding?.deviceId
        ]),
        [
          ["plain", "attic", 1, { powerW: 5 }, {}, undefined],
          ["plain", "kitchen", 2, { powerW: 2, voltageV: 230 }, { Flow: 3 }, meter]
        ]
      )
      const own = yield* Messages.use((messages) => messages.seen(device))
      assert.deepStrictEqual(
        own.map(({ subject }) => subject),
        ["kitchen"]
      )
      assert.strictEqual(
        yield* failure(Messages.use((messages) => messages.seen(principal({ scopes: ["ingest"] })))),
        "Forbidden"
      )
    }).pipe(Effect.provide(layer))
  )
})
