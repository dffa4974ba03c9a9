import { Effect } from "effect"
import { execFile, spawnSync } from "node:child_process"
import { readFileSync, readlinkSync } from "node:fs"
import { basename } from "node:path"

/** What the operating system says about a running process. */
export interface OsProcess {
  readonly pid: number
  /** The argument vector, or the whole command line as one string where only that can be had. */
  readonly command: ReadonlyArray<string> | string
  readonly cwd: string | undefined
  /** Tells a process from a later one that was given the same id. */
  readonly born: string
}

/**
 * Waits in real time. What is waited for here is another process of the operating system, which does not
 * follow a clock that a test has replaced.
 */
export const pause = (milliseconds: number): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const timer = setTimeout(() => resume(Effect.void), milliseconds)
    return Effect.sync(() => clearTimeout(timer))
  })

const inspectProc = (pid: number): OsProcess | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    if (fields[0] === "Z" || fields[0] === "X") return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1)
    let cwd: string | undefined
    try {
      cwd = readlinkSync(`/proc/${pid}/cwd`)
    } catch {
      cwd = undefined
    }
    return { pid, command, cwd, born: fields[19] ?? "" }
  } catch {
    return undefined
  }
}

const inspectWith = (pid: number, file: string, args: ReadonlyArray<string>): OsProcess | undefined => {
  const said = spawnSync(file, args, { encoding: "utf8", timeout: 5_000, windowsHide: true })
  const command = said.stdout?.trim() ?? ""
  return command === "" ? undefined : { pid, command, cwd: undefined, born: command }
}

/** Looks a process up by id; undefined when there is none, or only its remains. */
export const inspect = (pid: number): OsProcess | undefined => {
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  if (process.platform === "linux") return inspectProc(pid)
  if (process.platform === "win32") {
    const question = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`
    return inspectWith(pid, "powershell.exe", ["-NoProfile", "-Command", question])
  }
  return inspectWith(pid, "ps", ["-ww", "-o", "command=", "-p", String(pid)])
}

/** Whether the process that was looked up earlier still runs. */
export const isSame = (earlier: OsProcess): boolean => {
  if (process.platform === "linux") return inspect(earlier.pid)?.born === earlier.born
  try {
    process.kill(earlier.pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

/**
 * The identity guard before anything is sent to a process: is it a postgres server on this data directory?
 * A data directory that was renamed while the server ran is recognised by the server's working directory.
 */
export const isPostmasterOf = (found: OsProcess, dataDirectory: string): boolean => {
  if (typeof found.command === "string") {
    return /postgres(\.exe)?["']? /.test(found.command) && found.command.includes(dataDirectory)
  }
  const [file = "", ...args] = found.command
  if (basename(file) !== "postgres") return false
  return found.cwd === dataDirectory || args[args.indexOf("-D") + 1] === dataDirectory
}

/** Whether a process was started with exactly this command. */
export const hasCommand = (found: OsProcess, command: ReadonlyArray<string>): boolean =>
  typeof found.command === "string"
    ? found.command === command.join(" ")
    : found.command.length === command.length && command.every((word, index) => found.command[index] === word)

/** What a command that has ended printed, and how it ended. */
export interface Outcome {
  readonly code: number
  readonly output: ReadonlyArray<string>
}

/** Runs a command to its end; it is killed when the effect is interrupted. */
export const run = (
  file: string,
  args: ReadonlyArray<string>,
  options: {
    readonly uid?: number
    readonly gid?: number
    readonly env: NodeJS.ProcessEnv
    readonly cwd?: string
  }
): Effect.Effect<Outcome> =>
  Effect.callback<Outcome>((resume) => {
    const done = (code: number, text: string) =>
      resume(
        Effect.succeed({
          code,
          output: text
            .split(/\r?\n/)
            .filter((line) => line.trim() !== "")
            .slice(-8)
        })
      )
    try {
      const settings = { ...options, encoding: "utf8" as const, windowsHide: true, maxBuffer: 8 << 20 }
      const child = execFile(file, [...args], settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 127
        done(code, `${stdout}\n${stderr}${code === 127 && error !== null ? `\n${error.message}` : ""}`)
      })
      return Effect.sync(() => {
        child.kill("SIGKILL")
      })
    } catch (cause) {
      done(127, String(cause))
      return undefined
    }
  })
