import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Where a mosquitto may be; a test passes its own. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isExecutable: (path: string) => boolean
}

/** The places of this machine. */
export const machine: Places = {
  env: process.env,
  isExecutable: (path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  }
}

/** Debian keeps servers where the path of an ordinary user does not lead. */
const systemFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"]

/** Finds the broker: the one named by the environment, one on the path, or the system's. */
export const find = ({ env, isExecutable }: Places = machine): string | undefined => {
  const named = env["WATTKIT_MOSQUITTO"] ?? ""
  const folders = [
    ...(env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...systemFolders
  ]
  const candidates = [...(named === "" ? [] : [named]), ...folders.map((folder) => join(folder, "mosquitto"))]
  return candidates.find(isExecutable)
}

/** What to tell someone who has no mosquitto and where none may be installed. */
export const advice =
  "No mosquitto was found for the MQTT tests. Install it with its clients " +
  "(Debian: apt-get install mosquitto mosquitto-clients) or name it with WATTKIT_MOSQUITTO=/its/path."
