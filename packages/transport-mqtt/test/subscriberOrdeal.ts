import { connectAsync } from "mqtt"
import type { SubscriberStatus } from "../src/subscriber/SubscriberStatus.ts"
import { makeProxy, type Proxy } from "./Proxy.ts"
import { makeStore, makeWire, type Store, type Verdict } from "./subscriberLedger.ts"
import type { Start } from "./subscriberSubject.ts"
import { until } from "./until.ts"

/** What a test may do while messages flow. */
export interface Ordeal {
  readonly store: Store
  readonly proxy: Proxy
  readonly status: () => SubscriberStatus
  /** Sends so many messages, and waits until the broker has them. */
  readonly send: (count: number, bytes?: number) => Promise<void>
  readonly pause: (ms: number) => Promise<void>
  readonly seconds: () => number
}

/** How an ordeal is set up. */
export interface OrdealOptions {
  /** The port of a mosquitto. */
  readonly port: number
  /** Nobody else at the broker has this name. */
  readonly name: string
  readonly start: Start
  readonly delayMs: () => number
  readonly protocol?: "5" | "3.1.1"
  readonly keepaliveSeconds?: number
  readonly patienceMs?: number
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Plays a script of faults between a mosquitto, a subscriber and a store, then waits until nothing is under
 * way any more and compares what was sent, what went over the wire and what is stored.
 */
export const runOrdeal = async (
  { delayMs, keepaliveSeconds = 2, name, patienceMs = 20_000, port, protocol = "5", start }: OrdealOptions,
  script: (ordeal: Ordeal) => Promise<void>
): Promise<Verdict> => {
  const { most, rows, store, takes } = makeStore(delayMs)
  const wire = makeWire(store.has)
  const proxy = await makeProxy(port, wire.see)
  const confirmed: Array<string> = []
  const client = start({
    url: `mqtt://127.0.0.1:${proxy.port}`,
    clientId: name,
    filters: [`${name}/#`],
    protocol,
    keepaliveSeconds,
    take: store.take,
    probe: store.probe,
    limits: {
      connectMs: 1_000,
      reconnect: { baseMs: 10, mostMs: 40 },
      probe: { baseMs: 20, mostMs: 100 }
    }
  })
  const producer = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: `${name}-producer` })
  let last = 0
  const send = async (count: number, bytes = 40) => {
    const all = Array.from({ length: count }, async () => {
      const key = `${name}-${++last}`
      await producer.publishAsync(`${name}/t`, key.padEnd(bytes, " "), { qos: 1 })
      confirmed.push(key)
    })
    await Promise.all(all)
  }
  const began = performance.now()
  try {
    await until("it is connected", () => client.status.state === "connected")
    await script({
      store,
      proxy,
      status: () => client.status,
      send,
      pause: wait,
      seconds: () => (performance.now() - began) / 1_000
    })
    const isOver = () => client.status.inFlight.messages === 0 && confirmed.every((key) => rows.has(key))
    // A message that is lost never comes, and then the verdict says so.
    await until("all is stored", isOver, patienceMs).catch(() => {})
  } finally {
    await producer.endAsync()
    await client.close()
    await proxy.close()
  }
  const sent = new Set(confirmed)
  return {
    sent: confirmed.length,
    lost: confirmed.filter((key) => !rows.has(key)).length,
    phantom: [...rows.keys()].filter((key) => !sent.has(key)).length,
    twice: [...takes].reduce(
      (sum, [key, count]) => sum + Math.max(0, count - (wire.sentTo.get(key) ?? 0)),
      0
    ),
    early: wire.counts.early,
    stale: wire.counts.stale,
    mostMessages: most.messages,
    mostBytes: most.bytes,
    disconnects: wire.counts.disconnects,
    connections: proxy.connections()
  }
}
