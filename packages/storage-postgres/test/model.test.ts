import { assert, it } from "@effect/vitest"
import {
  compare,
  insist,
  makeSequence,
  play,
  type SequenceOptions,
  type Subject
} from "@wattkit/testkit/model"
import { Effect } from "effect"
import * as PostgresSubject from "./PostgresSubject.ts"
import * as TestServer from "./TestServer.ts"

/**
 * Random sequences of everything that can be done to readings, through the database and a model at once.
 *
 * `WATTKIT_TEST_SEQUENCES` says how many (300 when it is left out), `WATTKIT_TEST_SEED` with which seed they
 * begin: a sequence that fails names its seed, and `WATTKIT_TEST_SEED=<seed> WATTKIT_TEST_SEQUENCES=1` plays
 * it again.
 */
const sequences = Number(process.env["WATTKIT_TEST_SEQUENCES"] ?? 300)
const firstSeed = Number(process.env["WATTKIT_TEST_SEED"] ?? 1)
const operations = 200

const differencesOf = Effect.fnUntraced(function* (
  subject: Subject,
  options: Omit<SequenceOptions, "operations" | "prefix">
) {
  const sequence = makeSequence({ ...options, operations, prefix: `s${options.seed}` })
  const { differences, model } = yield* play(subject, sequence)
  const { value } = yield* insist(subject, compare(sequence, model))
  return [...differences, ...value].map((difference) => `seed ${options.seed}: ${difference}`)
})

/** So many sequences are played at the same time. */
const players = 4

/** What is found by players who share the seeds between them, each with stores of its own. */
const played = Effect.fnUntraced(function* (
  grounds: ReadonlyArray<PostgresSubject.Ground>,
  count: number,
  optionsOf: (seed: number) => Omit<SequenceOptions, "operations" | "prefix">
) {
  const seeds = Array.from({ length: count }, (_, i) => firstSeed + i)
  const playing = Array.from({ length: players }, (_, player) =>
    Effect.gen(function* () {
      const subject = yield* PostgresSubject.make(grounds[player % grounds.length]!)
      const own = seeds.filter((seed) => seed % players === player)
      return (yield* Effect.forEach(own, (seed) => differencesOf(subject, optionsOf(seed)))).flat()
    })
  )
  return (yield* Effect.all(playing, { concurrency: players })).flat()
})

it.live(
  "any sequence leaves what the model says",
  () =>
    Effect.gen(function* () {
      const server = yield* TestServer.make()
      // Sequences begin on one of four days by their seed, so each database has partitions for few days, and
      // each statement few of them to consider.
      const grounds = yield* Effect.all(Array.from({ length: players }, () => PostgresSubject.ground(server)))
      const differences = yield* played(grounds, sequences, (seed) => ({ seed, long: seed % 150 === 7 }))
      assert.deepStrictEqual(differences.slice(0, 20), [])
    }),
  36_000_000
)

it.live(
  "any sequence leaves what the model says, however often all of the database is killed",
  () =>
    Effect.gen(function* () {
      const ground = yield* PostgresSubject.ground(yield* TestServer.make())
      const count = Math.ceil(sequences / 75)
      const differences = yield* played([ground], count, (seed) => ({ seed, kills: true }))
      assert.deepStrictEqual(differences.slice(0, 20), [])
    }),
  36_000_000
)
