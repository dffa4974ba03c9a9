import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { TestClock } from "effect/testing"
import { soon } from "./soon.ts"

describe("an answer that is wanted soon", () => {
  it.effect("is the answer, when it comes", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* soon(Effect.succeed("up"), "silent"), "up")
    })
  )

  it.effect("is that there is none, also when the question cannot be taken back as soon", () =>
    Effect.gen(function* () {
      const isTakenBack = Latch.makeUnsafe(false)
      let wasTakenBack = false
      const question = Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(
          isTakenBack.await,
          Effect.sync(() => void (wasTakenBack = true))
        )
      )
      const asking = yield* Effect.forkChild(soon(question, "silent"))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* Fiber.join(asking), "silent")
      assert.isFalse(wasTakenBack)
      yield* isTakenBack.open
      yield* Effect.yieldNow
      yield* TestClock.adjust("1 second")
      assert.isTrue(wasTakenBack)
    })
  )
})
