import { assert, layer } from "@effect/vitest"
import {
  DeviceId,
  type Instant,
  LocationId,
  mainChannel,
  ReadingBus,
  type StoredReadings,
  TenantId
} from "@wattkit/core"
import { PostgresReadingBus, PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Deferred, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as TestServer from "./TestServer.ts"

const Server = Context.Service<TestServer.TestServer>("test/Server")

const tenantId = TenantId.make("t")
const locations = Array.from({ length: 10 }, (_, i) => LocationId.make(`l${i}`))

const news = (i: number, readings = 1, location = locations[0]!): StoredReadings => ({
  tenantId,
  locationId: location,
  readings: Array.from({ length: readings }, (_, at) => ({
    deviceId: DeviceId.make(`d${i % 100}`),
    at: (i * 1000 + at) as Instant.Instant,
    channel: mainChannel,
    powerW: i,
    importWh: at / 3
  }))
})

/** A bus with a connection of its own to the database, as another process has it. */
const aProcess = (options: PostgresStorage.Options) =>
  Effect.map(
    Layer.build(Layer.provide(PostgresReadingBus.layer, PostgresStorage.layerClient(options))),
    (context) => Context.get(context, ReadingBus)
  )

/** Listens, counts gaps, and can wait until something is heard or missing. */
const listening = Effect.fnUntraced(function* (bus: ReadingBus) {
  const heard: Array<StoredReadings> = []
  const waiting: Array<{ readonly isMet: () => boolean; readonly met: Deferred.Deferred<void> }> = []
  const state = { gaps: 0 }
  const settle = () => {
    for (const { isMet, met } of waiting) if (isMet()) Deferred.doneUnsafe(met, Exit.void)
  }
  yield* bus.listen(
    tenantId,
    (some) => {
      heard.push(some)
      settle()
    },
    () => {
      state.gaps++
      settle()
    }
  )
  const until = (isMet: () => boolean) =>
    Effect.suspend(() => {
      const met = Deferred.makeUnsafe<void>()
      waiting.push({ isMet, met })
      settle()
      return Effect.timeout(Deferred.await(met), "20 seconds")
    })
  return { heard, state, until }
})

/** Publishes until it is heard: processes come back one after the other, and lose what comes before. */
const untilHeard = (
  bus: ReadingBus,
  some: StoredReadings,
  { heard, until }: Effect.Success<ReturnType<typeof listening>>
) => {
  const publish = Effect.andThen(bus.publish(some), Effect.sleep(20))
  const isHeard = () => heard.some(({ readings }) => readings[0]?.powerW === some.readings[0]?.powerW)
  return Effect.raceFirst(Effect.forever(publish), until(isHeard))
}

const inFresh = <A, E, R>(
  test: (options: PostgresStorage.Options, sql: SqlClient.SqlClient) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const options = yield* TestServer.freshDatabase(yield* Server)
    const sql = Effect.flatMap(SqlClient.SqlClient, (client) => test(options, client))
    return yield* Effect.provide(sql, PostgresStorage.layerClient({ ...options, maxConnections: 2 }))
  })

/** Ends the connections on which processes listen, but none of another use. */
const cut = (sql: SqlClient.SqlClient) =>
  sql<{ ended: boolean }>`SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'wattkit news'`

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "news between processes",
  (it) => {
    it.effect("come to the other process as they are, to each in the order of each location", () =>
      inFresh((options) =>
        Effect.scoped(
          Effect.gen(function* () {
            const [a, b] = [yield* aProcess(options), yield* aProcess(options)]
            const [atA, atB] = [yield* listening(a), yield* listening(b)]
            const published = Array.from({ length: 10_000 }, (_, i) => news(i, 1, locations[i % 10]))
            for (const [i, some] of published.entries()) {
              yield* a.publish(some)
              // A process that ingests waits for the database between publications.
              if (i % 500 === 0) yield* Effect.sleep(1)
            }
            assert.deepStrictEqual(atA.heard, published, "whoever is here is told at once")
            yield* atB.until(() => atB.heard.length >= published.length)
            assert.deepStrictEqual(atB.heard, published)
            yield* b.publish(news(7))
            yield* atA.until(() => atA.heard.length > published.length)
            assert.deepStrictEqual(atA.heard.at(-1), news(7))
            assert.strictEqual(atB.heard.length, published.length + 1)
            assert.deepStrictEqual([atA.state.gaps, atB.state.gaps], [0, 0])
          })
        )
      )
    )

    it.effect("come whole when they are longer than a notification may be", () =>
      inFresh((options) =>
        Effect.scoped(
          Effect.gen(function* () {
            const [a, b] = [yield* aProcess(options), yield* aProcess(options)]
            const atB = yield* listening(b)
            const long = [news(1, 500), news(2), news(3, 5000), news(4)]
            for (const some of long) yield* a.publish(some)
            yield* atB.until(() => atB.heard.length === long.length)
            assert.deepStrictEqual(atB.heard, long)
            assert.strictEqual(atB.state.gaps, 0)
          })
        )
      )
    )

    it.effect("go on after the connection broke, and every listener is told of the gap", () =>
      inFresh((options, sql) =>
        Effect.scoped(
          Effect.gen(function* () {
            const [a, b] = [yield* aProcess(options), yield* aProcess(options)]
            const [atA, atB] = [yield* listening(a), yield* listening(b)]
            for (let round = 1; round <= 3; round++) {
              const before = [atA.state.gaps, atB.state.gaps] as const
              assert.deepStrictEqual(yield* cut(sql), [{ ended: true }, { ended: true }])
              yield* untilHeard(a, news(round), atB)
              yield* untilHeard(b, news(round + 100), atA)
              yield* atA.until(() => atA.state.gaps > before[0])
              yield* atB.until(() => atB.state.gaps > before[1])
            }
          })
        )
      )
    )

    it.effect("are given up while the database is away, which fails nobody, and are told as a gap", () =>
      Effect.scoped(
        Effect.gen(function* () {
          const server = yield* TestServer.make()
          const options = yield* TestServer.freshDatabase(server)
          const [a, b] = [yield* aProcess(options), yield* aProcess(options)]
          const [atA, atB] = [yield* listening(a), yield* listening(b)]
          yield* Effect.promise(server.kill)
          const late = yield* aProcess(options)
          for (let i = 0; i < 1000; i++) yield* a.publish(news(i, 100))
          assert.strictEqual(atA.heard.length, 1000)
          yield* Effect.promise(server.start)
          yield* Effect.all([atA.until(() => atA.state.gaps > 0), atB.until(() => atB.state.gaps > 0)])
          const atLate = yield* listening(late)
          yield* untilHeard(a, news(5000), atB)
          yield* untilHeard(a, news(5001), atLate)
        })
      )
    )

    it.effect("stay with the database and the schema they are of", () =>
      inFresh((options, sql) =>
        Effect.scoped(
          Effect.gen(function* () {
            yield* sql`CREATE SCHEMA apart`
            const [a, b] = [yield* aProcess(options), yield* aProcess(options)]
            const apart = yield* aProcess({ ...options, schema: "apart" })
            const elsewhere = yield* aProcess(yield* TestServer.freshDatabase(yield* Server))
            const others = [yield* listening(apart), yield* listening(elsewhere)]
            const atB = yield* listening(b)
            yield* a.publish(news(1))
            yield* atB.until(() => atB.heard.length === 1)
            // Whatever was on its way to them came before what they hear of themselves.
            const own = [yield* aProcess({ ...options, schema: "apart" })]
            for (const bus of own) yield* bus.publish(news(2))
            yield* others[0]!.until(() => others[0]!.heard.length > 0)
            assert.deepStrictEqual(
              others.map(({ heard }) => heard),
              [[news(2)], []]
            )
          })
        )
      )
    )
  }
)
