import { afterAll } from "@effect/vitest"
import { PostgresStorage } from "@wattkit/storage-postgres"
import * as Suites from "@wattkit/testkit/suites"
import { Effect, Exit, Layer, Scope } from "effect"
import * as TestServer from "./TestServer.ts"

const scope = Scope.makeUnsafe()
const server = Effect.runSync(Effect.cached(Scope.provide(TestServer.make(), scope)))
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

/** One server for the file, a database for each suite. */
const layer = () =>
  Layer.unwrap(Effect.map(Effect.flatMap(server, TestServer.freshDatabase), PostgresStorage.layerOptions))

Suites.tenantStoreSuite("PostgreSQL", layer())
Suites.locationStoreSuite("PostgreSQL", layer())
Suites.deviceStoreSuite("PostgreSQL", layer())
Suites.apiKeyStoreSuite("PostgreSQL", layer())
Suites.readingStoreSuite("PostgreSQL", layer(), { timeout: "60 seconds" })
