import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { EmbeddedPostgres, layer as embeddedPostgres, layerClient } from "@wattkit/storage-postgres/embedded"
import { Effect, Layer, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"

const start = async () => {
  const directory = mkdtempSync(join(tmpdir(), "wattkit-bench-"))
  const server = embeddedPostgres({ directory: join(directory, "postgres"), onProgress: () => Effect.void })
  const runtime = ManagedRuntime.make(server)
  const address = await runtime.runPromise(EmbeddedPostgres)
  return {
    address,
    stop: async () => {
      await runtime.dispose()
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

let running: ReturnType<typeof start> | undefined
let users = 0

/** A room of its own on the one embedded server, which is started as `wattkit serve` starts it. */
export interface Room {
  readonly client: Layer.Layer<PostgresStorage.Clients, unknown>
  /** The process of the server, whose children do its work. */
  readonly pid: number
}

/** Makes a schema on the server, which the first who asks starts. */
export const enter = async (schema: string): Promise<Room> => {
  users++
  running ??= start()
  const { address } = await running
  const connect = (options: { readonly schema?: string }) => {
    const { startupParameters, ...pool } = PostgresStorage.pool({ ...options, maxConnections: 3 })
    // What a benchmark fills in beside the stores is everybody's.
    const session = { ...startupParameters, "wattkit.tenant": "all" }
    return layerClient("owner", { ...pool, startupParameters: session }).pipe(
      Layer.provide(Layer.succeed(EmbeddedPostgres, address))
    )
  }
  const made = SqlClient.SqlClient.use((sql) => sql`CREATE SCHEMA ${sql(schema)}`)
  await Effect.runPromise(Effect.provide(made, connect({})))
  return { client: connect({ schema }), pid: address.pid }
}

/** Stops the server when nobody uses it any more. */
export const leave = async (): Promise<void> => {
  users--
  if (users > 0) return
  const { stop } = await running!
  running = undefined
  await stop()
}

/** The processor time the server's processes have used so far, in microseconds; only Linux says it. */
export const processorTime = (pid: number): number => {
  if (process.platform !== "linux") return Number.NaN
  let ticks = 0
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]!.split(" ")
      if (Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // The process ended while it was looked at.
    }
  }
  return ticks * 10_000
}
