import { assert, describe, it } from "@effect/vitest"
import { ChannelName, DeviceId, type DeviceReading, Instant, LocationId, mainChannel } from "@wattkit/core"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Coalesce } from "./Coalesce.ts"

const here = LocationId.make("here")
const there = LocationId.make("there")

const reading = (
  device: string,
  at: number,
  powerW: number,
  channel: ChannelName = mainChannel
): DeviceReading => ({
  deviceId: DeviceId.make(device),
  channel,
  at: Instant.Instant.make(at),
  powerW
})

describe("Coalesce", () => {
  it.effect("sends the first news at once and what follows at the end of the interval", () =>
    Effect.gen(function* () {
      const pending = new Coalesce(1000)
      pending.add(here, [reading("a", 1, 10)])
      const [first] = yield* pending.take
      assert.deepStrictEqual(first, { sequence: 1, locationId: here, readings: [reading("a", 1, 10)] })
      pending.add(here, [reading("a", 2, 20)])
      const waiting = yield* Effect.forkChild(pending.take)
      yield* TestClock.adjust(999)
      assert.isUndefined(waiting.pollUnsafe())
      pending.add(here, [reading("a", 3, 30), reading("b", 3, 1)])
      yield* TestClock.adjust(1)
      const [second] = yield* Fiber.join(waiting)
      assert.deepStrictEqual(second?.readings, [reading("a", 3, 30), reading("b", 3, 1)])
      assert.strictEqual(second?.sequence, 2)
    })
  )

  it.effect("does not let one location wait for another", () =>
    Effect.gen(function* () {
      const pending = new Coalesce(1000)
      pending.add(here, [reading("a", 1, 10)])
      yield* pending.take
      pending.add(here, [reading("a", 2, 20)])
      const waiting = yield* Effect.forkChild(pending.take)
      yield* TestClock.adjust(10)
      pending.add(there, [reading("c", 2, 5)])
      const updates = yield* Fiber.join(waiting)
      assert.deepStrictEqual(
        updates.map((update) => update.locationId),
        [there]
      )
    })
  )

  it.effect("holds the newest reading of each channel, however much arrives in whatever order", () =>
    Effect.gen(function* () {
      const pending = new Coalesce(1000)
      const phase = ChannelName.make("l1")
      for (const at of [5, 9, 1, 7]) pending.add(here, [reading("a", at, at), reading("a", at, -at, phase)])
      const [update] = yield* pending.take
      assert.deepStrictEqual(update?.readings, [reading("a", 9, 9), reading("a", 9, -9, phase)])
    })
  )

  it.effect("ignores news without readings", () =>
    Effect.gen(function* () {
      const pending = new Coalesce(1000)
      pending.add(here, [])
      const waiting = yield* Effect.forkChild(pending.take)
      yield* TestClock.adjust(5000)
      assert.isUndefined(waiting.pollUnsafe())
    })
  )
})
