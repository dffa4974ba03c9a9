import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createClient } from "@wattkit/client"
import pg from "pg"
import { freePort, type Peer, printed, scratch, stopped } from "./peers.ts"

/** `wattkit serve` with its embedded PostgreSQL and its broker. */
export interface Wattkit extends Peer {
  readonly mqttPort: number
  /** How many devices have said nothing yet of that instant or a later one. */
  readonly behind: (at: number) => Promise<number>
}

const main = join(import.meta.dirname, "../../src/main.ts")

const serve = (directory: string, env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, [main, "serve", "--port", "0", "--data-dir", directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WATTKIT_LOG_LEVEL: "error", WATTKIT_REQUESTS_PER_MINUTE: "100000000", ...env }
  })

/** The database of a server, as whoever owns its directory may open it. */
const databaseOf = async (directory: string) => {
  const [pid, , , port, host] = readFileSync(join(directory, "postgres/data/postmaster.pid"), "utf8").split(
    "\n"
  )
  const { passwords } = JSON.parse(readFileSync(join(directory, "postgres/wattkit.json"), "utf8"))
  const user = "wattkit_admin"
  const options = { host: host!, port: Number(port), user, password: passwords.admin, database: "wattkit" }
  const client = new pg.Client(options)
  await client.connect()
  const { admin } = passwords
  // A directory is a socket, which an address names in its query.
  const url = `postgres://${user}:${admin}@localhost:${port}/wattkit?host=${encodeURIComponent(host!)}`
  return { pid: Number(pid), client, url }
}

const behindOf =
  "SELECT (SELECT count(*) FROM devices) - count(*) AS devices FROM device_state WHERE at >= $1"

/** Where devices are registered and how many locations they share. */
interface House {
  readonly devices: number
  readonly locations?: number
}

const furnish = async (port: number, key: string, { devices, locations = 1 }: House) => {
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, auth: key })
  const place = { name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
  const ids: Array<string> = []
  for (let i = 0; i < locations; i++) ids.push((await client.locations.create({ body: place })).id)
  let next = 0
  const register = async (): Promise<void> => {
    for (let i = next++; i < devices; i = next++) {
      const body = { id: `meter-${i}`, name: "Meter", role: "load", kind: "plug" } as const
      await client.devices.register({ locationId: ids[i % locations]! as never, body })
    }
  }
  await Promise.all(Array.from({ length: 16 }, register))
  return ids
}

/**
 * Starts a server as anybody does, with devices `meter-0`, `meter-1`, …, which are in the locations by turns.
 * With `mqttUrl` it subscribes at that broker beside its own.
 */
export const wattkit = async (
  house: House,
  mqttUrl?: string
): Promise<Wattkit & { readonly locationIds: ReadonlyArray<string>; readonly databaseUrl: string }> => {
  const directory = scratch()
  const mqttPort = await freePort()
  const env = { WATTKIT_MQTT_PORT: String(mqttPort) }
  let server = serve(directory, env)
  const first = await printed(server, /http:\/\/localhost:(\d+)[^]*?(wk_live_\w{38})\s/)
  const key = first[2]!
  let port = Number(first[1])
  if (mqttUrl !== undefined) {
    // Only a server that ran once has a credential in whose name it can store.
    await stopped(server)
    server = serve(directory, { ...env, WATTKIT_MQTT_URL: mqttUrl, WATTKIT_MQTT_KEY: key })
    port = Number((await printed(server, /http:\/\/localhost:(\d+)/))[1])
  }
  const locationIds = await furnish(port, key, house)
  const { client, pid, url } = await databaseOf(directory)
  return {
    port,
    mqttPort,
    key,
    locationIds,
    databaseUrl: url,
    watched: { server: server.pid, postgres: pid },
    behind: async (at) => Number((await client.query(behindOf, [new Date(at)])).rows[0].devices),
    stop: async () => {
      await client.end()
      await stopped(server)
      rmSync(directory, { recursive: true, force: true })
    }
  }
}
