import { StorageUpkeep } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { compress } from "./compress.ts"

/** The upkeep of the plain storage, which also compresses what is old when it makes room. */
export const layer: Layer.Layer<StorageUpkeep, never, StorageUpkeep | SqlClient.SqlClient> = Layer.effect(
  StorageUpkeep,
  Effect.gen(function* () {
    const plain = yield* StorageUpkeep
    const sql = yield* SqlClient.SqlClient
    return StorageUpkeep.of({
      ...plain,
      retain: (now, retention) =>
        Effect.tap(plain.retain(now, retention), () =>
          Effect.provideService(compress(now), SqlClient.SqlClient, sql)
        )
    })
  })
)
