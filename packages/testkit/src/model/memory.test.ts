import { assert, it } from "@effect/vitest"
import { Memory } from "@wattkit/core"
import { Effect, Layer, ManagedRuntime } from "effect"
import { compare, makeSequence, play, type Subject } from "./index.ts"

const SEQUENCES = Number(process.env["WATTKIT_TEST_SEQUENCES"] ?? 60)

it.live(
  "the stores in memory equal the model after any sequence",
  () =>
    Effect.gen(function* () {
      const runtime = ManagedRuntime.make(Layer.fresh(Memory.layer))
      const context = yield* runtime.contextEffect
      const subject: Subject = {
        run: (effect) => Effect.provideContext(effect, context as never),
        reopen: Effect.void,
        kill: Effect.void
      }
      for (let seed = 1; seed <= SEQUENCES; seed++) {
        const sequence = makeSequence({ seed, operations: 200, prefix: `s${seed}`, long: seed % 50 === 7 })
        const { differences, model } = yield* play(subject, sequence)
        assert.deepStrictEqual(differences, [])
        assert.deepStrictEqual(yield* subject.run(compare(sequence, model)), [], `seed ${seed}`)
      }
    }),
  300_000
)
