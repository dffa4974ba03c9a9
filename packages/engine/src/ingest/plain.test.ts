import { assert, describe, it } from "@effect/vitest"
import {
  DeviceId,
  Instant,
  QuarantineStore,
  ReadingBus,
  type StoredReadings,
  Submission
} from "@wattkit/core"
import { Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { layer, meter, now, principal, register, seed, tenantId } from "../house.fixture.ts"
import { Ingest } from "../Ingest.ts"

const other = DeviceId.make("other")
const second = 1000

const rarely = <A>(usual: fc.Arbitrary<A>, ...unusual: ReadonlyArray<A>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...unusual) })

/** What is sent: mostly sound rows, so few that they often repeat each other. */
const row = fc.record({
  at: rarely(fc.constantFrom(0, 1, 2, 3), 3600, -900_000_000).map((s) =>
    Instant.format(Instant.plus(now, s * second))
  ),
  powerW: rarely<unknown>(fc.constantFrom(1, 2), "3")
})

const step = fc.record({
  device: rarely(fc.constantFrom(meter, other), DeviceId.make("nobody")),
  body: fc.array(row, { minLength: 0, maxLength: 2 }),
  scopes: rarely<ReadonlyArray<"ingest" | "read">>(fc.constant(["ingest"]), ["read"]),
  own: rarely<DeviceId | null>(fc.constant(null), meter)
})
type Step = typeof step extends fc.Arbitrary<infer A> ? A : never

/** Sends what the plain way takes by it, or everything by the usual one; what came of it and is kept. */
const play = (steps: ReadonlyArray<Step>, isPlain: boolean) =>
  Effect.gen(function* () {
    yield* seed
    yield* register(other)
    const { ingest, ingestPlain } = yield* Ingest
    const news: Array<StoredReadings> = []
    yield* ReadingBus.use((bus) => bus.listen(tenantId, (one) => news.push(one)))
    const told: Array<unknown> = []
    let plain = 0
    for (const { body, device, own, scopes } of steps) {
      const as = principal({ scopes, deviceId: own })
      const submission = Submission.decode(body)
      const usual = Effect.exit(ingest(as, device, submission))
      const exit = isPlain
        ? yield* Effect.callback<Effect.Success<typeof usual>>((resume) => {
            const isTaken = ingestPlain(as, device, submission, (settled) => resume(Effect.succeed(settled)))
            if (isTaken) plain++
            else resume(usual)
          })
        : yield* usual
      told.push(Exit.isSuccess(exit) ? exit.value : JSON.stringify(exit.cause))
    }
    // News of one commit are told together, a moment after it.
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    const quarantine = yield* QuarantineStore
    const kept = (yield* quarantine.list(tenantId, { limit: 100, waiting: true })).map(({ id }) => id)
    const shown = news.flatMap(({ readings }) => readings.map((one) => `${one.deviceId} ${one.at}`))
    return { told, kept, shown, plain }
  }).pipe(Effect.scoped, Effect.provide(layer), Effect.provide(TestClock.layer()))

describe("the plain way in", () => {
  it.effect("does what the usual one does, whatever is sent, or nothing at all", () =>
    Effect.promise(async () => {
      let plain = 0
      const same = async (steps: ReadonlyArray<Step>) => {
        const [quick, usual] = [
          await Effect.runPromise(play(steps, true)),
          await Effect.runPromise(play(steps, false))
        ]
        plain += quick.plain
        assert.deepStrictEqual({ ...quick, plain: 0 }, usual)
      }
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), same), {
        numRuns: 150
      })
      assert.isAbove(plain, 30)
    })
  )
})
