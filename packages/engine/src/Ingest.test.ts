import { assert, describe, it } from "@effect/vitest"
import {
  DeviceId,
  Instant,
  mainChannel,
  Memory,
  QuarantineStore,
  ReadingBus,
  ReadingStore,
  StorageError,
  StorageUpkeep,
  type StoredReadings,
  Submission,
  TenantId,
  usualRetention
} from "@wattkit/core"
import { Effect, Layer } from "effect"
import { Corrections } from "./Corrections.ts"
import { layer, meter, now, over, principal, seed, tenantId } from "./house.fixture.ts"
import { Ingest } from "./Ingest.ts"

const at = (seconds: number) => Instant.format(Instant.plus(now, seconds * 1000))

const send = (body: unknown, as = principal(), to = meter) =>
  Ingest.use((ingest) => ingest.ingest(as, to, Submission.decode(body)))

describe("Ingest", () => {
  it.effect("stores once, calls the same again a duplicate, and keeps the first of two that differ", () =>
    Effect.gen(function* () {
      yield* seed
      const reading = { at: at(0), importWh: 100 }
      assert.deepStrictEqual(yield* send(reading), { accepted: 1, duplicates: 0, rejected: [] })
      assert.deepStrictEqual(yield* send(reading), { accepted: 0, duplicates: 1, rejected: [] })
      const other = yield* send([{ at: at(0), importWh: 100.4 }])
      assert.strictEqual(other.accepted, 0)
      assert.deepStrictEqual(
        other.rejected.map((row) => [row.index, row.field, row.reason]),
        [[0, "at", "conflict"]]
      )
      const [latest] = yield* ReadingStore.use((store) => store.latest(tenantId, [meter]))
      assert.strictEqual(latest?.importWh, 100)
    }).pipe(Effect.provide(layer))
  )

  it.effect("turns away clocks that are off and stores what stands beside them", () =>
    Effect.gen(function* () {
      yield* seed
      const result = yield* send([
        { at: "1970-01-01T00:00:00Z", powerW: 1 },
        { at: at(299), powerW: 2 },
        { at: at(3600), powerW: 3 },
        { at: at(0), powerW: "4" },
        { at: at(0), powerW: 5 }
      ])
      assert.strictEqual(result.accepted, 2)
      assert.deepStrictEqual(
        result.rejected.map((row) => [row.index, row.reason]),
        [
          [0, "too_old"],
          [2, "future"],
          [3, "malformed"]
        ]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("keeps in quarantine what it cannot store, once, and publishes none of it", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send({ at: at(-70 * 86_400), powerW: 9 })
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      yield* send({ at: at(0), powerW: 1 })
      const yesterday = Instant.plus(now, 24 * 3_600_000)
      yield* StorageUpkeep.use((upkeep) => upkeep.retain(yesterday, { ...usualRetention, readingDays: 30 }))
      const body = [
        { at: at(0), powerW: 2 },
        { at: at(3600), powerW: 3 },
        { at: at(-60 * 86_400), powerW: 4 },
        { at: at(1), powerW: 5 }
      ]
      for (const [accepted, duplicates] of [
        [1, 0],
        [0, 1]
      ] as const) {
        const result = yield* send(body)
        assert.deepInclude(result, { accepted, duplicates })
        assert.deepStrictEqual(
          result.rejected.map((row) => [
            row.index,
            row.reason,
            row.message.endsWith("it is kept in quarantine")
          ]),
          [
            [0, "conflict", true],
            [1, "future", true],
            [2, "expired", true]
          ]
        )
      }
      const kept = yield* QuarantineStore.use((store) => store.list(tenantId, { limit: 10, waiting: true }))
      assert.deepStrictEqual(
        kept.map(({ reading, reason, receivedAt }) => [reason, reading.deviceId, reading.powerW, receivedAt]),
        [
          ["expired", meter, 4, now],
          ["conflict", meter, 2, now],
          ["future", meter, 3, now]
        ]
      )
      assert.deepStrictEqual(
        news.map((one) => one.readings.map((reading) => reading.powerW)),
        [[1], [5]]
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("stores what was corrected before it came, and lets the correction stand", () =>
    Effect.gen(function* () {
      yield* seed
      const reading = { at: now, channel: mainChannel, powerW: 7 }
      yield* Corrections.use((corrections) =>
        corrections.correct(principal(), meter, { reason: "by hand", readings: [reading], strikeOut: [] })
      )
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      assert.deepInclude(yield* send({ at: at(0), powerW: 1 }), { accepted: 1, rejected: [] })
      assert.deepStrictEqual(news, [])
      const [latest] = yield* ReadingStore.use((store) => store.latest(tenantId, [meter]))
      assert.strictEqual(latest?.powerW, 7)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("publishes what was accepted, and only that", () =>
    Effect.gen(function* () {
      yield* seed
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      yield* send([{ at: at(0), powerW: 1 }])
      yield* send([
        { at: at(0), powerW: 1 },
        { at: at(1), powerW: 2 }
      ])
      yield* send([{ at: at(1), powerW: 2 }])
      assert.deepStrictEqual(
        news.map((one) => one.readings.map((reading) => reading.powerW)),
        [[1], [2]]
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("answers what a credential may not see as not there, and what it may not do as forbidden", () =>
    Effect.gen(function* () {
      yield* seed
      const reading = { at: at(0), powerW: 1 }
      const tag = (as: ReturnType<typeof principal>, to = meter) =>
        send(reading, as, to).pipe(
          Effect.flip,
          Effect.map((error) => error._tag)
        )
      assert.strictEqual(yield* tag(principal({ scopes: ["read", "manage"] })), "Forbidden")
      assert.strictEqual(yield* tag(principal({ tenantId: TenantId.make("t2") })), "NotFound")
      assert.strictEqual(yield* tag(principal({ deviceId: DeviceId.make("another") })), "NotFound")
      assert.strictEqual(yield* tag(principal(), DeviceId.make("nobody")), "NotFound")
      assert.strictEqual((yield* send(reading, principal({ deviceId: meter }))).accepted, 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("acknowledges and publishes nothing when the store fails", () => {
    const down = new StorageError({ reason: "unavailable", message: "away" })
    const broken = Layer.effect(
      ReadingStore,
      Effect.map(ReadingStore, (store): ReadingStore => ({ ...store, append: () => Effect.fail(down) }))
    ).pipe(Layer.provideMerge(Memory.layer))
    return Effect.gen(function* () {
      const news: Array<StoredReadings> = []
      yield* seed
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      assert.strictEqual(yield* Effect.flip(send({ at: at(0), powerW: 1 })), down)
      assert.deepStrictEqual(news, [])
    }).pipe(Effect.scoped, Effect.provide(over(broken)))
  })
})
