import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** A server that runs in a process of its own, with a database that is thrown away. */
export interface RunningServer {
  readonly origin: string
  readonly key: string
  /** What the server printed for its operator to open. */
  readonly dashboardUrl: string
  readonly stop: () => Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once("exit", () => resolve()))
    : Promise.resolve()

/** Starts `wattkit serve` with the words given and waits until it says where its dashboard is. */
export const startServer = async (
  words: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = {}
): Promise<RunningServer> => {
  const dataDir = mkdtempSync(join(tmpdir(), "wattkit-e2e-"))
  const child = spawn(process.execPath, [main, "serve", ...words, "--port", "0", "--data-dir", dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
    // Documents tell stories of fixed days, which shall not become too old to be stored.
    env: {
      ...process.env,
      WATTKIT_KEEP_READINGS_DAYS: "18250",
      // Many pages are opened one after the other, all with one credential.
      WATTKIT_REQUESTS_PER_MINUTE: "1000000",
      ...env
    }
  })
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM")
    await ended(child)
    rmSync(dataDir, { recursive: true, force: true })
  }
  let output = ""
  const printed = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString("utf8")
      const url = /https?:\/\/\S+#key=\S+/.exec(output)?.[0]
      if (url !== undefined && output.endsWith("\n")) resolve(url)
    }
    child.stdout.on("data", read)
    child.stderr.on("data", read)
    child.once("exit", (code) => reject(new Error(`wattkit serve ended with ${code}\n${output}`)))
  })
  try {
    const dashboardUrl = await printed
    const { hash, origin } = new URL(dashboardUrl)
    return { origin, key: new URLSearchParams(hash.slice(1)).get("key")!, dashboardUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
