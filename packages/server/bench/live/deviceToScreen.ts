import { type Context, variant } from "../../../../scripts/bench/Harness.ts"
import { percentile } from "../../../../scripts/bench/Statistics.ts"
import { between, quiet, usedBy } from "../ingest/processors.ts"
import { wattkit, type Wattkit } from "../ingest/wattkit.ts"
import { type Child, start } from "./child.ts"
import type { Shown } from "./screens.ts"

const devices = 500
const locations = 100
const screens = 300

/** Every device says something so often: 5,000 readings a second together. */
const everyMs = 100

const runMs = ({ quick }: Pick<Context, "quick">): number => (quick ? 3_000 : 10_000)

interface Rooms {
  readonly server: Wattkit
  readonly child: Child
}

const open = async (): Promise<Rooms> => {
  const server = await wattkit({ devices, locations })
  const child = start("screens.ts")
  const { key, locationIds, mqttPort, port } = server
  await child.ask({ ask: "connect", port, mqttPort, key, locationIds, devices, screens })
  return { server, child }
}

const run = async ({ child, server }: Rooms, context: Context) => {
  const watched = { ...server.watched, broker: child.pid }
  await quiet(watched)
  const before = usedBy(watched)
  const shown = await child.ask<Shown>({ ask: "run", ms: runMs(context), everyMs })
  const { broker: clients = 0, ...used } = between(before, usedBy(watched))
  const { acknowledged, expected, latencies, published, seen } = shown
  if (acknowledged < published) throw new Error(`${acknowledged} of ${published} were acknowledged`)
  if (latencies.length < expected) throw new Error(`${latencies.length} of ${expected} came to a screen`)
  const at = (share: number): string => percentile(seen, share).toFixed(0)
  process.stderr.write(`  device to screen: of what a frame holds p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`)
  const processors = { ...used, clients }
  return { units: published, elapsed: (used["server"] ?? Number.NaN) / 1_000, latencies, processors }
}

/**
 * A reading over MQTT, stored, and in a frame of every screen of its location: 5,000 readings a second,
 * evenly spread, into a server with its database.
 */
export const deviceToScreen = variant({
  name: `device to ${screens} screens: MQTT, stored, WS frame, 5,000 readings/s`,
  setup: open,
  run,
  teardown: async ({ child, server }) => {
    await child.end()
    await server.stop()
  }
})
