import { parser, type Packet } from "mqtt-packet"
import type { Incoming, Taken } from "../src/broker/BrokerOptions.ts"
import type { Witness } from "./Proxy.ts"

/** What two ledgers that do not know of each other say in the end. */
export interface Verdict {
  /** Messages the broker confirmed to the one who sent them, and of them, those that were never stored. */
  readonly sent: number
  readonly lost: number
  /** Messages that were stored and never sent. */
  readonly phantom: number
  /** How much more often messages were handed over than the broker sent them. */
  readonly twice: number
  /** Acknowledgements seen on the wire of messages that were not stored at that moment. */
  readonly early: number
  /** Acknowledgements seen on a connection on which that message did not wait for one. */
  readonly stale: number
  readonly mostMessages: number
  readonly mostBytes: number
  readonly disconnects: number
  readonly connections: number
}

/** A store that keeps what it has promised, and can be slow or stopped. */
export interface Store {
  readonly take: (incoming: Incoming) => Promise<Taken>
  readonly probe: () => Promise<boolean>
  readonly stop: () => void
  readonly start: () => void
  /** Everything that is not stored yet never will be, as after a crash. */
  readonly crash: () => void
  readonly has: (key: string) => boolean
}

interface Waiting {
  readonly key: string
  readonly bytes: number
  readonly resolve: (taken: Taken) => void
  readonly reject: (cause: Error) => void
}

/** Commits in batches; `delayMs` says how long the next one takes. */
export const makeStore = (delayMs: () => number) => {
  const rows = new Map<string, number>()
  const takes = new Map<string, number>()
  const commits = new Set<ReadonlyArray<Waiting>>()
  let batch: Array<Waiting> = []
  let isStopped = false
  let messages = 0
  let bytes = 0
  const most = { messages: 0, bytes: 0 }
  const settle = (all: ReadonlyArray<Waiting>, how: (one: Waiting) => void) => {
    for (const one of all) {
      messages--
      bytes -= one.bytes
      how(one)
    }
  }
  const commit = (all: ReadonlyArray<Waiting>) => {
    if (!commits.has(all)) return
    if (isStopped) return void setTimeout(() => commit(all), 10)
    commits.delete(all)
    for (const { key } of all) rows.set(key, (rows.get(key) ?? 0) + 1)
    settle(all, ({ resolve }) => resolve("stored"))
  }
  const store: Store = {
    take: ({ payload }) =>
      new Promise((resolve, reject) => {
        const key = Buffer.from(payload).toString("latin1").split(" ", 1)[0]!
        takes.set(key, (takes.get(key) ?? 0) + 1)
        messages++
        bytes += payload.length
        most.messages = Math.max(most.messages, messages)
        most.bytes = Math.max(most.bytes, bytes)
        batch.push({ key, bytes: payload.length, resolve, reject })
        if (batch.length > 1) return
        setTimeout(() => {
          const all = batch
          batch = []
          commits.add(all)
          setTimeout(() => commit(all), delayMs())
        }, 2)
      }),
    probe: async () => !isStopped,
    stop: () => void (isStopped = true),
    start: () => void (isStopped = false),
    crash: () => {
      for (const all of [...commits, batch]) {
        settle(all, ({ reject }) => reject(new Error("the store crashed")))
      }
      commits.clear()
      batch = []
    },
    has: (key) => rows.has(key)
  }
  return { store, rows, takes, most }
}

interface Seen {
  readonly of: { readonly client: ReturnType<typeof parser>; server: ReturnType<typeof parser> | undefined }
  readonly waiting: Map<number, string>
}

/** Reads along on the wire between the broker and the subscriber. */
export const makeWire = (isStored: (key: string) => boolean) => {
  const connections = new Map<number, Seen>()
  const sentTo = new Map<string, number>()
  const counts = { early: 0, stale: 0, disconnects: 0, acks: 0 }
  const fromServer = (waiting: Map<number, string>) => (packet: Packet) => {
    if (packet.cmd !== "publish") return
    const key = packet.payload.toString("latin1").split(" ", 1)[0]!
    sentTo.set(key, (sentTo.get(key) ?? 0) + 1)
    waiting.set(packet.messageId!, key)
  }
  const fromClient = (waiting: Map<number, string>) => (packet: Packet) => {
    if (packet.cmd === "disconnect") counts.disconnects++
    if (packet.cmd !== "puback" && packet.cmd !== "pubrec") return
    counts.acks++
    const key = waiting.get(packet.messageId!)
    waiting.delete(packet.messageId!)
    if (key === undefined) counts.stale++
    else if (!isStored(key)) counts.early++
  }
  const open = (connection: number): Seen => {
    const waiting = new Map<number, string>()
    const seen: Seen = { of: { client: parser(), server: undefined }, waiting }
    connections.set(connection, seen)
    seen.of.client.on("packet", (packet) => {
      if (packet.cmd !== "connect") return fromClient(waiting)(packet)
      seen.of.server = parser({ protocolVersion: packet.protocolVersion })
      seen.of.server.on("packet", fromServer(waiting))
    })
    return seen
  }
  const see: Witness = (connection, from, bytes) => {
    const { of } = connections.get(connection) ?? open(connection)
    of[from]?.parse(bytes)
  }
  return { see, sentTo, counts }
}
