import { assert, it } from "@effect/vitest"
import { type DeviceReading, mainChannel, ReadingStore, StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Schedule, Stream } from "effect"
import { always, household, reading } from "./household.ts"
import * as TestServer from "./TestServer.ts"

it.live(
  "every acknowledged reading is there after the server was killed, and the stores go on by themselves",
  () =>
    Effect.gen(function* () {
      const server = yield* TestServer.make()
      const options = yield* TestServer.freshDatabase(server)
      yield* Effect.gen(function* () {
        const { tenantId, deviceIds } = yield* household(4)
        const store = yield* ReadingStore
        const acknowledged = new Set<DeviceReading>()
        let next = 0
        const send = (size: number) =>
          Effect.suspend(() => {
            const batch = Array.from({ length: size }, () => reading(deviceIds[next % 4]!, next++))
            return Effect.map(store.append(tenantId, batch), (outcomes) => {
              assert.deepStrictEqual(new Set(outcomes), new Set(["accepted"]))
              for (const one of batch) acknowledged.add(one)
            })
          })
        const sending = (size: number) =>
          Effect.map(Effect.flip(Effect.forever(send(size))), (error) =>
            assert.isTrue(error instanceof StorageError && error.reason === "unavailable", String(error))
          )
        for (let round = 0; round < 3; round++) {
          const killing = killAfter(server, () => acknowledged.size, 5000)
          // Small batches are stored by a statement, large ones are copied.
          yield* Effect.all([sending(50), sending(1500), killing], { concurrency: 3 })
          assert.instanceOf(yield* Effect.flip(PostgresStorage.ping), StorageError)
          yield* Effect.promise(server.start)
          yield* Effect.retry(
            PostgresStorage.ping,
            Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 100 }))
          )
        }
        yield* send(50)
        for (const deviceId of deviceIds) {
          const query = { deviceId, channel: mainChannel, within: always }
          const stored = yield* Stream.runCollect(store.scan(tenantId, query))
          const instants = new Set([...stored].map(({ at }) => at))
          const lost = [...acknowledged].filter((one) => one.deviceId === deviceId && !instants.has(one.at))
          assert.deepStrictEqual(lost, [])
          const [latest] = yield* store.latest(tenantId, [deviceId])
          assert.strictEqual(latest?.at, [...stored].at(-1)?.at)
        }
        assert.isAtLeast(acknowledged.size, 15_000)
      }).pipe(Effect.provide(PostgresStorage.layerOptions(options)))
    }),
  60_000
)

/** Kills the server once so many more readings are acknowledged, in the middle of the appends that follow. */
const killAfter = (server: TestServer.TestServer, count: () => number, more: number) =>
  Effect.suspend(() => {
    const enough = count() + more
    return Effect.repeat(
      Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve))),
      { until: () => count() >= enough }
    ).pipe(Effect.andThen(Effect.promise(server.kill)))
  })
