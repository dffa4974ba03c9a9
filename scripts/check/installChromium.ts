import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import * as Chromium from "./Chromium.ts"

const isDebianRoot = (): boolean => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")

/**
 * Finds a browser, or installs Debian's when this is root on Debian and WATTKIT_NO_APT does not forbid it.
 */
export const findOrInstall = (): string | undefined => {
  const found = Chromium.find()
  if (found !== undefined || !isDebianRoot() || (process.env["WATTKIT_NO_APT"] ?? "") !== "") return found
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const apt = (...words: ReadonlyArray<string>): boolean =>
    spawnSync("apt-get", ["-qq", ...words], { env, stdio: ["ignore", "inherit", "inherit"] }).status === 0
  process.stdout.write("Installing Debian's chromium for the browser tests\n")
  apt("update")
  apt("install", "--yes", "--no-install-recommends", "chromium")
  return Chromium.find()
}
