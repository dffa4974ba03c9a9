import { type RefreshedUsage, StorageUpkeep } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { retain } from "./retention.ts"
import { orStorageError, orStorageErrorLater } from "./storageError.ts"
import { acrossTenants } from "./tenancy/CurrentTenant.ts"
import { lastMark } from "./usage/marks.ts"
import * as Months from "./usage/write/months.ts"
import { type Refresh, refreshSome } from "./usage/refresh.ts"

/**
 * Brings usage up to date with every mark that is there, one transaction after the other.
 *
 * Marks and the cells computed from them are committed together, so a process that ends in the middle leaves
 * the marks of what it did not do.
 */
const refreshUsage = Effect.fnUntraced(function* (refresh: Refresh) {
  const { months, sql } = refresh
  const upTo = yield* orStorageError(lastMark(sql))
  const channels = new Set<number>()
  const changed = { PT15M: 0, PT1H: 0, P1D: 0 }
  for (;;) {
    const done = yield* orStorageErrorLater(
      sql.withTransaction(refreshSome(refresh, upTo)).pipe(Effect.onError(() => Effect.sync(months.forget)))
    )
    months.remember()
    if (done === undefined) return { channels: channels.size, changed } satisfies RefreshedUsage
    for (const key of done.channels) channels.add(key)
    changed.PT15M += done.changed.PT15M
    changed.PT1H += done.changed.PT1H
    changed.P1D += done.changed.P1D
  }
})

const make = Effect.map(SqlClient.SqlClient, (sql): StorageUpkeep => {
  const refresh: Refresh = { sql, months: Months.make(sql) }
  const refreshAll = acrossTenants(refreshUsage(refresh))
  const retainAll = retain(refresh, refreshAll)
  return {
    refreshUsage: refreshAll,
    lag: orStorageError(
      Effect.map(
        sql<{ lag: number }>`SELECT greatest(0,
            extract(epoch FROM clock_timestamp() - marked_at) * 1000)::float8 AS lag
          FROM usage_stale ORDER BY id LIMIT 1`,
        (rows) => rows[0]?.lag ?? 0
      )
    ),
    retain: (now, retention) => acrossTenants(retainAll(now, retention))
  }
})

/** Keeps usage up to date and gives up what is no longer kept, in PostgreSQL. */
export const layer: Layer.Layer<StorageUpkeep, never, SqlClient.SqlClient> = Layer.effect(StorageUpkeep, make)
