import type { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import type { Stores, Subject } from "@wattkit/testkit/model"
import { type Context, Effect, Exit, Layer, type Redacted, Schedule, Scope, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import * as TestServer from "./TestServer.ts"

/** The stores of a database and their client, on few connections of their own. */
export const layer = (url: Redacted.Redacted): Layer.Layer<Stores | SqlClient.SqlClient, StorageError> =>
  Layer.fresh(PostgresStorage.layerOptions({ url, maxConnections: 3 }))

/** What subjects work on: a database of a server, and who may kill the server now. */
export interface Ground {
  readonly server: TestServer.TestServer
  readonly url: Redacted.Redacted
  readonly killing: Semaphore.Semaphore
}

/** A database with the schema and nothing in it, changed by some SQL: a planted bug. */
export const ground = Effect.fnUntraced(function* (
  server: TestServer.TestServer,
  planted: ReadonlyArray<string> = []
) {
  const { url } = yield* TestServer.freshDatabase(server)
  yield* Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of planted) yield* sql.unsafe(statement)
  }).pipe(Effect.provide(layer(url)))
  return { server, url, killing: Semaphore.makeUnsafe(1) } satisfies Ground
})

const patience = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 400 }))

/**
 * Stores with connections and memory of their own, closed with the scope. A kill ends all of the server,
 * whoever else uses it.
 */
export const make = Effect.fnUntraced(function* (
  { killing, server, url }: Ground,
  wrap: (stores: Context.Context<Stores>) => Context.Context<Stores> = (stores) => stores
) {
  let scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Effect.suspend(() => Scope.close(scope, Exit.void)))
  const attempt = Effect.gen(function* () {
    scope = yield* Scope.make()
    const built = Layer.buildWithScope(layer(url), scope)
    return wrap(yield* Effect.onError(built, () => Scope.close(scope, Exit.void)))
  })
  const build = Effect.orDie(Effect.retry(attempt, patience))
  let open = yield* build
  return {
    run: (effect) => Effect.suspend(() => Effect.provideContext(effect, open)),
    reopen: Effect.gen(function* () {
      yield* Scope.close(scope, Exit.void)
      open = yield* build
    }),
    kill: killing.withPermits(1)(
      Effect.promise(async () => {
        await server.kill()
        await server.start()
      })
    )
  } satisfies Subject
})
