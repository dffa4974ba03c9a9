import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@wattkit/client"
import { subscribe } from "@wattkit/client/live"
import { createWattkit } from "@wattkit/engine/promise"
import { EmbeddedStorage } from "@wattkit/storage-postgres"
import { layer as embeddedPostgres, layerClient } from "@wattkit/storage-postgres/embedded"
import { Layer, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"
import { type Bench, type Context, variant } from "../../../scripts/bench/Harness.ts"

/** How many readings walk in a round, one after the other. */
const walks = ({ quick }: Pick<Context, "quick">): number => (quick ? 20 : 200)

const place = { kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
const meter = { name: "Meter", role: "grid", kind: "grid_meter" } as const

let clock = Date.now() - 86_400_000
const nextReading = () => ({
  at: new Date((clock += 1000)).toISOString(),
  powerW: 420,
  importWh: clock / 1000
})

const scratch = () => mkdtempSync(join(tmpdir(), "wattkit-bench-"))

/** Does one thing after the other and keeps how long each took. */
const oneByOne = async (count: number, walk: (index: number) => Promise<unknown>) => {
  const latencies: Array<number> = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    await walk(i)
    latencies.push(performance.now() - started)
  }
  return { units: count, latencies }
}

/** One row committed by the database that all variants use: nothing that is stored can be faster. */
const oneRow = variant({
  name: "one row committed",
  setup: async () => {
    const directory = scratch()
    const database = embeddedPostgres({ directory: join(directory, "postgres") })
    const runtime = ManagedRuntime.make(layerClient("owner").pipe(Layer.provide(database)))
    const run = (text: string) => runtime.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe(text)))
    await run("CREATE TABLE row (at bigint PRIMARY KEY, power_w double precision)")
    return { directory, runtime, run }
  },
  run: ({ run }, context) =>
    oneByOne(walks(context), () => run(`INSERT INTO row VALUES (${(clock += 1000)}, 420)`)),
  teardown: async ({ directory, runtime }) => {
    await runtime.dispose()
    rmSync(directory, { recursive: true, force: true })
  }
})

/** The engine on the same database, without HTTP. */
const embedded = variant({
  name: "engine: ingest acknowledged",
  setup: async () => {
    const directory = scratch()
    const database = embeddedPostgres({ directory: join(directory, "postgres") })
    const wattkit = await createWattkit({ storage: EmbeddedStorage.layer().pipe(Layer.provide(database)) })
    const { id: locationId } = await wattkit.createLocation({ name: "House", ...place })
    const { id } = await wattkit.registerDevice({ locationId, ...meter })
    return { directory, wattkit, id }
  },
  run: ({ id, wattkit }, context) => oneByOne(walks(context), () => wattkit.ingest(id, nextReading())),
  teardown: async ({ directory, wattkit }) => {
    await wattkit.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

/** A server of its own process on a free port, and the key it prints at its first start. */
const startServer = async (directory: string) => {
  const main = join(import.meta.dirname, "../src/main.ts")
  const server = spawn(process.execPath, [main, "serve", "--port", "0", "--data-dir", directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WATTKIT_LOG_LEVEL: "error", WATTKIT_REQUESTS_PER_MINUTE: "100000000" }
  })
  let text = ""
  const printed = await new Promise<RegExpExecArray>((resolve, reject) => {
    server.once("exit", () => reject(new Error(`the server ended before it was ready:\n${text}`)))
    server.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      const found = /(http:\/\/localhost:\d+)[^]*?(wk_live_\w{38})\s/.exec(text)
      if (found !== null) resolve(found)
    })
  })
  return { server, client: createClient({ baseUrl: printed[1]!, auth: printed[2]! }) }
}

const stopServer = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    server.once("exit", () => resolve())
    server.kill("SIGTERM")
  })

interface Walk {
  readonly directory: string
  readonly server: ChildProcess
  readonly client: ReturnType<typeof createClient>
  readonly devices: Array<string>
}

const setupWalk = async (): Promise<Walk> => {
  const directory = scratch()
  return { directory, ...(await startServer(directory)), devices: [] }
}

/** A location of its own for every walk, since a location has one live update a second. */
const freshDevices = async ({ client }: Walk, count: number): Promise<ReadonlyArray<string>> => {
  const made: Array<string> = []
  for (let i = 0; i < count; i++) {
    const location = await client.locations.create({ body: { name: "House", ...place } })
    const { device } = await client.devices.register({ locationId: location.id, body: meter })
    made.push(device.id)
  }
  return made
}

const teardownWalk = async ({ directory, server }: Walk): Promise<void> => {
  await stopServer(server)
  rmSync(directory, { recursive: true, force: true })
}

const http = variant<Walk>({
  name: "HTTP: ingest acknowledged",
  setup: setupWalk,
  run: async (walk, context) => {
    if (walk.devices.length === 0) walk.devices.push(...(await freshDevices(walk, 1)))
    const id = walk.devices[0]!
    return oneByOne(walks(context), () => walk.client.readings.ingest({ id, body: nextReading() }))
  },
  teardown: teardownWalk
})

/** From the request to the frame on an open WebSocket: what a person at a dashboard waits for. */
const live = variant<Walk>({
  name: "HTTP to WebSocket frame",
  setup: setupWalk,
  run: async (walk, context) => {
    const ids = await freshDevices(walk, walks(context))
    const arrived = new Map<string, () => void>()
    const isLive = Promise.withResolvers<void>()
    const subscription = subscribe(walk.client, {
      deviceIds: ids,
      onState: (state) => {
        if (state === "live") isLive.resolve()
      },
      onUpdate: ({ readings }) => {
        for (const { deviceId } of readings) arrived.get(deviceId)?.()
      }
    })
    await isLive.promise
    const work = await oneByOne(ids.length, async (i) => {
      const id = ids[i]!
      const seen = new Promise<void>((resolve) => arrived.set(id, resolve))
      await Promise.all([walk.client.readings.ingest({ id, body: nextReading() }), seen])
    })
    subscription.close()
    return { ...work, elapsed: work.latencies.reduce((sum, latency) => sum + latency, 0) }
  },
  teardown: teardownWalk
})

/** One reading from a device to a screen, one after the other, on the embedded PostgreSQL. */
export default {
  name: "walk",
  unit: "readings",
  limit: "one row committed",
  variants: [oneRow, embedded, http, live],
  checks: [
    {
      name: "99 of 100 readings are on the WebSocket within a second",
      holds: (rows) => (rows.find((row) => row.variant === live.name)?.p99 ?? Infinity) < 1000
    }
  ]
} satisfies Bench
