import { spawn } from "node:child_process"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { Aedes } from "aedes"
import { type AnyVariant, type Bench, variant } from "../../../scripts/bench/Harness.ts"
import { makeBroker, type Taken } from "../src/index.ts"

/** A store that commits everything that waits, every five milliseconds. */
const makeStore = () => {
  let waiting: Array<() => void> = []
  const commit = (): void => {
    const done = waiting
    waiting = []
    for (const resolve of done) resolve()
  }
  return (then: () => void): void => {
    if (waiting.length === 0) setTimeout(commit, 5)
    waiting.push(then)
  }
}

interface Running {
  readonly port: number
  readonly close: () => Promise<void>
}

const ours = async (): Promise<Running> => {
  const store = makeStore()
  const broker = makeBroker<string>({
    authenticate: ({ clientId }) => Promise.resolve(clientId),
    spaceOf: () => "bench",
    mayPublish: () => true,
    maySubscribe: () => true,
    take: () => new Promise<Taken>((resolve) => store(() => resolve("stored")))
  })
  return { port: await broker.listen({ host: "127.0.0.1", port: 0 }), close: broker.close }
}

const aedes = async (): Promise<Running> => {
  const store = makeStore()
  const broker = await Aedes.createBroker({
    concurrency: 1_000,
    authorizePublish: (_client, _packet, done) => store(() => done(null))
  })
  const server = createServer(broker.handle)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      server.close()
    }
  }
}

interface Load {
  readonly connections: number
  readonly window: number
}

/** Publishes from a process of its own until everything is acknowledged. */
const publish = async (port: number, { connections, window }: Load, messages: number): Promise<number> => {
  const script = join(import.meta.dirname, "load.ts")
  const words = [script, ...[port, connections, messages / connections, window].map(String)]
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] })
  let out = ""
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()))
  const [code] = await once(child, "close")
  if (code !== 0) throw new Error("the publishers failed")
  return (JSON.parse(out) as { readonly seconds: number }).seconds * 1_000
}

const through = (name: string, start: () => Promise<Running>, load: Load): AnyVariant =>
  variant({
    name: `${name}, ${load.connections} × ${load.window}`,
    setup: start,
    run: async ({ port }, { quick }) => {
      const messages = quick ? 20_000 : load.connections * (load.window > 1 ? 2_000 : 50)
      return { units: messages, elapsed: await publish(port, load, messages) }
    },
    teardown: ({ close }) => close()
  })

const many = { connections: 100, window: 20 }
const patient = { connections: 1_000, window: 1 }

/** QoS 1 into a broker, acknowledged after a commit every 5 ms; the publishers are on the same machine. */
const bench: Bench = {
  name: "broker",
  unit: "messages/s",
  limit: "aedes, 100 × 20",
  rounds: 3,
  variants: [
    through("aedes", aedes, many),
    through("wattkit", ours, many),
    through("aedes", aedes, patient),
    through("wattkit", ours, patient)
  ],
  checks: [
    {
      name: "60,000 messages a second, acknowledged after the commit",
      holds: (rows) => rows.some(({ value, variant }) => variant.startsWith("wattkit") && value >= 60_000)
    }
  ]
}

export default bench
