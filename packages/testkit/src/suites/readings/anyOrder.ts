import { assert } from "@effect/vitest"
import { type Correction, DeviceId, type DeviceReading, ReadingStore } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { addDevices } from "../registered.ts"
import { correction, versionsOf } from "./corrections.ts"
import {
  append,
  assertLatest,
  assertStored,
  each,
  type Needs,
  reading,
  type ReadingCheck
} from "./support.ts"

const placeholder = DeviceId.make("a")

/** One thing that arrives. */
type Arriving = { readonly said: DeviceReading } | { readonly made: Correction }

const secondsOf = (one: Arriving): number => ("said" in one ? one.said.at : one.made.at)

/** What may be said and corrected of three instants: no two readings or corrections contradict each other. */
const everything: ReadonlyArray<Arriving> = [1, 2, 3].flatMap((seconds): ReadonlyArray<Arriving> => [
  { said: reading(placeholder, seconds, { powerW: seconds, importWh: 1000 * seconds }) },
  { made: correction(placeholder, seconds, 10, { powerW: 10 + seconds }) },
  { made: correction(placeholder, seconds, 11, null) },
  { made: correction(placeholder, seconds, 12, { powerW: 12 + seconds, extra: { a: seconds } }) }
])

const arrivals = fc.subarray([...everything], { minLength: 1 }).chain((chosen) =>
  fc.record({
    chosen: fc.constant(chosen),
    order: fc
      .subarray(chosen)
      .chain((again) =>
        fc.shuffledSubarray([...chosen, ...again], { minLength: chosen.length + again.length })
      )
  })
)

type Arrivals = typeof arrivals extends fc.Arbitrary<infer A> ? A : never

const madeAt = (one: Arriving): number => ("said" in one ? Number.NEGATIVE_INFINITY : one.made.madeAt)

/** Everything of one instant, oldest version first. */
const versionsIn = (chosen: ReadonlyArray<Arriving>, at: number) =>
  chosen.filter((one) => secondsOf(one) === at).sort((a, b) => madeAt(a) - madeAt(b))

const readingOf = (one: Arriving | undefined, deviceId: DeviceId): ReadonlyArray<DeviceReading> => {
  const says = one === undefined ? null : "said" in one ? one.said : one.made.reading
  return says === null ? [] : [{ ...says, deviceId }]
}

const arrive = Effect.fnUntraced(function* ({ chosen, order }: Arrivals) {
  const { deviceIds, tenantId } = yield* addDevices(1)
  const deviceId = deviceIds[0]!
  const store = yield* ReadingStore
  for (const one of order) {
    if ("said" in one) yield* store.append(tenantId, [{ ...one.said, deviceId }])
    else yield* store.correct(tenantId, [{ ...one.made, deviceId }])
  }
  const instants = [...new Set(everything.map(secondsOf))].sort((a, b) => a - b)
  const expected = instants.flatMap((at) => readingOf(versionsIn(chosen, at).at(-1), deviceId))
  yield* assertStored(tenantId, deviceId, expected)
  yield* assertLatest(tenantId, [deviceId], expected.slice(-1))
  for (const [i, at] of instants.entries()) {
    const made = (yield* versionsOf(tenantId, deviceId, i + 1)).map(
      ([_, provenance]) => provenance?.madeAt ?? Number.NEGATIVE_INFINITY
    )
    assert.deepStrictEqual(made, versionsIn(chosen, at).map(madeAt))
  }
})

/** What holds when readings and their corrections come in any order, at once, or are given up. */
export const anyOrderChecks: ReadonlyArray<ReadingCheck> = [
  {
    name: "readings and corrections in any order, with any repeats, leave the same store",
    run: Effect.flatMap(Effect.context<Needs>(), (context) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(arrivals, (some) =>
            Effect.runPromise(Effect.provideContext(arrive(some), context))
          ),
          { numRuns: 40, seed: 20_250_615 }
        )
      )
    )
  },
  {
    name: "readings and corrections at once: each is kept once, and the correction made last counts",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(2)
      const store = yield* ReadingStore
      const seconds = Array.from({ length: 12 }, (_, i) => i + 1)
      const said = deviceIds.flatMap((deviceId) => seconds.map((second) => reading(deviceId, second)))
      const made = [20, 22, 21].map((when) =>
        deviceIds.flatMap((deviceId) =>
          seconds.map((second) => correction(deviceId, second, when, { powerW: when * second }))
        )
      )
      const tasks: ReadonlyArray<Effect.Effect<ReadonlyArray<string>, unknown>> = [
        store.append(tenantId, said),
        store.append(tenantId, [...said].reverse()),
        ...made.flatMap((some) => [
          store.correct(tenantId, some),
          store.correct(tenantId, [...some].reverse())
        ])
      ]
      const told = yield* Effect.all(tasks, { concurrency: "unbounded" })
      for (const [i, outcomes] of told.entries()) {
        const repeat = [...told[i % 2 === 0 ? i + 1 : i - 1]!].reverse()
        outcomes.forEach((outcome, j) =>
          assert.isTrue((outcome === "duplicate") !== (repeat[j] === "duplicate"), "kept twice or never")
        )
      }
      for (const deviceId of deviceIds) {
        yield* assertStored(
          tenantId,
          deviceId,
          seconds.map((second) => reading(deviceId, second, { powerW: 22 * second }))
        )
        assert.strictEqual((yield* versionsOf(tenantId, deviceId, 7)).length, 4)
      }
      yield* assertLatest(
        tenantId,
        deviceIds,
        deviceIds.map((deviceId) => reading(deviceId, 12, { powerW: 22 * 12 }))
      )
    })
  },
  {
    name: "strikes at once leave the newest reading that counts as the latest",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      const said = Array.from({ length: 10 }, (_, i) => reading(deviceId, i))
      yield* append(tenantId, said, each(10, "accepted"))
      const strikes = Array.from({ length: 9 }, (_, i) =>
        store.correct(tenantId, [correction(deviceId, i + 1, 20, null)])
      )
      yield* Effect.all(strikes, { concurrency: "unbounded" })
      yield* assertStored(tenantId, deviceId, said.slice(0, 1))
      yield* assertLatest(tenantId, [deviceId], said.slice(0, 1))
    })
  },
  {
    name: "corrections that are given up are made all or none, and can be repeated",
    run: Effect.gen(function* () {
      const { deviceIds, tenantId } = yield* addDevices(1)
      const deviceId = deviceIds[0]!
      const store = yield* ReadingStore
      for (let round = 0; round < 8; round++) {
        const made = Array.from({ length: 100 }, (_, i) =>
          correction(deviceId, round * 1000 + i, 10, { powerW: i })
        )
        const fiber = yield* Effect.forkChild(store.correct(tenantId, made), { startImmediately: true })
        for (let turn = 0; turn < round; turn++) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
        const again = yield* store.correct(tenantId, made)
        assert.strictEqual(new Set(again).size, 1, "half of the corrections were made")
        assert.include(["accepted", "duplicate"], again[0])
      }
    })
  }
]
