import { assert, describe, it } from "@effect/vitest"
import {
  DeviceId,
  type LiveFilter,
  LocationId,
  type Principal,
  Submission,
  TenantId,
  Instant
} from "@wattkit/core"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { layer, houseId, meter, now, principal, register, seed } from "./house.fixture.ts"
import { Ingest } from "./Ingest.ts"
import { Live } from "./Live.ts"

const send = (device: DeviceId, seconds: number, powerW: number) =>
  Ingest.use((ingest) =>
    ingest.ingest(
      principal(),
      device,
      Submission.decode({ at: Instant.format(Instant.plus(now, seconds * 1000)), powerW })
    )
  )

const watch = (filter: LiveFilter, as: Principal = principal()) =>
  Stream.unwrap(Live.useSync((live) => live.updates(as, filter)))

/** Takes the state and then one update, sending news only once the state has been seen. */
const stateThenNews = (filter: LiveFilter, news: Effect.Effect<unknown, unknown, Ingest>) =>
  Effect.gen(function* () {
    const seen = yield* Deferred.make<void>()
    const fiber = yield* watch(filter).pipe(
      Stream.tap(() => Deferred.succeed(seen, undefined)),
      Stream.take(2),
      Stream.runCollect,
      Effect.forkChild
    )
    yield* Deferred.await(seen)
    yield* news
    yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

describe("Live", () => {
  it.effect("shows the state first and then the news, in a rising sequence", () =>
    Effect.gen(function* () {
      yield* seed
      yield* send(meter, 0, 100)
      const updates = yield* stateThenNews({}, send(meter, 1, 200))
      assert.deepStrictEqual(
        updates.map((update) => [update.locationId, update.readings.map((one) => one.powerW)]),
        [
          [houseId, [100]],
          [houseId, [200]]
        ]
      )
      assert.isBelow(updates[0]!.sequence, updates[1]!.sequence)
    }).pipe(Effect.provide(layer))
  )

  it.effect("shows only the devices it was asked for", () =>
    Effect.gen(function* () {
      yield* seed
      yield* register("plug")
      const plug = DeviceId.make("plug")
      yield* send(plug, 0, 1)
      const updates = yield* stateThenNews(
        { deviceIds: [plug] },
        Effect.andThen(send(meter, 1, 500), send(plug, 1, 2))
      )
      assert.deepStrictEqual(
        updates.map((update) => update.readings.map((one) => one.powerW)),
        [[1], [2]]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("shows nothing of what the one who asks cannot see", () =>
    Effect.gen(function* () {
      yield* seed
      const tag = (filter: LiveFilter, as: Principal) =>
        watch(filter, as).pipe(
          Stream.runDrain,
          Effect.flip,
          Effect.map((error) => error._tag)
        )
      const stranger = principal({ tenantId: TenantId.make("t2") })
      assert.strictEqual(yield* tag({ locationIds: [houseId] }, stranger), "NotFound")
      assert.strictEqual(yield* tag({ deviceIds: [meter] }, stranger), "NotFound")
      assert.strictEqual(yield* tag({ locationIds: [LocationId.make("nowhere")] }, principal()), "NotFound")
      assert.strictEqual(
        yield* tag({ deviceIds: [meter] }, principal({ deviceId: DeviceId.make("x") })),
        "NotFound"
      )
      assert.strictEqual(yield* tag({}, principal({ scopes: ["ingest"] })), "Forbidden")
    }).pipe(Effect.provide(layer))
  )
})
