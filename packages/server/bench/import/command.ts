import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

/** What `wattkit import --json` says of a file, and how the process ended. */
export interface Said {
  readonly code: number | null
  readonly rows: number
  readonly seconds: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly peakRssBytes: number
}

const main = join(import.meta.dirname, "../../src/main.ts")

interface Options {
  readonly resume?: boolean
  /** Ctrl-C as soon as this holds. */
  readonly stopWhen?: (path: string) => boolean
  readonly show?: boolean
}

/** Imports a file in a process of its own. */
export const run = (path: string, dataDir: string, options: Options = {}): Promise<Said> =>
  new Promise((resolve, reject) => {
    const args = [
      "import",
      path,
      "--json",
      "--data-dir",
      dataDir,
      ...(options.resume === true ? ["--resume"] : [])
    ]
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ["ignore", "pipe", options.show === true ? "inherit" : "ignore"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" }
    })
    const watch = setInterval(() => {
      if (options.stopWhen?.(path) !== true) return
      clearInterval(watch)
      child.kill("SIGINT")
    }, 20)
    let out = ""
    child.stdout.on("data", (chunk) => (out += String(chunk)))
    child.on("close", (code) => {
      clearInterval(watch)
      if (out === "") reject(new Error(`the import ended with ${code} and said nothing`))
      else resolve({ ...(JSON.parse(out) as Omit<Said, "code">), code })
    })
  })

/** The first checkpoint of a file is written five seconds after its beginning. */
export const hasCheckpoint = (path: string): boolean => existsSync(`${path}.wattkit-import`)

/** Stops an import in the middle and resumes it. */
export const runInTwo = async (path: string, dataDir: string, options: Options = {}) => {
  const first = await run(path, dataDir, { stopWhen: hasCheckpoint, ...options })
  const second = first.code === 130 ? await run(path, dataDir, { ...options, resume: true }) : undefined
  return { first, second }
}
