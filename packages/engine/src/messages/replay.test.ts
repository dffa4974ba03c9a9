import { type ChannelName, DeviceId, Instant, Memory, ReadingStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { meter, now, over, principal, register, seed, tenantId } from "../house.fixture.ts"
import { formats, messageOf } from "./formats.fixture.ts"
import { Formats } from "./Formats.ts"
import { Messages } from "./Messages.ts"

const plug = DeviceId.make("plug")
const bindings = [
  { format: "plain", subject: "a", deviceId: meter, channel: "main" },
  { format: "plain", subject: "b", deviceId: meter, channel: "b" },
  { format: "plain", subject: "c", deviceId: plug, channel: "main" },
  { format: "partial", subject: "washer", deviceId: plug, channel: "w" }
].map((binding) => ({ ...binding, channel: binding.channel as ChannelName }))

interface Sent {
  readonly topic: string
  readonly body: unknown
  /** How long after the message before. */
  readonly laterMs: number
}

const power = fc.integer({ min: -5, max: 5 })
const laterMs = fc.integer({ min: 0, max: 2 })
const instant = fc.option(
  fc.integer({ min: 0, max: 5 }).map((second) => Instant.format(Instant.plus(now, -second * 1000))),
  { nil: undefined }
)
const said = fc.record({
  at: instant,
  channel: fc.constantFrom("main", "l2"),
  quantities: fc.record({ powerW: power })
})
const plain: fc.Arbitrary<Sent> = fc.record({
  topic: fc.constantFrom("plain/a", "plain/b", "plain/c"),
  body: fc.record({ says: fc.array(said, { maxLength: 3 }) }),
  laterMs
})
const partial: fc.Arbitrary<Sent> = fc.record({
  topic: fc.constant("partial/x"),
  body: fc.record({ powerW: power, voltageV: fc.integer({ min: 220, max: 230 }) }, { requiredKeys: [] }),
  laterMs
})
const journeys = fc.array(fc.oneof(plain, partial), { maxLength: 25 })

const stored = Effect.forEach(
  [meter, plug].flatMap((deviceId) =>
    ["main", "b", "w", "l2", "b.l2"].map((channel) => ({ deviceId, channel: channel as ChannelName }))
  ),
  (of) => {
    const within = { start: Instant.plus(now, -1e6), end: Instant.plus(now, 1e6) }
    return ReadingStore.use((store) => store.page(tenantId, { ...of, within, limit: 1000 }))
  }
)

const bindAll = Effect.forEach(bindings, (binding) =>
  Messages.use((messages) => messages.bind(principal(), binding))
)

const sendAll = (journey: ReadonlyArray<Sent>) => {
  let receivedAt: Instant.Instant = now
  return Messages.use((messages) =>
    Effect.forEach(
      [{ topic: "partial/describe/x", body: { name: "washer" }, laterMs: 0 }, ...journey],
      ({ body, laterMs, topic }) => {
        receivedAt = Instant.plus(receivedAt, laterMs)
        return messages.receive(principal(), messageOf(topic, body, receivedAt))
      }
    )
  )
}

const replayAll = Messages.use((messages) => messages.replay(principal(), {}))

const inNewHouse = <A, E>(what: Effect.Effect<A, E, Layer.Success<ReturnType<typeof over>>>): Promise<A> =>
  Effect.runPromise(
    Effect.andThen(Effect.andThen(seed, register("plug")), what).pipe(
      Effect.provide(over(Memory.layer).pipe(Layer.provide(Layer.succeed(Formats, formats)))),
      Effect.provide(TestClock.layer()),
      Effect.orDie
    )
  )

describe("a replay after binding", () => {
  it("stores what would have been stored, had the binding been there before", async () => {
    await fc.assert(
      fc.asyncProperty(journeys, async (journey) => {
        const before = await inNewHouse(Effect.andThen(Effect.andThen(bindAll, sendAll(journey)), stored))
        const [replayed, after, again] = await inNewHouse(
          Effect.gen(function* () {
            yield* sendAll(journey)
            yield* bindAll
            const first = yield* replayAll
            return [first, yield* stored, yield* replayAll] as const
          })
        )
        assert.deepStrictEqual(after, before)
        assert.deepStrictEqual(replayed.waiting, [])
        assert.strictEqual(again.replayed, 0)
      }),
      { numRuns: 60 }
    )
  }, 30_000)
})
