import { Effect } from "effect"
import { rmSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import type { Binaries } from "./binaries.ts"
import { socketFile } from "../directory/directoryLayout.ts"
import type { DirectoryLayout } from "../directory/directoryLayout.ts"
import { embeddedPostgresError } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"
import { hasCommand, inspect, isPostmasterOf } from "./osProcess.ts"
import { found, readPostmasterFile, stop } from "./postmaster.ts"
import type { Postmaster } from "./postmaster.ts"

/**
 * Whether a PostgreSQL answers on a socket. The question is whether TLS is spoken, which every server answers
 * with one letter before it asks who we are.
 */
const answers = (path: string): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const socket = connect(path)
    const answer = (alive: boolean) => {
      socket.destroy()
      resume(Effect.succeed(alive))
    }
    socket.setTimeout(1_000, () => answer(false))
    socket.on("connect", () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])))
    socket.on("data", (bytes) => answer(bytes[0] === 78 || bytes[0] === 83))
    socket.on("error", () => answer(false))
    socket.on("close", () => answer(false))
    return Effect.sync(() => socket.destroy())
  })

/**
 * Deals with what an earlier process left: a server with the same command is adopted, one with another
 * command is stopped, and the traces of one that is gone are removed, whoever has its process id now.
 */
export const adoptOrClear = (
  layout: DirectoryLayout,
  binaries: Binaries,
  wanted: ReadonlyArray<string>
): Effect.Effect<Postmaster | undefined, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    const file = readPostmasterFile(layout)
    const running = file === undefined ? undefined : inspect(file.pid)
    if (running !== undefined && isPostmasterOf(running, layout.data)) {
      const server = found(running)
      if (file?.ready === true && hasCommand(running, wanted)) return server
      yield* stop(layout, binaries, server)
    } else if (file !== undefined && file.socketDirectory !== "" && process.platform !== "win32") {
      const path = join(file.socketDirectory, socketFile(file.port))
      if (yield* answers(path)) {
        return yield* embeddedPostgresError(
          "locked",
          `A PostgreSQL that is not visible from here (another container?) runs on ${layout.directory}: ` +
            "stop it, or set WATTKIT_DATA_DIR to another directory."
        )
      }
    }
    yield* Effect.sync(() => rmSync(join(layout.data, "postmaster.pid"), { force: true }))
    return undefined
  })

/** Removes the socket of a server that is gone; its lock file would otherwise name a stranger's process. */
export const clearSocket = (directory: string | undefined, port: number): Effect.Effect<void> =>
  Effect.sync(() => {
    if (directory === undefined) return
    rmSync(join(directory, socketFile(port)), { force: true })
    rmSync(join(directory, `${socketFile(port)}.lock`), { force: true })
  })
