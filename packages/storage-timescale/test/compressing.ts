import { type Instant, ReadingStore, StorageUpkeep } from "@wattkit/core"
import { TimescaleStorage } from "@wattkit/storage-timescale"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

/** An instant at which everything is old enough to be compressed. */
const late = 4_102_444_800_000 as Instant.Instant

/** Compresses all there is after everything that is done, so that all there is to find is compressed. */
export const compressing = Layer.effectContext(
  Effect.gen(function* () {
    const store = yield* ReadingStore
    const upkeep = yield* StorageUpkeep
    const sql = yield* SqlClient.SqlClient
    const compress = Effect.provideService(TimescaleStorage.compress(late), SqlClient.SqlClient, sql)
    return Context.mergeAll(
      Context.make(
        ReadingStore,
        ReadingStore.of({
          ...store,
          append: (...said) => Effect.tap(store.append(...said), () => compress),
          correct: (...said) => Effect.tap(store.correct(...said), () => compress)
        })
      ),
      Context.make(
        StorageUpkeep,
        StorageUpkeep.of({ ...upkeep, refreshUsage: Effect.tap(upkeep.refreshUsage, () => compress) })
      )
    )
  })
)
