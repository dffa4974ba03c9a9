import { Effect } from "effect"
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Binaries } from "./binaries.ts"
import type { DirectoryLayout } from "../directory/directoryLayout.ts"
import { embeddedPostgresError, fromLog, fromSystem } from "../EmbeddedPostgresError.ts"
import type { EmbeddedPostgresError } from "../EmbeddedPostgresError.ts"
import { lastLines } from "../directory/logFiles.ts"
import { inspect, isPostmasterOf, isSame, pause, run } from "./osProcess.ts"
import type { OsProcess } from "./osProcess.ts"
import { command } from "./runAs.ts"
import type { RunAs } from "./runAs.ts"

/** A running server: one we started, or one that an earlier process of ours left running. */
export interface Postmaster {
  readonly pid: number
  readonly adopted: boolean
  readonly isRunning: () => boolean
  /** Completes when the server has ended. */
  readonly exited: Effect.Effect<void>
}

/** What the server writes about itself into its data directory. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  readonly socketDirectory: string
  readonly ready: boolean
}

/** Reads postmaster.pid; undefined when there is none or it is not yet whole. */
export const readPostmasterFile = (layout: DirectoryLayout): PostmasterFile | undefined => {
  try {
    const lines = readFileSync(join(layout.data, "postmaster.pid"), "utf8")
      .split("\n")
      .map((line) => line.trim())
    const pid = Number(lines[0])
    if (!Number.isInteger(pid) || pid <= 1) return undefined
    return { pid, port: Number(lines[3]), socketDirectory: lines[4] ?? "", ready: lines[7] === "ready" }
  } catch {
    return undefined
  }
}

/** A server that was found running, watched through the operating system. */
export const found = (server: OsProcess): Postmaster => ({
  pid: server.pid,
  adopted: true,
  isRunning: () => isSame(server),
  exited: Effect.gen(function* () {
    while (isSame(server)) yield* pause(250)
  })
})

const started = (child: ChildProcess, pid: number): Postmaster => {
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return {
    pid,
    adopted: false,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    exited: Effect.promise(() => gone)
  }
}

/**
 * Starts the server in a process group of its own, so that a Ctrl-C in a terminal reaches it through us,
 * after everything that uses it has ended. `onSpawn` is called in the same instant, so that nothing can come
 * between a server that runs and somebody who will stop it.
 */
export const spawnPostmaster = (
  layout: DirectoryLayout,
  binaries: Binaries,
  runAs: RunAs,
  args: ReadonlyArray<string>,
  onSpawn: (server: Postmaster) => void
): Effect.Effect<Postmaster, EmbeddedPostgresError> =>
  Effect.callback<Postmaster, EmbeddedPostgresError>((resume) => {
    const server = command(runAs, binaries.postgres, args)
    try {
      const output = openSync(layout.startLog, "w", 0o600)
      const child = spawn(server.file, server.args, {
        ...server.identity,
        cwd: process.platform === "win32" ? layout.directory : "/",
        env: binaries.env,
        stdio: ["ignore", output, output],
        detached: process.platform !== "win32",
        windowsHide: true
      })
      closeSync(output)
      child.once("error", (cause) => resume(Effect.fail(fromSystem("start PostgreSQL", cause))))
      child.unref()
      if (child.pid === undefined) return
      const postmaster = started(child, child.pid)
      onSpawn(postmaster)
      resume(Effect.succeed(postmaster))
    } catch (cause) {
      resume(Effect.fail(fromSystem("start PostgreSQL", cause)))
    }
  })

/** Waits until the server says that it takes connections. */
export const awaitReady = (
  layout: DirectoryLayout,
  server: Postmaster,
  since: number,
  patienceMs: number
): Effect.Effect<void, EmbeddedPostgresError> =>
  Effect.gen(function* () {
    while (true) {
      const file = readPostmasterFile(layout)
      if (file?.pid === server.pid && file.ready) return
      if (!server.isRunning()) {
        const log = lastLines(layout, since)
        return yield* fromLog("start", "PostgreSQL ended while it was starting.", log)
      }
      if (Date.now() - since > patienceMs) {
        return yield* embeddedPostgresError(
          "timeout",
          `PostgreSQL was not ready after ${Math.round(patienceMs / 1000)} s; recovering after a crash can ` +
            "take long on a slow disk: start again, it goes on where it was.",
          lastLines(layout, since)
        )
      }
      yield* pause(20)
    }
  })

type Signal = "SIGINT" | "SIGQUIT" | "SIGKILL"

/**
 * Sends a signal to the server, if the process is still the server. Windows has no signals; there the
 * server's own tool delivers them.
 */
const signal = (layout: DirectoryLayout, binaries: Binaries, server: Postmaster, name: Signal) =>
  Effect.suspend(() => {
    if (!server.isRunning()) return Effect.void
    if (process.platform === "win32" && name !== "SIGKILL") {
      const tool = join(binaries.root, "bin", "pg_ctl.exe")
      return Effect.asVoid(run(tool, ["kill", name.slice(3), String(server.pid)], { env: binaries.env }))
    }
    const seen = inspect(server.pid)
    // A child that has only just been made does not yet carry the server's command line.
    if (server.adopted && (seen === undefined || !isPostmasterOf(seen, layout.data))) return Effect.void
    try {
      process.kill(server.pid, name)
    } catch {
      // It ended in between.
    }
    return Effect.void
  })

/** Waits for the server to end; false when it still runs after this long. */
const ended = (server: Postmaster, patienceMs: number): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const until = Date.now() + patienceMs
    while (server.isRunning()) {
      if (Date.now() > until) return false
      yield* pause(20)
    }
    return true
  })

/**
 * Stops the server: at first so that it writes everything out and needs no recovery, then at once (the log
 * that every commit is in is replayed at the next start), at last by force.
 */
export const stop = (layout: DirectoryLayout, binaries: Binaries, server: Postmaster): Effect.Effect<void> =>
  Effect.gen(function* () {
    const steps: ReadonlyArray<readonly [Signal, number]> = [
      ["SIGINT", 20_000],
      ["SIGQUIT", 6_000],
      ["SIGKILL", 2_000]
    ]
    for (const [name, patienceMs] of steps) {
      yield* signal(layout, binaries, server, name)
      if (yield* ended(server, patienceMs)) return
    }
  })

/** The last thing a process that ends without closing its scope does for its server. */
export const stopAtExit = (server: Postmaster): void => {
  try {
    if (server.isRunning()) process.kill(server.pid, "SIGINT")
  } catch {
    // It ended in between.
  }
}
