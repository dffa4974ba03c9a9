import { type Bench, type Context, type Row, variant } from "../../../scripts/bench/Harness.ts"
import { type Child, start } from "./live/child.ts"
import { deviceToScreen } from "./live/deviceToScreen.ts"
import type { Begun, Ran } from "./live/load.ts"
import type { Seen } from "./live/clients.ts"

const stalled = 200

/** One update a second goes to each of them; with those who stall there are ten thousand. */
const clientsOf = ({ quick }: Pick<Context, "quick">): number => (quick ? 1_000 : 10_000 - stalled)

const runMs = ({ quick }: Pick<Context, "quick">): number => (quick ? 2_000 : 8_000)

interface House {
  readonly server: Child
  readonly clients: Child
  readonly begun: Begun
  readonly perConnectionBytes: number
}

const setUp = async (file: string, context: Pick<Context, "quick">): Promise<House> => {
  const server = start(file)
  const clients = start("clients.ts")
  const count = clientsOf(context)
  const begun = await server.ask<Begun>({ ask: "begin", clients: count })
  const { key, port } = begun
  const fill = async (share: number): Promise<number> => {
    await clients.ask({ ask: "connect", port, key, clients: Math.floor(count * share) })
    await server.ask({ ask: "run", ms: 3_000, loud: false })
    await clients.ask({ ask: "seen" })
    return (await server.ask<{ rssBytes: number }>({ ask: "memory" })).rssBytes
  }
  // What the process needs once, for the first connections, is no cost of a connection.
  const share = 0.2
  const few = await fill(share)
  await clients.ask({ ask: "leave" })
  const many = await fill(1)
  return { server, clients, begun, perConnectionBytes: (many - few) / (count * (1 - share)) }
}

const tearDown = async ({ clients, server }: House): Promise<void> => {
  await clients.end()
  await server.end()
}

/** Numbers that the table has no column for. */
const beside: { wattkit?: number; stalledMiB?: number } = {}

const say = (text: string): void => void process.stderr.write(`  ${text}\n`)

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB a connection`

/** Counts updates against processor time of the server, so that value and ratio compare what they cost. */
const run = async ({ clients, server }: House, context: Context, loud: boolean) => {
  const { cpuMs, rssBytes, told } = await server.ask<Ran>({ ask: "run", ms: runMs(context), loud })
  const latencies: Array<number> = []
  for (let tries = 0; latencies.length < told && tries < 20; tries++) {
    for (const latency of (await clients.ask<Seen>({ ask: "seen" })).latencies) latencies.push(latency)
    if (latencies.length < told) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  // On a machine that is busy with other things two updates of a location may become one.
  if (latencies.length < told * 0.8) throw new Error(`${latencies.length} of ${told} updates came`)
  return { units: latencies.length, elapsed: cpuMs, latencies, rssBytes }
}

const limit = variant({
  name: "bare ws",
  setup: (context) => setUp("bareServer.ts", context),
  run: (house, context) => {
    if (context.round === 0) say(`bare ws: ${kilobytes(house.perConnectionBytes)}`)
    return run(house, context, false)
  },
  teardown: tearDown
})

const wattkit = variant({
  name: "wattkit",
  setup: (context) => setUp("wattkitServer.ts", context),
  run: (house, context) => {
    if (context.round === 0) say(`wattkit: ${kilobytes(house.perConnectionBytes)}`)
    // Among few connections what the process needs once weighs too much.
    if (!context.quick) beside.wattkit = house.perConnectionBytes
    return run(house, context, false)
  },
  teardown: tearDown
})

/** So long it takes until nothing more fits on the way to those who stall; in ten seconds they are let go. */
const fillMs = 5_000

const besideStalled = variant({
  name: `wattkit beside ${stalled} stalled`,
  setup: (context) => setUp("wattkitServer.ts", context),
  run: async (house, context) => {
    const { key, port } = house.begun
    // What the server holds under the same load without anybody who stalls.
    const { rssBytes } = await house.server.ask<Ran>({ ask: "run", ms: fillMs, loud: false })
    await house.clients.ask({ ask: "stall", port, key, clients: stalled })
    await house.server.ask({ ask: "run", ms: fillMs, loud: true })
    await house.clients.ask({ ask: "seen" })
    const done = await run(house, context, true)
    beside.stalledMiB = Math.max(beside.stalledMiB ?? 0, (done.rssBytes - rssBytes) / 2 ** 20)
    say(`beside stalled: ${((done.rssBytes - rssBytes) / 2 ** 20).toFixed(1)} MiB more`)
    return done
  },
  teardown: tearDown
})

const row = (rows: ReadonlyArray<Row>, name: string): Row => rows.find((one) => one.variant === name)!

const p99 = (rows: ReadonlyArray<Row>, name: string): number => row(rows, name).p99 ?? Number.NaN

const milliseconds = (rows: ReadonlyArray<Row>, name: string): string =>
  `p50 ${row(rows, name).p50!.toFixed(1)} ms, p99 ${p99(rows, name).toFixed(1)} ms`

/**
 * Live news to ten thousand clients on one process, by the processor time of that process, and the whole way
 * of a reading from a device to a screen.
 */
export default {
  name: "live",
  unit: "updates per processor",
  limit: limit.name,
  rounds: 3,
  variants: [limit, wattkit, besideStalled, deviceToScreen],
  checks: [
    {
      name: "10,000 clients: p99 below 250 ms",
      of: [wattkit.name],
      found: (rows) => milliseconds(rows, wattkit.name),
      holds: (rows) => p99(rows, wattkit.name) < 250
    },
    {
      name: "at most 16 KB a connection",
      of: [wattkit.name],
      found: () => (beside.wattkit === undefined ? "only in a long run" : kilobytes(beside.wattkit)),
      holds: () => (beside.wattkit ?? 0) <= 16 * 1024
    },
    {
      name: "those who stall cost at most 64 MiB",
      of: [besideStalled.name],
      found: () => `${(beside.stalledMiB ?? Number.NaN).toFixed(1)} MiB`,
      holds: () => (beside.stalledMiB ?? 0) <= 64
    },
    {
      name: "those who stall slow nobody down",
      of: [wattkit.name, besideStalled.name],
      found: (rows) => milliseconds(rows, besideStalled.name),
      holds: (rows) => p99(rows, besideStalled.name) <= Math.max(1.1 * p99(rows, wattkit.name), 50)
    },
    {
      name: "device to screen: p99 below 250 ms at 5,000 readings a second",
      of: [deviceToScreen.name],
      found: (rows) => milliseconds(rows, deviceToScreen.name),
      holds: (rows) => p99(rows, deviceToScreen.name) < 250
    }
  ]
} satisfies Bench
