import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort, programOf } from "./Mosquitto.ts"

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })

const run = async (config: string, port: number): Promise<ChildProcess> => {
  const child = spawn(programOf("mosquitto"), ["-c", config], { stdio: "ignore" })
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 500 || child.exitCode !== null) throw new Error(`mosquitto does not answer on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return child
}

const end = async (child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
  const gone = once(child, "exit")
  child.kill(signal)
  await gone
}

/** A mosquitto that lets everybody in and writes nothing down. */
export interface OpenMosquitto {
  readonly port: number
  readonly pid: number
  /** Kills it and starts another one, which knows nothing. */
  readonly replace: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts one on a free port; its disk is no limit to it. */
export const startOpenMosquitto = async (
  settings: ReadonlyArray<string> = ["max_queued_messages 0"]
): Promise<OpenMosquitto> => {
  const folder = mkdtempSync(join(tmpdir(), "wattkit-mosquitto-"))
  const port = await freePort()
  const config = join(folder, "mosquitto.conf")
  writeFileSync(config, ["allow_anonymous true", ...settings, `listener ${port} 127.0.0.1`, ""].join("\n"))
  let child = await run(config, port)
  return {
    port,
    get pid() {
      return child.pid!
    },
    replace: async () => {
      await end(child, "SIGKILL")
      child = await run(config, port)
    },
    close: async () => {
      await end(child, "SIGTERM")
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
