import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

/** Somebody mosquitto knows, with the lines of its ACL file that are about him. */
export interface MosquittoUser {
  readonly username: string
  readonly password: string
  readonly acl: ReadonlyArray<string>
}

/** A mosquitto that runs. */
export interface Mosquitto {
  readonly port: number
  readonly webSocketPort: number
  readonly pid: number
  /** Kills it as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it again with what it wrote down. */
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

const advice =
  "No mosquitto was found for the MQTT tests. Install it with its clients " +
  "(Debian: apt-get install mosquitto mosquitto-clients) or name it with WATTKIT_MOSQUITTO=/its/path."

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A program of mosquitto; whoever has none is told what to do, and the test fails. */
export const programOf = (
  name: "mosquitto" | "mosquitto_passwd" | "mosquitto_pub" | "mosquitto_sub"
): string => {
  const named = name === "mosquitto" ? [process.env["WATTKIT_MOSQUITTO"] ?? ""] : []
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/sbin"
  ]
  const found = [...named, ...folders.filter((folder) => folder !== "").map((folder) => join(folder, name))]
    .filter((path) => path !== "")
    .find(isExecutable)
  if (found === undefined) throw new Error(advice)
  return found
}

/** A port nobody listens on at this moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port")
  return address.port
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })

const untilItAnswers = async (port: number, child: ChildProcess, said: () => string): Promise<void> => {
  for (let tries = 0; tries < 500; tries++) {
    if (await answers(port)) return
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`mosquitto does not answer on port ${port}: ${said()}`)
}

const configure = (folder: string, port: number, webSocketPort: number): string => {
  const lines = [
    "per_listener_settings false",
    "allow_anonymous false",
    `password_file ${join(folder, "passwords")}`,
    `acl_file ${join(folder, "acl")}`,
    "persistence true",
    `persistence_location ${folder}/`,
    "autosave_on_changes true",
    "autosave_interval 1",
    // Not 0 for "no limit": mosquitto 2.0.11 then disconnects whoever publishes something he may not.
    "max_queued_messages 1000000",
    "user root",
    `listener ${port} 127.0.0.1`,
    `listener ${webSocketPort} 127.0.0.1`,
    "protocol websockets"
  ]
  const path = join(folder, "mosquitto.conf")
  writeFileSync(path, `${lines.join("\n")}\n`)
  return path
}

const writeUsers = (folder: string, users: ReadonlyArray<MosquittoUser>): void => {
  const passwords = join(folder, "passwords")
  writeFileSync(passwords, "", { mode: 0o600 })
  for (const { password, username } of users) {
    execFileSync(programOf("mosquitto_passwd"), ["-b", passwords, username, password], { stdio: "ignore" })
  }
  const acl = users.flatMap(({ acl, username }) => [`user ${username}`, ...acl, ""])
  writeFileSync(join(folder, "acl"), acl.join("\n"), { mode: 0o600 })
}

/** Starts a mosquitto of its own, on free ports, with these users and nobody else. */
export const startMosquitto = async (users: ReadonlyArray<MosquittoUser>): Promise<Mosquitto> => {
  const program = programOf("mosquitto")
  const folder = mkdtempSync(join(tmpdir(), "wattkit-mosquitto-"))
  writeUsers(folder, users)
  const [port, webSocketPort] = [await freePort(), await freePort()]
  const config = configure(folder, port, webSocketPort)
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    let said = ""
    child = spawn(program, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] })
    child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
    await untilItAnswers(port, child, () => said)
  }
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    const gone = once(running, "exit")
    running.kill(signal)
    await gone
  }
  await start()
  return {
    port,
    webSocketPort,
    get pid() {
      return child?.pid ?? 0
    },
    kill: () => end("SIGKILL"),
    start,
    close: async () => {
      await end("SIGTERM")
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
