import { join } from "node:path"
import { start } from "../live/child.ts"
import { type Peer, peerOf } from "../ingest/peers.ts"
import { shared } from "../ingest/variants/shared.ts"
import { wattkit } from "../ingest/wattkit.ts"
import { house } from "./questions.ts"

const hour = 3_600_000

/** The day before yesterday, of which there is a reading for every hour. */
export const day = Math.floor(Date.now() / (24 * hour)) * 24 * hour - 48 * hour

const rowsOf = (devices: ReadonlyArray<number>): string =>
  JSON.stringify(
    devices.flatMap((device) =>
      Array.from({ length: 25 }, (_, i) => ({
        device: `meter-${device}`,
        at: new Date(day + i * hour).toISOString(),
        powerW: 300 + ((device * 7 + i * 13) % 400),
        importWh: device * 1_000 + i * 350
      }))
    )
  )

const fill = async (port: number, key: string): Promise<void> => {
  const atOnce = 200
  for (let from = 0; from < house.devices; from += atOnce) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/readings`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: rowsOf(Array.from({ length: Math.min(atOnce, house.devices - from) }, (_, i) => from + i))
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

/** A server with ten thousand devices and a day of each, and a bare one over the same tables. */
export const furnished = shared(
  async () => {
    const server = await wattkit(house)
    await fill(server.port, server.key!)
    const bare: Peer = await peerOf(join(import.meta.dirname, "peer/fastify.ts"), [server.databaseUrl])
    return { server, bare: { ...bare, watched: { ...bare.watched, postgres: server.watched.postgres } } }
  },
  async ({ bare, server }) => {
    await bare.stop()
    await server.stop()
  }
)

/** The one process that reads, for all variants. */
export const reader = shared(
  async () => start(join(import.meta.dirname, "reader.ts")),
  (child) => child.end()
)
