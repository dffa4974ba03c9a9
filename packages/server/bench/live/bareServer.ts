/** The limit: nothing but the socket library, and the same frames to the same clients. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { type WebSocket, WebSocketServer } from "ws"
import { answer } from "./child.ts"
import { rssBytes, type ServerQuestion, tellAll } from "./load.ts"

const clients = new Map<number, WebSocket>()
const server = createServer()
const sockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  clientTracking: false,
  handleProtocols: () => "wattkit.v1"
})
const sequences = new Map<number, number>()

sockets.on("connection", (socket) => {
  socket.send('{"type":"CONNECTION_ACK"}')
  socket.once("message", (data) => {
    const { locationIds } = JSON.parse(String(data)) as { locationIds: ReadonlyArray<string> }
    clients.set(Number(locationIds[0]!.slice(1)), socket)
    socket.send('{"type":"SUBSCRIBED"}')
  })
})

const tell = (client: number, plannedAt: number): void => {
  const sequence = (sequences.get(client) ?? 0) + 1
  sequences.set(client, sequence)
  const at = new Date(plannedAt).toISOString()
  const readings = [{ deviceId: `d${client}`, at, channel: "main", powerW: plannedAt }]
  const frame = { type: "ENERGY_UPDATE", id: "1", sequence, locationId: `l${client}`, readings }
  clients.get(client)?.send(JSON.stringify(frame))
}

answer<ServerQuestion>(async (question) => {
  if (question.ask === "run") return tellAll(clients.size, question.ms, tell, () => {})
  if (question.ask === "memory") return { rssBytes: await rssBytes() }
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", () => resolve()))
  return { port: (server.address() as AddressInfo).port, key: "", rssBytes: await rssBytes() }
})
