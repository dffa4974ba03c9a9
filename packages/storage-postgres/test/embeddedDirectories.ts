import { Effect } from "effect"
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { join } from "node:path"

/** A place for one test's directories, which other users may enter; removed when the scope closes. */
export const temporary = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "wattkit-test-"))
    chmodSync(path, 0o755)
    return path
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const packageFolder = fileURLToPath(new URL("..", import.meta.url))

const script = `
  import { Effect, Redacted } from "effect"
  import { start } from "./src/embedded/index.ts"
  const program = Effect.gen(function*() {
    const { pid, owner } = yield* start({ directory: process.argv[1], onProgress: () => Effect.void })
    console.log(JSON.stringify({ pid, url: Redacted.value(owner.url) }))
    yield* Effect.callback((resume) => {
      process.stdin.resume().once("end", () => resume(Effect.void))
    })
  })
  await Effect.runPromise(Effect.scoped(program)).catch((failed) => {
    console.log(JSON.stringify({ reason: failed.reason, message: failed.message }))
  })
`

/** What another process said after it tried to become the owner of a directory. */
export interface OwnerReport {
  readonly pid?: number
  readonly reason?: string
  readonly message?: string
}

/** Another Node process that starts the embedded PostgreSQL; ended by force when the scope closes. */
export const otherProcess = (
  directory: string,
  identity: { readonly uid?: number; readonly gid?: number } = {}
) =>
  Effect.gen(function* () {
    const child: ChildProcess = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--input-type=module", "-e", script, directory], {
          cwd: packageFolder,
          stdio: ["pipe", "pipe", "inherit"],
          ...identity
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const report = yield* Effect.callback<OwnerReport>((resume) => {
      let text = ""
      child.stdout?.on("data", (bytes: Buffer) => {
        text += bytes.toString()
        if (text.includes("\n")) resume(Effect.succeed(JSON.parse(text)))
      })
      child.once("exit", (code) => resume(Effect.succeed({ reason: `exit ${code}: ${text}` })))
    })
    return { child, report }
  })

/** Waits for a child process to be gone. */
export const ended = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
  })

/** Whether a process runs (one that has ended and waits for its parent does not). */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}
