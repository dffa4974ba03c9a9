import { assert, layer } from "@effect/vitest"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { faultsIn, mixed } from "./mixedRequests.ts"
import * as TestServer from "./TestServer.ts"
import { addTenants, tenants } from "./twoTenants.ts"

const Server = Context.Service<TestServer.TestServer>("test/Server")

/** The full count is 100,000, which takes minutes. */
const count = Number(process.env["WATTKIT_TEST_ISOLATION"] ?? 3_000)

const patience = 60_000 + 20 * count

/** Mixed requests of two tenants, on four sessions in all; `sabotage` is what somebody did before. */
const foreignIn = Effect.fnUntraced(function* (requests: number, sabotage?: string) {
  const options = { ...(yield* TestServer.freshDatabase(yield* Server)), maxConnections: 4 }
  const stores = PostgresStorage.layerSessions.pipe(
    Layer.provideMerge(PostgresStorage.layer),
    Layer.provide(PostgresStorage.layerClient(options)),
    Layer.fresh
  )
  return yield* Effect.gen(function* () {
    yield* addTenants
    if (sabotage !== undefined) {
      const change = Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(sabotage))
      yield* Effect.provide(change, Layer.fresh(PostgresStorage.layerClient(options)))
    }
    return yield* mixed(requests, PostgresStorage.layerClient(options))
  }).pipe(Effect.provide(stores))
})

layer(Layer.effect(Server, TestServer.make()), { excludeTestServices: true, timeout: "60 seconds" })(
  "isolation",
  (it) => {
    it.effect(
      `two tenants see nothing of each other in ${count} requests, however they end`,
      () =>
        Effect.gen(function* () {
          const started = performance.now()
          const { ended, foreign } = yield* foreignIn(count)
          assert.deepStrictEqual(foreign, [])
          assert.isAbove(ended.answered, count / 3)
          assert.isAbove(ended.interrupted, count / 50)
          assert.isAbove(ended.failed, count / 50)
          yield* Effect.logInfo(`${count} requests in ${Math.round(performance.now() - started)} ms`, ended)
        }),
      patience
    )

    it.effect("what they see of each other is found", () =>
      Effect.gen(function* () {
        const unlocked = yield* foreignIn(300, "ALTER TABLE devices DISABLE ROW LEVEL SECURITY")
        assert.isNotEmpty(unlocked.foreign)
        const all =
          "CREATE OR REPLACE FUNCTION wattkit_across() RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        assert.isNotEmpty((yield* foreignIn(300, all)).foreign)
        assert.deepStrictEqual(faultsIn(tenants[0], [{ name: "text of eve" }]), ["eve"])
      })
    )
  }
)
