import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve as resolvePath } from "node:path"
import { type Child, start } from "../live/child.ts"
import type { Watched } from "./processors.ts"

/** A server of its own process that takes readings. */
export interface Peer {
  readonly port: number
  /** The secret of a credential that may ingest. */
  readonly key?: string | undefined
  readonly watched: Watched
  readonly stop: () => Promise<void>
}

/** A directory that nobody else has. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), "wattkit-bench-"))

/** Ends a process and waits until it is gone. */
export const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once("exit", () => resolve())
    child.kill("SIGTERM")
  })

/** Waits until a process prints something. */
export const printed = (child: ChildProcess, wanted: RegExp): Promise<RegExpExecArray> =>
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

/** A port nobody listens on at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** Starts a file of the folder `peer` beside this one, or one that is named in full. */
export const peerOf = async (
  file: string,
  words: ReadonlyArray<string>,
  watched: Watched = {}
): Promise<Peer> => {
  const server = spawn(process.execPath, [resolvePath(import.meta.dirname, "peer", file), ...words], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  const found = await printed(server, /listening (\d+)/)
  return {
    port: Number(found[1]),
    watched: { ...watched, server: server.pid },
    stop: () => stopped(server)
  }
}

/** A database for peers that have none of their own. */
export interface Database {
  readonly url: string
  readonly pid: number
}

/** A hand-written server: Fastify, a JSON schema, one INSERT for each request. */
export const fastify = ({ pid, url }: Database): Promise<Peer> =>
  peerOf("fastify.ts", [url], { postgres: pid })

/** Nothing but answers, for what the sender alone can do. */
export const constant = (over: "http" | "mqtt", body = ""): Promise<Peer> =>
  peerOf("constant.ts", [over, body])

/** The embedded broker that acknowledges at once. */
export const broker = (): Promise<Peer> => peerOf("broker.ts", [])

/** A subscriber that joins messages for its INSERTs, and can be asked how many are stored. */
export const joining = async (
  port: number,
  { pid, url }: Database
): Promise<Peer & { readonly child: Child }> => {
  const child = start(join(import.meta.dirname, "peer/joining.ts"), String(port), url)
  await child.ask({})
  return { port, watched: { server: child.pid, postgres: pid }, child, stop: child.end }
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
    watched: { server: server.pid },
    stop: async () => {
      await stopped(server)
      rmSync(directory, { recursive: true, force: true })
    }
  }
}
