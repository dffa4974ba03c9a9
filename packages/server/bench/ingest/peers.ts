import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@wattkit/client"

/** A server of its own process that takes readings. */
export interface Peer {
  readonly port: number
  readonly authorization?: string | undefined
  /** Microseconds of processor time its processes used so far. */
  readonly pids: () => ReadonlyArray<number>
  readonly stop: () => Promise<void>
}

const scratch = (): string => mkdtempSync(join(tmpdir(), "wattkit-bench-"))

const stopped = (child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once("exit", () => resolve())
    child.kill(signal)
  })

/** Waits until a process prints something. */
const printed = (child: ChildProcess, wanted: RegExp): Promise<RegExpExecArray> =>
  new Promise((resolve, reject) => {
    let text = ""
    child.once("exit", () => reject(new Error(`it ended before it was ready:\n${text}`)))
    const hear = (chunk: Buffer): void => {
      text += chunk.toString()
      const found = wanted.exec(text)
      if (found !== null) resolve(found)
    }
    child.stdout?.on("data", hear)
    child.stderr?.on("data", hear)
  })

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** `wattkit serve` as anybody starts it, with devices `meter-0`, `meter-1`, … */
export const wattkit = async (devices: number, env: Readonly<Record<string, string>> = {}): Promise<Peer> => {
  const directory = scratch()
  const main = join(import.meta.dirname, "../../src/main.ts")
  const server = spawn(process.execPath, [main, "serve", "--port", "0", "--data-dir", directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WATTKIT_LOG_LEVEL: "error", ...env }
  })
  const found = await printed(server, /http:\/\/localhost:(\d+)[^]*?(wk_live_\w{38})\s/)
  const [port, key] = [Number(found[1]), found[2]!]
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, auth: key })
  const place = { name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
  const location = await client.locations.create({ body: place })
  for (let i = 0; i < devices; i++) {
    const body = { id: `meter-${i}`, name: "Meter", role: "load", kind: "plug" } as const
    await client.devices.register({ locationId: location.id, body })
  }
  return {
    port,
    authorization: `Bearer ${key}`,
    pids: () => [server.pid!],
    stop: async () => {
      await stopped(server)
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

/** A hand-written server: Fastify, a JSON schema, one INSERT for each request. */
export const fastify = async (database: string): Promise<Peer> => {
  const server = spawn(process.execPath, [join(import.meta.dirname, "fastifyPeer.ts"), database], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  const found = await printed(server, /listening (\d+)/)
  return { port: Number(found[1]), pids: () => [server.pid!], stop: () => stopped(server) }
}

const influxd = ["/usr/bin/influxd", "/usr/sbin/influxd"].find((path) => existsSync(path))

/** Whether InfluxDB 1 is on this machine. */
export const hasInflux = influxd !== undefined

/** InfluxDB 1 with its write-ahead log synchronised by each write, as it comes. */
export const influx = async (): Promise<Peer> => {
  const directory = scratch()
  const [port, rpc] = [await freePort(), await freePort()]
  const config = join(directory, "influxdb.conf")
  const lines = [
    "reporting-disabled = true",
    `bind-address = "127.0.0.1:${rpc}"`,
    `[meta]\ndir = "${directory}/meta"`,
    `[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"\nquery-log-enabled = false`,
    `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false`,
    "[monitor]\nstore-enabled = false"
  ]
  writeFileSync(config, lines.join("\n"))
  const server = spawn(influxd!, ["-config", config], { stdio: "ignore" })
  for (let i = 0; ; i++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/ping`).then(
      (answer) => answer.status === 204,
      () => false
    )
    if (isUp) break
    if (i > 100) throw new Error("InfluxDB did not start")
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const body = new URLSearchParams({ q: "CREATE DATABASE bench" })
  await (await fetch(`http://127.0.0.1:${port}/query`, { method: "POST", body })).text()
  return {
    port,
    pids: () => [server.pid!],
    stop: async () => {
      await stopped(server)
      rmSync(directory, { recursive: true, force: true })
    }
  }
}
