import { assert, describe, it } from "@effect/vitest"
import {
  DeadLetterStore,
  DeviceId,
  DeviceStore,
  LocationId,
  LocationStore,
  Memory,
  ReadingStore,
  StorageError,
  TenantId,
  TenantStore
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { meter, now, over, principal, seed, tenantId } from "../house.fixture.ts"
import { messageOf } from "./formats.fixture.ts"
import { letterBounds } from "./letters/Letters.ts"
import {
  withFormats,
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

describe("dead letters", () => {
  it.effect("become readings once they are bound, at the instants at which they came", () =>
    Effect.gen(function* () {
      yield* seed
      for (const [second, powerW] of [10, 20, 30].entries()) {
        yield* send("plain/k", { says: [{ quantities: { powerW } }] }, principal(), at(second))
      }
      yield* send("plain/k", "nonsense")
      const [first] = yield* letters()
      yield* bind("k")
      const kind = { format: "plain", subject: "k" } as const
      const one = yield* Messages.use((messages) => messages.replay(principal(), { ids: [first?.id ?? ""] }))
      const malformed = yield* letters()
      assert.deepInclude(one, { replayed: first?.reason === "malformed" ? 0 : 1 })
      const all = yield* Messages.use((messages) => messages.replay(principal(), kind))
      assert.strictEqual(one.accepted + all.accepted, 3)
      assert.strictEqual(malformed.length, 4 - one.replayed)
      assert.deepStrictEqual(
        (yield* stored()).map((row) => [row.at - now, row.powerW]),
        [
          [0, 10],
          [1000, 20],
          [2000, 30]
        ]
      )
      const [left] = yield* letters()
      assert.strictEqual(left?.reason, "malformed")
      const again = yield* replayAll
      assert.deepStrictEqual(
        [again.replayed, again.waiting.map(({ id, reason }) => [id, reason])],
        [0, [[left?.id, "malformed"]]]
      )
      const dropped = yield* Messages.use((messages) => messages.drop(principal(), { ids: [left?.id ?? ""] }))
      assert.deepStrictEqual(dropped, { dropped: 1, next: null })
      assert.deepStrictEqual(yield* letters(), [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("are read without what was said later, but with what describes them", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send("partial/describe/x1", { name: "washer" })
      yield* send("partial/x1", { powerW: 5 }, principal(), at(0))
      yield* send("partial/x1", { importWh: 100 }, principal(), at(1))
      yield* Messages.use((messages) =>
        messages.bind(principal(), { format: "partial", subject: "washer", deviceId: meter })
      )
      yield* send("partial/x1", { powerW: 6, voltageV: 230 }, principal(), at(2))
      assert.deepInclude(yield* replayAll, { replayed: 2, accepted: 2, waiting: [] })
      yield* send("partial/x1", { currentA: 1 }, principal(), at(3))
      assert.deepStrictEqual(
        (yield* stored()).map(({ currentA, importWh, powerW, voltageV }) => [
          powerW,
          importWh,
          voltageV,
          currentA
        ]),
        [
          [5, undefined, undefined, undefined],
          [5, 100, undefined, undefined],
          [6, 100, 230, undefined],
          [6, 100, 230, 1]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("are sent again by whoever manages, who needs no right to ingest", () =>
    Effect.gen(function* () {
      yield* seed
      yield* say("k", { quantities: { powerW: 1 } })
      yield* bind("k")
      const manager = principal({ scopes: ["manage"] })
      const replayed = yield* Messages.use((messages) => messages.replay(manager, {}))
      assert.deepInclude(replayed, { replayed: 1, accepted: 1 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("hold what was sent, also when the carrier uses its buffer again", () =>
    Effect.gen(function* () {
      yield* seed
      const sent = (topic: string, body: unknown) =>
        Effect.gen(function* () {
          const message = messageOf(topic, body, now)
          yield* Messages.use((messages) => messages.receive(principal(), message))
          message.payload.fill(0)
        })
      yield* sent("partial/describe/x1", { name: "washer" })
      yield* sent("partial/x1", { powerW: 5 })
      const binding = { format: "partial", subject: "washer", deviceId: meter }
      yield* Messages.use((messages) => messages.bind(principal(), binding))
      assert.deepInclude(yield* replayAll, { replayed: 1, accepted: 1 })
      assert.deepStrictEqual(
        (yield* stored()).map(({ powerW }) => powerW),
        [5]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("are bounded: what cannot be kept is refused, and room comes back", () =>
    Effect.gen(function* () {
      yield* seed
      for (let i = 0; i < 3; i++) assert.strictEqual((yield* send("x", `${i}`, principal(), at(i))).kept, 1)
      const refused = yield* Effect.flip(send("x", "4", principal(), at(4)))
      assert.deepInclude(refused, { _tag: "Busy", reason: "budget" })
      assert.strictEqual((yield* letters()).length, 3)
      yield* Messages.use((messages) => messages.drop(principal(), {}))
      assert.strictEqual((yield* send("x", "4", principal(), at(4))).kept, 1)
      assert.strictEqual(yield* failure(send("x", "5".repeat(2000), principal(), at(5))), "Busy")
    }).pipe(
      Effect.provide(
        layer.pipe(Layer.provide(Layer.succeed(letterBounds, { count: 3, bytes: 1000, deviceShare: 1 })))
      )
    )
  )

  it.effect("of one device do not use up the room of the others", () =>
    Effect.gen(function* () {
      yield* seed
      const topic = `devices/${meter}/readings`
      for (let i = 0; i < 4; i++) assert.strictEqual((yield* send(topic, `${i}`, device, at(i))).kept, 1)
      const refused = yield* Effect.flip(send(topic, "4", device, at(4)))
      assert.deepInclude(refused, { _tag: "Busy", reason: "budget" })
      assert.include(refused.message, "of this device")
      for (let i = 5; i < 11; i++) assert.strictEqual((yield* send("x", `${i}`, principal(), at(i))).kept, 1)
      assert.strictEqual(yield* failure(send("x", "11", principal(), at(11))), "Busy")
      yield* Messages.use((messages) => messages.drop(principal(), {}))
      assert.strictEqual((yield* send(topic, "12", device, at(12))).kept, 1)
    }).pipe(
      Effect.provide(
        layer.pipe(Layer.provide(Layer.succeed(letterBounds, { count: 10, bytes: 1000, deviceShare: 0.4 })))
      )
    )
  )

  it.effect("and bindings need the right to manage, and a format that is known", () =>
    Effect.gen(function* () {
      yield* seed
      const reader = principal({ scopes: ["read", "ingest"] })
      assert.strictEqual(yield* failure(Messages.use((messages) => messages.replay(reader, {}))), "Forbidden")
      assert.strictEqual(yield* failure(Messages.use((messages) => messages.drop(reader, {}))), "Forbidden")
      const draft = { format: "plain", subject: "a", deviceId: meter }
      assert.strictEqual(
        yield* failure(Messages.use((messages) => messages.bind(reader, draft))),
        "Forbidden"
      )
      assert.strictEqual(
        yield* failure(Messages.use((messages) => messages.unbind(reader, draft))),
        "Forbidden"
      )
      assert.strictEqual(
        yield* failure(Messages.use((messages) => messages.letters(device, { limit: 1, waiting: true }))),
        "Forbidden"
      )
      assert.strictEqual(
        yield* failure(Messages.use((messages) => messages.bind(principal(), { ...draft, format: "other" }))),
        "Invalid"
      )
      const nobody = DeviceId.make("nobody")
      assert.strictEqual(
        yield* failure(
          Messages.use((messages) => messages.bind(principal(), { ...draft, deviceId: nobody }))
        ),
        "NotFound"
      )
      yield* bind("a")
      assert.isTrue(yield* Messages.use((messages) => messages.unbind(principal(), draft)))
      assert.isFalse(yield* Messages.use((messages) => messages.unbind(principal(), draft)))
      assert.deepInclude(yield* say("a", { quantities: { powerW: 1 } }), { kept: 1 })
    }).pipe(Effect.provide(layer))
  )
})

describe("two tenants", () => {
  it.effect("never meet, though they say the same", () =>
    Effect.gen(function* () {
      yield* seed
      const t2 = TenantId.make("t2")
      const other = principal({ tenantId: t2 })
      yield* TenantStore.use((tenants) => tenants.add({ id: t2, name: "Two", createdAt: now }))
      const house = yield* LocationStore.use((store) => store.get(tenantId, LocationId.make("house")))
      yield* LocationStore.use((store) => store.add({ ...house, id: LocationId.make("h2"), tenantId: t2 }))
      const known = yield* DeviceStore.use((store) => store.get(tenantId, meter))
      const own = { ...known, id: DeviceId.make("m2"), tenantId: t2, locationId: LocationId.make("h2") }
      yield* DeviceStore.use((store) => store.add(own))

      yield* bind("k")
      yield* send("partial/describe/x1", { name: "washer" })
      yield* send("partial/x1", { powerW: 5 })
      yield* send("plain/k", { says: [{ quantities: { powerW: 1 } }] })
      yield* send("plain/k", { says: [{ quantities: { powerW: 2 } }] }, other)
      assert.deepInclude(yield* send("partial/x1", { importWh: 5 }, other), { accepted: 0, kept: 0 })
      assert.strictEqual((yield* stored()).length, 1)
      assert.deepStrictEqual(
        (yield* letters(t2)).map(({ subject }) => subject),
        ["k"]
      )
      const seen = yield* Messages.use((messages) => messages.seen(other))
      assert.deepStrictEqual(
        seen.map(({ binding, subject }) => [subject, binding]),
        [["k", null]]
      )
      const ids = (yield* letters(t2)).map(({ id }) => id)
      assert.deepInclude(yield* Messages.use((messages) => messages.replay(principal(), { ids })), {
        replayed: 0,
        accepted: 0
      })
      const foreign = Messages.use((messages) =>
        messages.bind(other, { format: "plain", subject: "k", deviceId: meter })
      )
      assert.strictEqual(yield* failure(foreign), "NotFound")
      assert.strictEqual((yield* letters(t2)).length, 1)
    }).pipe(Effect.provide(layer))
  )
})

describe("when the storage is away", () => {
  const down = new StorageError({ reason: "unavailable", message: "away" })
  const withoutReadings = over(
    Layer.effect(
      ReadingStore,
      Effect.map(ReadingStore, (store): ReadingStore => ({ ...store, append: () => Effect.fail(down) }))
    ).pipe(Layer.provideMerge(Memory.layer))
  ).pipe(withFormats)
  const withoutLetters = over(
    Layer.effect(
      DeadLetterStore,
      Effect.map(DeadLetterStore, (store): DeadLetterStore => ({ ...store, add: () => Effect.fail(down) }))
    ).pipe(Layer.provideMerge(Memory.layer))
  ).pipe(withFormats)

  it.effect("no message is acknowledged that is not stored", () =>
    Effect.gen(function* () {
      yield* seed
      yield* bind("k")
      const sent: ReadonlyArray<readonly [string, unknown]> = [
        ["devices/meter/readings", { at: text(0), powerW: 1 }],
        ["plain/k", { says: [{ quantities: { powerW: 1 } }] }]
      ]
      for (const [topic, body] of sent) assert.strictEqual(yield* Effect.flip(send(topic, body)), down)
      yield* say("free", { quantities: { powerW: 1 } })
      yield* bind("free")
      assert.strictEqual(yield* Effect.flip(replayAll), down)
      assert.deepStrictEqual(
        (yield* letters()).map(({ subject }) => subject),
        ["free"]
      )
    }).pipe(Effect.provide(withoutReadings))
  )

  it.effect("no letter is lost", () =>
    Effect.gen(function* () {
      yield* seed
      const sent: ReadonlyArray<readonly [string, string]> = [
        ["devices/meter/readings", "{"],
        ["devices/meter/status", "asleep"],
        ["plain/free", '{"says":[{"quantities":{"powerW":1}}]}'],
        ["plain/free", "{"],
        ["x", "x"]
      ]
      for (const [topic, body] of sent) assert.strictEqual(yield* Effect.flip(send(topic, body)), down)
    }).pipe(Effect.provide(withoutLetters))
  )
})
