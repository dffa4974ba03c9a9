import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"

/** Debian's Python has Debian's packages; another one may be named. */
const pythons = (): ReadonlyArray<string> =>
  [process.env["WATTKIT_PYTHON"] ?? "", "/usr/bin/python3", "/usr/local/bin/python3"].filter(
    (path) => path !== "" && existsSync(path)
  )

const find = (): string | undefined =>
  pythons().find((path) => spawnSync(path, ["-c", "import aiosmtpd"], { stdio: "ignore" }).status === 0)

const isDebianRoot = (): boolean => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")

/**
 * Finds a Python with aiosmtpd, the mail server of the tests of mail, or installs Debian's when this is root
 * on Debian and WATTKIT_NO_APT does not forbid it. Where there is none, those tests fail with advice.
 */
export const findOrInstall = (): string | undefined => {
  const found = find()
  if (found !== undefined || !isDebianRoot() || (process.env["WATTKIT_NO_APT"] ?? "") !== "") return found
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  const apt = (...words: ReadonlyArray<string>): boolean =>
    spawnSync("apt-get", ["-qq", ...words], { env, stdio: ["ignore", "inherit", "inherit"] }).status === 0
  process.stdout.write("Installing Debian's aiosmtpd for the tests of mail\n")
  apt("update")
  apt("install", "--yes", "--no-install-recommends", "python3-aiosmtpd", "openssl")
  return find()
}
