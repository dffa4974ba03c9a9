import { assert, describe, it } from "@effect/vitest"
import {
  DeviceId,
  Instant,
  type Quarantined,
  ReadingBus,
  ReadingStore,
  type StoredReadings,
  Submission,
  TenantId
} from "@wattkit/core"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { layer, meter, now, principal, register, seed, tenantId } from "../house.fixture.ts"
import { Ingest } from "../Ingest.ts"
import { clockSkewOf } from "./clockSkew.ts"
import { Quarantine } from "./Quarantine.ts"
import { quarantineIdOf } from "./quarantineId.ts"

const second = 1_000
const hour = 3_600 * second
const at = (ms: number) => Instant.format(Instant.plus(now, ms))

const send = (body: unknown, device = meter) =>
  Ingest.use((ingest) => ingest.ingest(principal(), device, Submission.decode(body)))

const waiting = (deviceId = meter) =>
  Quarantine.use((quarantine) => quarantine.list(principal(), { limit: 500, deviceId, waiting: true }))

const ofDevice = { deviceId: meter }

const release = (shiftMs: number, choice: Parameters<Quarantine["Service"]["release"]>[1] = ofDevice) =>
  Quarantine.use((quarantine) => quarantine.release(principal(), choice, shiftMs))

const latest = ReadingStore.use((store) => store.latest(tenantId, [meter]))

describe("Quarantine", () => {
  it.effect("stores what is released at its right instant, publishes it once, and says who did it", () =>
    Effect.gen(function* () {
      yield* seed
      const news: Array<StoredReadings> = []
      yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
      const readings = [0, 1, 2].map((i) => ({
        at: at(hour + i * 60_000),
        since: at(hour + (i - 1) * 60_000),
        importDeltaWh: i
      }))
      yield* send(readings)
      assert.deepStrictEqual([yield* latest, news], [[], []])
      const result = yield* release(-hour - 120_000)
      assert.deepStrictEqual(result, { released: 3, waiting: [], hasMore: false })
      const [newest] = yield* latest
      assert.deepInclude(newest ?? {}, { at: now, since: now - 60_000, importDeltaWh: 2 })
      assert.deepStrictEqual(
        news.map((one) => one.readings.length),
        [3]
      )
      const all = yield* Quarantine.use((quarantine) =>
        quarantine.list(principal(), { limit: 500, waiting: false })
      )
      const settled = { at: now, by: "k1", as: "released", shiftedMs: -hour - 120_000 } as const
      assert.deepStrictEqual(
        all.map((one) => one.settled),
        [settled, settled, settled]
      )
      yield* release(-hour - 120_000)
      assert.strictEqual(news.length, 1)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("leaves waiting what still cannot be stored, and says why", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send({ at: at(0), powerW: 1 })
      yield* send([
        { at: at(hour), powerW: 2 },
        { at: at(2 * hour), powerW: 3 },
        { at: at(3 * hour), channel: "l1", powerW: 4 }
      ])
      const reasons = ({ waiting: left }: { readonly waiting: ReadonlyArray<{ readonly reason: string }> }) =>
        left.map(({ reason }) => reason)
      const first = yield* release(-hour)
      assert.deepStrictEqual(reasons(first), ["conflict", "future", "future"])
      assert.strictEqual((yield* waiting()).length, 3)
      const second = yield* release(-3 * hour)
      assert.deepStrictEqual([second.released, reasons(second)], [3, []])
      assert.deepStrictEqual(yield* waiting(), [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("can be asked again after the process ended between storing and settling", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send({ at: at(hour), powerW: 2 })
      yield* ReadingStore.use((store) =>
        Effect.flatMap(waiting(), ([one]) =>
          store.append(tenantId, one === undefined ? [] : [{ ...one.reading, at: now }])
        )
      )
      assert.strictEqual((yield* release(-hour)).released, 1)
      assert.deepStrictEqual(yield* waiting(), [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("reaches no reading of another tenant or device", () =>
    Effect.gen(function* () {
      yield* seed
      const other = DeviceId.make("other")
      yield* register(other)
      yield* send({ at: at(hour), powerW: 1 })
      yield* send({ at: at(hour), powerW: 1 }, other)
      const ids = (yield* waiting()).map(({ id }) => id)
      const drop = (as: ReturnType<typeof principal>) =>
        Quarantine.use((quarantine) => quarantine.drop(as, { ids }))
      assert.strictEqual((yield* drop(principal({ tenantId: TenantId.make("t2") }))).dropped, 0)
      assert.strictEqual((yield* drop(principal({ deviceId: other }))).dropped, 0)
      const forbidden = yield* Effect.flip(drop(principal({ scopes: ["read", "ingest", "manage"] })))
      assert.strictEqual(forbidden._tag, "Forbidden")
      assert.strictEqual((yield* drop(principal())).dropped, 1)
      assert.strictEqual((yield* waiting(other)).length, 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("says that a clock is ahead after ten messages that agree within two seconds", () =>
    Effect.gen(function* () {
      yield* seed
      const clock = Quarantine.use((quarantine) => quarantine.clock(principal(), meter))
      // Berlin is two hours ahead of UTC in June.
      for (let i = 0; i < 10; i++) {
        yield* TestClock.adjust(60 * second)
        yield* send({ at: at((i + 1) * 60 * second + 2 * hour + (i % 3) * second - second), powerW: i })
        if (i === 8) assert.deepStrictEqual(yield* clock, { skewMs: null, messages: 9, hint: null })
      }
      assert.deepStrictEqual(yield* clock, { skewMs: 2 * hour, messages: 10, hint: "local_time_as_utc" })
      yield* TestClock.adjust(60 * second)
      yield* send({ at: at(11 * 60 * second + 3 * hour), powerW: 1 })
      assert.strictEqual((yield* clock).skewMs, null)
    }).pipe(Effect.provide(layer))
  )
})

describe("clockSkewOf", () => {
  const message = (index: number, aheadMs: number, reason: Quarantined["reason"] = "future"): Quarantined => {
    const receivedAt = Instant.plus(now, index * 60 * second)
    const reading = { deviceId: meter, channel: "main", at: Instant.plus(receivedAt, aheadMs), powerW: 1 }
    return { id: `q${index}`, tenantId, reason, receivedAt, settled: null, reading: reading as never }
  }
  const many = (of: (index: number) => number) => Array.from({ length: 10 }, (_, i) => message(i, of(i)))

  it("takes the newest reading of each message, and readings that came for other reasons not at all", () => {
    const older = Array.from({ length: 10 }, (_, i) => message(i, -hour))
    const conflicts = Array.from({ length: 10 }, (_, i) => message(100 + i, 0, "conflict"))
    const found = clockSkewOf([...many(() => hour), ...older, ...conflicts])
    assert.deepStrictEqual(found, { skewMs: hour, messages: 10 })
  })

  it("is as exact as seconds, and as quarter hours where a zone is the reason", () => {
    assert.strictEqual(clockSkewOf(many((i) => 400_300 + i)).skewMs, 400_000)
    assert.strictEqual(clockSkewOf(many((i) => 5.5 * hour - 1_400 + i)).skewMs, 5.5 * hour)
    assert.strictEqual(clockSkewOf(many((i) => hour + i * 500)).skewMs, null)
  })
})

describe("quarantineIdOf", () => {
  const reading = { deviceId: meter, channel: "main", at: now, powerW: 1, extra: { b: 1, a: 2 } } as never

  it("is the same for the same, and another for whatever differs", async () => {
    const id = await quarantineIdOf(tenantId, reading, "future")
    assert.match(id, /^q_[0-9a-z]{26}$/)
    const same = { ...(reading as object), extra: { a: 2, b: 1 } } as never
    assert.strictEqual(await quarantineIdOf(tenantId, same, "future"), id)
    const others = [
      quarantineIdOf(TenantId.make("t2"), reading, "future"),
      quarantineIdOf(tenantId, reading, "conflict"),
      ...[{ powerW: 2 }, { channel: "l1" }, { deviceId: "x" }, { since: now - 1 }, { extra: {} }].map(
        (over) => quarantineIdOf(tenantId, { ...(reading as object), ...over } as never, "future")
      )
    ]
    assert.strictEqual(new Set([id, ...(await Promise.all(others))]).size, others.length + 1)
  })

  it("sorts by the instant a reading claims", async () => {
    const later = { ...(reading as object), at: now + 1 } as never
    assert.isBelow(
      0,
      (await quarantineIdOf(tenantId, later, "future")).localeCompare(
        await quarantineIdOf(tenantId, reading, "future")
      )
    )
  })
})
