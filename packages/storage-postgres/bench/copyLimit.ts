import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { EmbeddedPostgres, layer as embeddedPostgres, layerClient } from "@wattkit/storage-postgres/embedded"
import { Context, Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { addressOf } from "../src/hot/address.ts"
import { HotConnection } from "../src/hot/HotConnection.ts"
import { prepared, ticksOf } from "./load.ts"

/** A database of its own, with an empty table of readings as the storage makes it and nothing else to do. */
export interface CopyLimit {
  /** Copies so many more readings in one COPY, and answers how many milliseconds that took. */
  readonly copy: (readings: number) => Promise<number>
  /** The address of the database, for peers that are to have the same one. */
  readonly url: string
  /** The process of the database, whose children do its work. */
  readonly pid: number
  readonly close: () => Promise<void>
}

/** Starts the database and makes the table. */
export const open = async (): Promise<CopyLimit> => {
  const directory = mkdtempSync(join(tmpdir(), "wattkit-bench-"))
  const server = embeddedPostgres({ directory: join(directory, "postgres"), onProgress: () => Effect.void })
  const runtime = ManagedRuntime.make(Layer.provideMerge(layerClient("owner"), server))
  const context = await runtime.context()
  await runtime.runPromise(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* PostgresStorage.migrate
      yield* sql`CREATE TABLE copied (LIKE readings INCLUDING ALL) PARTITION BY RANGE (at)`
      yield* sql`CREATE TABLE copied_day PARTITION OF copied
        FOR VALUES FROM ('2026-01-05Z') TO ('2026-01-06Z')`
    })
  )
  const { config } = Context.get(context, PgClient.PgClient)
  const connection = await Effect.runPromise(HotConnection.open(addressOf(config)))
  const text = "COPY copied (channel_key, at, power_w, import_wh, voltage_v) FROM STDIN (FORMAT binary)"
  let tick = 0
  return {
    copy: async (readings) => {
      const bytes = prepared(tick, readings)
      tick += ticksOf(readings)
      const started = performance.now()
      await Effect.runPromise(connection.transaction(({ copy }) => copy(text, (writer) => writer.raw(bytes))))
      return performance.now() - started
    },
    url: Redacted.value(Context.get(context, EmbeddedPostgres).owner.url),
    pid: Context.get(context, EmbeddedPostgres).pid,
    close: async () => {
      connection.close()
      await runtime.dispose()
      rmSync(directory, { recursive: true, force: true })
    }
  }
}
