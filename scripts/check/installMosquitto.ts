import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import * as Mosquitto from "./Mosquitto.ts"

const isDebianRoot = (): boolean => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")

/**
 * Finds mosquitto, or installs Debian's with its clients when this is root on Debian and WATTKIT_NO_APT does
 * not forbid it. It is not left running as a service.
 */
export const findOrInstall = (): string | undefined => {
  const found = Mosquitto.find()
  if (found !== undefined || !isDebianRoot() || (process.env["WATTKIT_NO_APT"] ?? "") !== "") return found
  // Debian starts what it installs, unless runlevel says that this is no time to start anything.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  const apt = (...words: ReadonlyArray<string>): boolean =>
    spawnSync("apt-get", ["-qq", ...words], { env, stdio: ["ignore", "inherit", "inherit"] }).status === 0
  process.stdout.write("Installing Debian's mosquitto for the MQTT tests\n")
  apt("update")
  apt("install", "--yes", "--no-install-recommends", "mosquitto", "mosquitto-clients")
  return Mosquitto.find()
}
