/** Many clients on bare connections, each with an update a second, who speak just enough of RFC 6455. */
import type { Socket } from "node:net"
import { answer } from "./child.ts"
import { nowMs } from "./load.ts"
import { answerPing, open } from "./socket.ts"

/** What the clients are asked. */
export type ClientsQuestion =
  | { readonly ask: "connect"; readonly port: number; readonly key: string; readonly clients: number }
  | { readonly ask: "stall"; readonly port: number; readonly key: string; readonly clients: number }
  | { readonly ask: "leave" }
  | { readonly ask: "seen" }

/** What they saw since they were asked before. */
export interface Seen {
  readonly count: number
  readonly latencies: ReadonlyArray<number>
}

let latencies: Array<number> = []
const connected: Array<Socket> = []
const stalled: Array<Socket> = []

/** From so many addresses, because one has no more than 28,000 ports. */
const addresses = 4

const powerW = Buffer.from('"powerW":')

const hear = (socket: Socket, frame: Buffer): void => {
  const at = frame.indexOf(powerW)
  if (at >= 0) {
    const sentAt = frame.toString("latin1", at + powerW.length, at + powerW.length + 20)
    latencies.push(nowMs() - Number.parseFloat(sentAt))
  } else answerPing(socket, frame)
}

const socketOf = (port: number, key: string, index: number, locationId: string): Promise<Socket> =>
  open({ port, key, locationId, localAddress: `127.0.0.${2 + (index % addresses)}`, hear })

const connectAll = async (port: number, key: string, clients: number): Promise<void> => {
  for (let from = 0; from < clients; from += 200) {
    const some = Array.from({ length: Math.min(200, clients - from) }, (_, i) => from + i)
    connected.push(...(await Promise.all(some.map((client) => socketOf(port, key, client, `l${client}`)))))
  }
}

/** Opens a connection to what is loud, and never reads from it again. */
const stall = async (port: number, key: string, index: number): Promise<Socket> => {
  const socket = await socketOf(port, key, index, "loud")
  socket.on("error", () => {})
  socket.removeAllListeners("data")
  return socket.pause()
}

answer<ClientsQuestion>(async (question) => {
  if (question.ask === "seen") {
    const seen: Seen = { count: latencies.length, latencies }
    latencies = []
    return seen
  }
  if (question.ask === "leave") {
    for (const socket of connected.splice(0)) socket.destroy()
    return {}
  }
  const { clients, key, port } = question
  if (question.ask === "connect") await connectAll(port, key, clients)
  else {
    for (const socket of stalled.splice(0)) socket.destroy()
    stalled.push(...(await Promise.all(Array.from({ length: clients }, (_, n) => stall(port, key, n)))))
  }
  return { connected: clients }
})
