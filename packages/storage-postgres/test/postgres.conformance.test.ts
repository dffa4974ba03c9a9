import { afterAll } from "@effect/vitest"
import { ReadingBus } from "@wattkit/core"
import { PostgresIdempotencyStore, PostgresReadingBus, PostgresStorage } from "@wattkit/storage-postgres"
import * as Suites from "@wattkit/testkit/suites"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import * as HotConnections from "../src/hot/HotConnections.ts"
import * as Readings from "../src/PostgresReadingStore.ts"
import * as TestServer from "./TestServer.ts"

const scope = Scope.makeUnsafe()
const server = Effect.runSync(Effect.cached(Scope.provide(TestServer.make(), scope)))
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

/** One server for the file, a database for each suite. */
const layer = () =>
  Layer.unwrap(Effect.map(Effect.flatMap(server, TestServer.freshDatabase), PostgresStorage.layerOptions))

/** As `layer`, but whatever is certainly new is copied, however little it is. */
const layerCopying = () =>
  Readings.layerWith(1).pipe(
    Layer.provide(HotConnections.layer()),
    Layer.provide(PostgresStorage.layerSessions),
    Layer.provideMerge(layer())
  )

/** As `layer`, with room for few requests that are done once, since a check fills it. */
const layerSmall = () =>
  PostgresIdempotencyStore.layerWith(300).pipe(
    Layer.provide(PostgresStorage.layerSessions),
    Layer.provideMerge(layer())
  )

/** News published in one process and heard in another. */
const layerTwoProcesses = () =>
  Layer.effect(
    ReadingBus,
    Effect.gen(function* () {
      const client = PostgresStorage.layerClient(yield* TestServer.freshDatabase(yield* server))
      const process = Effect.map(
        Layer.build(Layer.fresh(Layer.provide(PostgresReadingBus.layer, client))),
        (context) => Context.get(context, ReadingBus)
      )
      const [one, other] = [yield* process, yield* process]
      return ReadingBus.of({ publish: one.publish, listen: other.listen })
    })
  )

const layerBus = () =>
  Layer.unwrap(
    Effect.map(Effect.flatMap(server, TestServer.freshDatabase), (options) =>
      Layer.provide(PostgresReadingBus.layer, PostgresStorage.layerClient(options))
    )
  )

const patient = { timeout: "90 seconds" } as const

Suites.tenantStoreSuite("PostgreSQL", layer())
Suites.locationStoreSuite("PostgreSQL", layer())
Suites.deviceStoreSuite("PostgreSQL", layer())
Suites.apiKeyStoreSuite("PostgreSQL", layer())
Suites.quarantineStoreSuite("PostgreSQL", layer())
Suites.deviceStatusStoreSuite("PostgreSQL", layer())
Suites.bindingStoreSuite("PostgreSQL", layer())
Suites.deadLetterStoreSuite("PostgreSQL", layer())
Suites.userStoreSuite("PostgreSQL", layer())
Suites.membershipStoreSuite("PostgreSQL", layer())
Suites.sessionStoreSuite("PostgreSQL", layer())
Suites.oneTimeStoreSuite("PostgreSQL", layer())
Suites.signingKeyStoreSuite("PostgreSQL", layer())
Suites.auditStoreSuite("PostgreSQL", layer())
Suites.consentStoreSuite("PostgreSQL", layer())
Suites.personalDataSuite("PostgreSQL", layer())
Suites.tariffStoreSuite("PostgreSQL", layer())
Suites.idempotencyStoreSuite("PostgreSQL", layerSmall())
Suites.jobStoreSuite("PostgreSQL", layer())
Suites.notificationStoreSuite("PostgreSQL", layer())
Suites.readingStoreSuite("PostgreSQL", layer(), patient)
Suites.readingStoreSuite("PostgreSQL, copying", layerCopying(), patient)
Suites.usageStoreSuite("PostgreSQL", layer(), patient)
Suites.storageUpkeepSuite("PostgreSQL", layer(), patient)
Suites.readingBusSuite("PostgreSQL", layerBus())
Suites.readingBusSuite("PostgreSQL, in two processes", layerTwoProcesses())
