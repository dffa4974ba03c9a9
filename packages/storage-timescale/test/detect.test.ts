import { assert, it } from "@effect/vitest"
import { StorageError } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { layer as embedded, layerClient } from "@wattkit/storage-postgres/embedded"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

const directory = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "wattkit-timescale-"))),
  (made) => Effect.sync(() => fs.rmSync(made, { recursive: true, force: true }))
)

const refusal = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const error = yield* Effect.flip(effect)
  return error instanceof StorageError ? error : assert.fail(`not a StorageError: ${String(error)}`)
})

it.live(
  "a PostgreSQL without TimescaleDB is detected, and refused with what to do, and left as it is",
  () =>
    Effect.gen(function* () {
      const server = embedded({ directory: path.join(yield* directory, "postgres") })
      const client = PostgresStorage.refusing(layerClient("owner", TimescaleStorage.pool()))
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* TimescaleStorage.detect, {
          version: undefined,
          available: undefined,
          licence: undefined,
          capabilities: { hypertables: false, compression: false },
          isMoved: false
        })
        for (const start of [TimescaleStorage.layer, TimescaleStorage.layerMigrated]) {
          const { message, reason } = yield* refusal(Effect.scoped(Layer.build(start)))
          assert.strictEqual(reason, "misconfigured")
          assert.include(message, "shared_preload_libraries")
          assert.include(message, "plain PostgreSQL")
        }
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`, [])
      }).pipe(Effect.provide(Layer.provide(client, server)))
    }),
  60_000
)

it("says what to do about each obstacle, and nothing where there is none", () => {
  const whole = {
    version: "2.28.3",
    available: "2.28.3",
    licence: "timescale",
    capabilities: { hypertables: true, compression: true },
    isMoved: false
  } as const
  assert.isUndefined(TimescaleStorage.obstacle(whole))
  assert.isUndefined(TimescaleStorage.obstacle({ ...whole, version: "3.0.0-dev" }))
  assert.include(TimescaleStorage.obstacle({ ...whole, version: undefined }), "CREATE EXTENSION")
  assert.include(TimescaleStorage.obstacle({ ...whole, version: "2.20.9" }), "ALTER EXTENSION")
  assert.include(TimescaleStorage.obstacle({ ...whole, licence: "apache" }), "timescaledb.license")
})
