import { Effect } from "effect"
import type { Scope } from "effect"
import { rmSync } from "node:fs"
import { connect, createServer } from "node:net"
import type { Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { directoryLayout, longestSocketPath, shortName } from "./directoryLayout.ts"
import { embeddedPostgresError } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"

/** The lock of one embedded directory, while its scope is open. */
export interface DirectoryLock {
  /** Whether the directory's file system can hold Unix sockets (some shared and network ones cannot). */
  readonly holdsSockets: boolean
}

const code = (cause: unknown): string => (cause instanceof Error && "code" in cause ? String(cause.code) : "")

const listen = (address: string): Effect.Effect<Server, string> =>
  Effect.callback<Server, string>((resume) => {
    // Whoever connects is told who holds the lock; nothing else is ever said on it.
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy())
      socket.end(String(process.pid))
    })
    server.once("error", (cause) => resume(Effect.fail(code(cause))))
    server.listen(address, () => {
      server.unref()
      resume(Effect.succeed(server))
    })
  })

/** Connects to a lock: the holder's process id (0 when it does not say), or the code of the error. */
const probe = (address: string): Effect.Effect<number, string> =>
  Effect.callback<number, string>((resume) => {
    let said = ""
    const socket = connect(address)
    const answer = () => {
      socket.destroy()
      resume(Effect.succeed(Number(said) || 0))
    }
    socket.setTimeout(400, answer)
    socket.on("data", (chunk) => {
      said += chunk.toString()
    })
    socket.on("end", answer)
    socket.on("error", (cause) => resume(Effect.fail(code(cause))))
    return Effect.sync(() => socket.destroy())
  })

const locked = (directory: string, pid: number): EmbeddedPostgresError =>
  embeddedPostgresError(
    "locked",
    `The data directory ${directory} is in use by ${
      pid === process.pid ? `this process (${pid})` : pid > 0 ? `process ${pid}` : "another process"
    }: stop that one, or set WATTKIT_DATA_DIR to another directory.`
  )

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
  })

const hold = (address: string): Effect.Effect<Server, string, Scope.Scope> =>
  Effect.acquireRelease(listen(address), close)

/** A name in the kernel, on Linux and Windows: it goes with the process that holds it, however that ends. */
const kernelName = (directory: string): string | undefined => {
  const name = `wattkit-${shortName(directory)}`
  return process.platform === "linux"
    ? `\0${name}`
    : process.platform === "win32"
      ? `\\\\.\\pipe\\${name}`
      : undefined
}

/** Takes the socket file; false where none can be held. One that nobody answers on is replaced. */
const holdFile = (
  address: string,
  directory: string
): Effect.Effect<boolean, EmbeddedPostgresError, Scope.Scope> =>
  Effect.gen(function* () {
    const first = yield* Effect.result(hold(address))
    if (first._tag === "Success") return true
    if (first.failure !== "EADDRINUSE") return false
    const holder = yield* Effect.result(probe(address))
    if (holder._tag === "Success") return yield* locked(directory, holder.success)
    if (holder.failure === "EACCES" || holder.failure === "EPERM") return yield* locked(directory, 0)
    rmSync(address, { force: true })
    const second = yield* Effect.result(hold(address))
    if (second._tag === "Failure") return yield* locked(directory, 0)
    return true
  })

/**
 * Takes the directory for this process, at once or not at all; `directory` is a real path.
 *
 * Two locks are held. The name in the kernel cannot be left behind, but it is not seen from another
 * container that shares the directory; the socket file is seen there too, and one that nobody answers on is
 * taken over.
 */
export const acquire = (
  directory: string
): Effect.Effect<DirectoryLock, EmbeddedPostgresError, Scope.Scope> =>
  Effect.gen(function* () {
    const name = kernelName(directory)
    if (name !== undefined) {
      yield* hold(name).pipe(
        Effect.catch(() =>
          Effect.flatMap(
            Effect.orElseSucceed(probe(name), () => 0),
            (pid) => Effect.fail(locked(directory, pid))
          )
        )
      )
      if (process.platform === "win32") return { holdsSockets: false }
    }
    const inside = directoryLayout(directory).ownerSocket
    const fits = Buffer.byteLength(inside) <= longestSocketPath
    if (fits && (yield* holdFile(inside, directory))) return { holdsSockets: true }
    const outside = join(tmpdir(), `wattkit-${shortName(directory)}.sock`)
    const held = Buffer.byteLength(outside) <= longestSocketPath && (yield* holdFile(outside, directory))
    if (!held && name === undefined) {
      return yield* embeddedPostgresError("start", `No lock can be held for the data directory ${directory}.`)
    }
    return { holdsSockets: !fits }
  })
