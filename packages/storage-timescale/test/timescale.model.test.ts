import { assert, it } from "@effect/vitest"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import { compare, makeSequence, play, type Stores, type Subject } from "@wattkit/testkit/model"
import { type Context, Effect, Exit, Layer, type Redacted, Scope } from "effect"
import { compressing } from "./compressing.ts"
import * as TimescaleDatabase from "./TimescaleDatabase.ts"

/** As for the plain storage, but fewer: the statements are the same, and each step compresses everything. */
const sequences = Number(process.env["WATTKIT_TEST_SEQUENCES"] ?? 10)
const firstSeed = Number(process.env["WATTKIT_TEST_SEED"] ?? 1)

/** The stores of a database in which everything is compressed after each step; a kill is a restart. */
const subjectOf = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  let scope = yield* Scope.make()
  const stores = Layer.provideMerge(compressing, TimescaleStorage.layerOptions({ url, maxConnections: 2 }))
  const build = Effect.suspend(() => Layer.buildWithScope(Layer.fresh(stores), scope))
  let open: Context.Context<Stores> = yield* build
  yield* Effect.addFinalizer(() => Effect.suspend(() => Scope.close(scope, Exit.void)))
  const reopen = Effect.gen(function* () {
    yield* Scope.close(scope, Exit.void)
    scope = yield* Scope.make()
    open = yield* build
  }).pipe(Effect.orDie)
  return {
    run: (effect) => Effect.suspend(() => Effect.provideContext(effect, open)),
    reopen,
    kill: reopen
  } satisfies Subject
})

const differencesOf = Effect.fnUntraced(function* (seed: number) {
  const { url } = yield* TimescaleDatabase.fresh
  const subject = yield* subjectOf(url)
  const sequence = makeSequence({ seed, operations: 100, long: false, prefix: `s${seed}` })
  const { differences, model } = yield* play(subject, sequence)
  const shown = yield* subject.run(compare(sequence, model))
  return [...differences, ...shown]
}, Effect.scoped)

if (TimescaleDatabase.given === undefined) {
  it(TimescaleDatabase.notGiven, () => {
    assert.deepStrictEqual(makeSequence({ seed: 1, operations: 3, prefix: "s" }).operations.length, 3)
  })
} else {
  it.live(
    "any sequence leaves what the model says, while everything is compressed",
    () =>
      Effect.forEach(
        Array.from({ length: sequences }, (_, i) => firstSeed + i),
        (seed) => Effect.map(differencesOf(seed), (all) => assert.deepStrictEqual(all.slice(0, 5), [])),
        { discard: true }
      ),
    3_600_000
  )
}
