import { assert, it } from "@effect/vitest"
import { ReadingStore } from "@wattkit/core"
import { EmbeddedStorage, PostgresStorage } from "@wattkit/storage-postgres"
import { layer as embedded } from "@wattkit/storage-postgres/embedded"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { household, reading } from "./household.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "wattkit-storage-"))),
  (made) => Effect.sync(() => fs.rmSync(made, { recursive: true, force: true }))
)

it.live(
  "the embedded PostgreSQL is migrated by its owner and serves a role that owns nothing",
  () =>
    Effect.gen(function* () {
      const server = embedded({ directory: path.join(yield* directory, "postgres") })
      yield* Effect.gen(function* () {
        const once = <A, E>(effect: Effect.Effect<A, E, PostgresStorage.Stores | SqlClient.SqlClient>) =>
          Effect.provide(effect, Layer.fresh(EmbeddedStorage.layer()))
        const known = yield* once(
          Effect.gen(function* () {
            const { tenantId, deviceIds } = yield* household(1)
            const told = yield* (yield* ReadingStore).append(tenantId, [reading(deviceIds[0]!, 1)])
            assert.deepStrictEqual(told, ["accepted"])
            const sql = yield* SqlClient.SqlClient
            assert.isTrue(yield* Effect.isFailure(sql`DROP TABLE readings`))
            assert.isTrue(yield* Effect.isFailure(sql`CREATE TABLE mine (x int)`))
            return { tenantId, deviceIds }
          })
        )
        yield* once(
          Effect.gen(function* () {
            yield* PostgresStorage.ping
            const latest = yield* (yield* ReadingStore).latest(known.tenantId, known.deviceIds)
            assert.deepStrictEqual(latest, [reading(known.deviceIds[0]!, 1)])
          })
        )
      }).pipe(Effect.provide(server))
    }),
  60_000
)
