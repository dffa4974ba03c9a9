import { accessSync, constants, existsSync, readdirSync } from "node:fs"
import { homedir } from "node:os"
import { delimiter, join } from "node:path"

/** Where a browser may be; a test passes its own. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly isExecutable: (path: string) => boolean
  readonly list: (folder: string) => ReadonlyArray<string>
}

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

const insidePlaywright = [
  "chrome-linux/chrome",
  "chrome-linux64/chrome",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-mac-arm64/Chromium.app/Contents/MacOS/Chromium"
]

const macApplications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium"
]

/** The places of this machine. */
export const machine: Places = {
  env: process.env,
  home: homedir(),
  isExecutable: (path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  },
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : [])
}

/** Finds a Chromium: the one named by the environment, the system's, or Playwright's own. */
export const find = (places: Places = machine): string | undefined => {
  const { env } = places
  const named = [env["WATTKIT_CHROMIUM"], env["CHROME_PATH"]].filter(
    (path) => path !== undefined && path !== ""
  )
  const system = (env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => commands.map((name) => join(folder, name)))
  const candidates = [...named, ...system, ...macApplications, ...playwright(places)]
  return candidates.find((path): path is string => path !== undefined && places.isExecutable(path))
}

const playwright = ({ env, home, list }: Places): ReadonlyArray<string> => {
  const folder = env["PLAYWRIGHT_BROWSERS_PATH"] ?? join(home, ".cache", "ms-playwright")
  return list(folder)
    .filter((name) => name.startsWith("chromium-"))
    .flatMap((name) => insidePlaywright.map((inside) => join(folder, name, inside)))
}

/** What to tell someone who has no browser and where none may be installed. */
export const advice =
  "No Chromium was found for the browser tests. Install one (Debian: apt-get install chromium) " +
  "or name one with WATTKIT_CHROMIUM=/path/to/chromium."
