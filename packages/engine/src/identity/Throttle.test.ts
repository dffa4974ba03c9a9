import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { Throttle, usualThrottle } from "./Throttle.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ada = "ada@example.org"

/** Tries secrets for somebody; it tells which attempts were looked at. */
const attempts = Effect.gen(function* () {
  const throttle = yield* Throttle
  const looked: Array<{ readonly at: number; readonly ip: string }> = []
  const attempt = (ip: string, secret: string, address = ada) =>
    throttle.guard(
      { address, ip },
      Effect.gen(function* () {
        looked.push({ at: yield* Effect.clockWith((clock) => clock.currentTimeMillis), ip })
        yield* Effect.yieldNow
        return secret === "right"
      }),
      (isRight) => isRight
    )
  const result = (ip: string, secret: string, address?: string) =>
    Effect.map(
      Effect.result(attempt(ip, secret, address)),
      Result.match({ onFailure: ({ retryAfterMs }) => retryAfterMs, onSuccess: (isRight) => isRight })
    )
  return { attempt, looked, result, throttle }
})

const ipOf = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`

/** The most that were looked at within any hour. */
const mostInAnHour = (looked: ReadonlyArray<{ readonly at: number }>) =>
  Math.max(
    0,
    ...looked.map(({ at }) => looked.filter((other) => other.at >= at && other.at < at + HOUR).length)
  )

const fresh = Layer.fresh(Throttle.layer)

describe("Throttle", () => {
  it.effect(
    "looks at five wrong secrets in a quarter of an hour, and at none beyond, not even a right one",
    () =>
      Effect.gen(function* () {
        const { looked, result } = yield* attempts
        for (let i = 0; i < 5; i++) {
          assert.isFalse(yield* result("192.0.2.1", "wrong"))
          yield* TestClock.adjust(MINUTE)
        }
        assert.strictEqual(yield* result("192.0.2.1", "right"), 10 * MINUTE)
        assert.lengthOf(looked, 5)
        yield* TestClock.adjust(10 * MINUTE - 1)
        assert.strictEqual(yield* result("192.0.2.1", "right"), 1)
        yield* TestClock.adjust(1)
        assert.isTrue(yield* result("192.0.2.1", "right"))
      }).pipe(Effect.provide(fresh))
  )

  it.effect("lets the person in from elsewhere meanwhile, and forgets their failures when they are in", () =>
    Effect.gen(function* () {
      const { result } = yield* attempts
      for (let i = 0; i < 20; i++) yield* result("192.0.2.1", "wrong")
      assert.isNumber(yield* result("192.0.2.1", "right"))
      assert.isTrue(yield* result("192.0.2.2", "right"))
      assert.isTrue(yield* result("192.0.2.1", "right", "bob@example.org"))
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 4; i++) assert.isFalse(yield* result("192.0.2.2", "wrong"))
        assert.isTrue(yield* result("192.0.2.2", "right"))
      }
    }).pipe(Effect.provide(fresh))
  )

  it.effect(
    "looks at a hundred of 10,000 guesses in an hour at most; the person gets in from a new network",
    () =>
      Effect.gen(function* () {
        const { looked, result } = yield* attempts
        for (let i = 0; i < 10_000; i++) {
          yield* result(ipOf(i % 5), "wrong")
          yield* TestClock.adjust(HOUR / 5_000)
          if (i % 1_000 === 999)
            assert.isTrue(yield* result(`198.51.100.${i / 1_000}`, "right"), `after ${i}`)
        }
        const guesses = looked.filter(({ ip }) => ip.startsWith("10."))
        assert.isAtMost(mostInAnHour(guesses), 100)
        assert.isAtLeast(guesses.length, 80)
      }).pipe(Effect.provide(fresh))
  )

  it.effect("keeps to it when 10,000 networks guess; the person gets in from where they were before", () =>
    Effect.gen(function* () {
      const { looked, result } = yield* attempts
      assert.isTrue(yield* result("2001:db8:0:1::5", "right"))
      for (let i = 0; i < 10_000; i++) {
        yield* result(ipOf(i), "wrong")
        // One of them sits where the person does, and uses up all that this place has.
        if (i % 100 === 0 && i < 9_000) yield* result("2001:db8:0:1::bad", "wrong")
        yield* TestClock.adjust(HOUR / 4_000)
      }
      assert.isAtMost(mostInAnHour(looked), 100)
      assert.isTrue(yield* result("2001:db8:0:1::5", "right"))
    }).pipe(Effect.provide(fresh))
  )

  it.effect("is not got around by many at once, nor by one who does not wait for the answer", () =>
    Effect.gen(function* () {
      const { attempt, looked, result } = yield* attempts
      const all = Array.from({ length: 1_000 }, () => result("192.0.2.1", "wrong"))
      yield* Effect.all(all, { concurrency: "unbounded" })
      assert.lengthOf(looked, 5)
      for (let i = 0; i < 10; i++)
        yield* Fiber.interrupt(
          yield* Effect.forkChild(attempt("192.0.2.9", "wrong"), { startImmediately: true })
        )
      assert.lengthOf(looked, 10)
    }).pipe(Effect.provide(fresh))
  )

  it.effect("does not count what could not be looked at", () =>
    Effect.gen(function* () {
      const { result, throttle } = yield* attempts
      const caller = { address: ada, ip: "192.0.2.1" }
      for (let i = 0; i < 500; i++)
        assert.strictEqual(
          yield* Effect.flip(throttle.guard(caller, Effect.fail("busy"), () => true)),
          "busy"
        )
      assert.isTrue(yield* result("192.0.2.1", "right"))
    }).pipe(Effect.provide(fresh))
  )

  it.effect("slows one who tries the same secret with everybody, and nobody who was there before", () =>
    Effect.gen(function* () {
      const { looked, result } = yield* attempts
      assert.isTrue(yield* result("192.0.2.1", "right"))
      for (let i = 0; i < 1_000; i++) yield* result("192.0.2.1", "wrong", `person${i}@example.org`)
      assert.lengthOf(looked, 101)
      assert.isTrue(yield* result("192.0.2.1", "right"))
    }).pipe(Effect.provide(fresh))
  )

  it.effect("sends an address three mails in an hour", () =>
    Effect.gen(function* () {
      const { throttle } = yield* attempts
      for (let i = 0; i < 3; i++) yield* throttle.mail(ada)
      const refused = yield* Effect.flip(throttle.mail(ada))
      assert.strictEqual(refused.retryAfterMs, HOUR)
      assert.strictEqual(refused.message, "too many attempts; try again in 3600 s")
      yield* throttle.mail("bob@example.org")
      yield* TestClock.adjust(HOUR)
      yield* throttle.mail(ada)
    }).pipe(Effect.provide(fresh))
  )

  it.effect("keeps to limits of one's own", () =>
    Effect.gen(function* () {
      const { result } = yield* attempts
      assert.isFalse(yield* result("192.0.2.1", "wrong"))
      assert.strictEqual(yield* result("192.0.2.1", "right"), 1_000)
    }).pipe(Effect.provide(Throttle.layerWith({ ...usualThrottle, pair: { most: 1, withinMs: 1_000 } })))
  )
})
