import { assert, describe, it } from "@effect/vitest"
import { DeviceId, SessionId, UserId } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { houseId, layer, now, principal, seed } from "../../house.fixture.ts"
import { Registry } from "../Registry.ts"
import { registrationLimit } from "./registrations.ts"

const person = (id = "ada") =>
  principal({ by: { kind: "user", id: UserId.make(id), sessionId: SessionId.make("s") } })

let made = 0

const registerAs = (who = person(), id = `d${made++}`) =>
  Registry.use((registry) =>
    registry.registerDevice(who, houseId, {
      id: DeviceId.make(id),
      name: "D",
      role: "load",
      kind: "plug",
      parentId: null
    })
  )

const times = (count: number, who = person()) =>
  Effect.forEach(Array.from({ length: count }), () => Effect.exit(registerAs(who)), {
    concurrency: "unbounded"
  }).pipe(Effect.map((exits) => exits.filter(({ _tag }) => _tag === "Success").length))

const withLimit = (perHour: number) =>
  layer.pipe(Layer.provide(Layer.succeed(registrationLimit, { perHour })))

describe("how many devices are registered in an hour", () => {
  it.effect("by the persons of a tenant together: ten, also at the same time", () =>
    Effect.gen(function* () {
      yield* seed
      assert.strictEqual(yield* times(15), 10)
      const refused = yield* Effect.flip(registerAs(person("bob")))
      assert.deepInclude(refused, { _tag: "Throttled", retryAfterMs: 3_600_000 })
      yield* TestClock.setTime(now + 3_600_000)
      assert.strictEqual(yield* times(15), 10)
    }).pipe(Effect.provide(layer))
  )

  it.effect("by programs: as many as they like", () =>
    Effect.gen(function* () {
      yield* seed
      assert.strictEqual(yield* times(30, principal()), 30)
      assert.strictEqual(yield* times(10), 10)
    }).pipe(Effect.provide(layer))
  )

  it.effect("counts only those that were registered, and as many as the setting says", () =>
    Effect.gen(function* () {
      yield* seed
      for (let i = 0; i < 5; i++) {
        const refused = yield* Effect.flip(registerAs(person(), "meter"))
        assert.strictEqual(refused._tag, "AlreadyExists")
      }
      assert.strictEqual(yield* times(5), 3)
    }).pipe(Effect.provide(withLimit(3)))
  )
})
