import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect as connectTcp } from "node:net"
import { join } from "node:path"
import { connectAsync } from "mqtt"
import { generate } from "mqtt-packet"
import { type AnyVariant, type Bench, variant } from "../../../scripts/bench/Harness.ts"
import { Frames } from "../src/packets/Frames.ts"
import type { Taken } from "../src/broker/BrokerOptions.ts"
import { Client } from "../src/subscriber/Client.ts"
import { termsOf } from "../src/subscriber/connection/Terms.ts"
import { startOpenMosquitto } from "../test/subscriberMosquitto.ts"

const filters = ["devices/#"]
const publishers = 16

interface Consumer {
  readonly close: () => Promise<void> | void
}

/** Publishes so many messages from a process of its own. */
const publish = async (port: number, messages: number): Promise<void> => {
  const script = join(import.meta.dirname, "load.ts")
  const each = messages / publishers
  const child = spawn(process.execPath, [script, ...[port, publishers, each, 100].map(String)], {
    stdio: ["ignore", "ignore", "inherit"]
  })
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error("the publishers failed")
}

const through = (
  name: string,
  consume: (port: number, one: () => void) => Promise<Consumer>,
  settings: ReadonlyArray<string> = ["max_queued_messages 0"]
): AnyVariant =>
  variant({
    name,
    setup: async () => {
      const mosquitto = await startOpenMosquitto(settings)
      const state = { count: 0, wanted: 0, done: () => {} }
      const consumer = await consume(mosquitto.port, () => {
        if (++state.count === state.wanted) state.done()
      })
      return { mosquitto, consumer, state }
    },
    run: async ({ mosquitto, state }, { quick }) => {
      const units = quick ? 16_000 : 160_000
      state.count = 0
      state.wanted = units
      const all = new Promise<void>((resolve) => (state.done = resolve))
      await Promise.all([publish(mosquitto.port, units), all])
      return { units }
    },
    teardown: async ({ consumer, mosquitto }) => {
      await consumer.close()
      await mosquitto.close()
    }
  })

/** Acknowledges every message as it comes and reads nothing of it: nobody can be faster at this broker. */
const bare = async (port: number, one: () => void): Promise<Consumer> => {
  const socket = connectTcp(port, "127.0.0.1")
  await once(socket, "connect")
  const frames = new Frames()
  const hello = {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId: "bare",
    clean: true
  } as const
  const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }))
  socket.write(
    Buffer.concat([
      generate({ ...hello, keepalive: 0 }),
      generate({ cmd: "subscribe", messageId: 1, subscriptions })
    ])
  )
  socket.on("data", (chunk: Buffer) => {
    frames.push(chunk)
    const acks: Array<number> = []
    for (;;) {
      const frame = frames.next(1_000_000)
      if (frame === undefined || typeof frame === "string") break
      if (frame.bytes[0]! >> 4 !== 3) continue
      const at = frame.start + 2 + frame.bytes.readUInt16BE(frame.start)
      acks.push(0x40, 2, frame.bytes[at]!, frame.bytes[at + 1]!)
      one()
    }
    socket.write(Buffer.from(acks))
  })
  return { close: () => void socket.destroy() }
}

const subscribe =
  (take: (one: () => void) => () => Promise<Taken>) =>
  async (port: number, one: () => void): Promise<Consumer> => {
    const url = `mqtt://127.0.0.1:${port}`
    const client = new Client(termsOf({ url, clientId: "bench", filters, take: take(one) }))
    await new Promise<void>((resolve) => void client.whenUp(resolve))
    return { close: () => client.close() }
  }

/** Stores what came within 5 ms together. */
const inBatches = (one: () => void) => {
  let batch: Array<(taken: Taken) => void> = []
  const commit = () => {
    const all = batch
    batch = []
    for (const resolve of all) {
      one()
      resolve("stored")
    }
  }
  return () =>
    new Promise<Taken>((resolve) => {
      if (batch.push(resolve) === 1) setTimeout(commit, 5)
    })
}

const atOnce = (one: () => void) => async (): Promise<Taken> => {
  one()
  return "stored"
}

const other = async (port: number, one: () => void): Promise<Consumer> => {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: "mqttjs",
    protocolVersion: 5,
    properties: { receiveMaximum: 1_000 }
  })
  client.on("message", one)
  await client.subscribeAsync(filters, { qos: 1 })
  return { close: () => client.endAsync() }
}

/** The subscriber at a broker that costs nothing: what it can do by itself. */
const alone = variant({
  name: "subscriber alone, at a broker that only sends; commits every 5 ms",
  setup: async () => {
    const script = join(import.meta.dirname, "blast.ts")
    const child = spawn(process.execPath, [script, "1000"], { stdio: ["ignore", "pipe", "inherit"] })
    const [first] = await once(child.stdout, "data")
    const state = { count: 0, wanted: Infinity, done: () => {} }
    const consumer = await subscribe(inBatches)(Number(String(first)), () => {
      if (++state.count === state.wanted) state.done()
    })
    return { child, consumer, state }
  },
  run: async ({ state }, { quick }) => {
    const units = quick ? 50_000 : 500_000
    state.count = 0
    state.wanted = units
    await new Promise<void>((resolve) => (state.done = resolve))
    return { units }
  },
  teardown: async ({ child, consumer }) => {
    await consumer.close()
    child.kill()
  }
})

const limit = "a bare socket, acknowledged unread"
const own = "subscriber, acknowledged after commits every 5 ms"
const mqttJs = "mqtt.js, acknowledged before anything is stored"

/** What the subscriber makes of what a mosquitto sends, with publishers on the same machine. */
export default {
  name: "subscriber",
  unit: "messages",
  limit,
  rounds: 3,
  variants: [
    through(limit, bare, ["max_queued_messages 0", "max_inflight_messages 0"]),
    through("subscriber, acknowledged at once", subscribe(atOnce)),
    through(own, subscribe(inBatches)),
    through(mqttJs, other),
    alone
  ],
  checks: [
    {
      name: "the subscriber costs less than mqtt.js although it waits for commits",
      holds: (rows) => {
        const cpu = (name: string) => rows.find((row) => row.variant === name)?.cpu ?? 0
        return cpu(own) < cpu(mqttJs)
      }
    }
  ]
} satisfies Bench
