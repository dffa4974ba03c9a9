import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { DirectoryLayout } from "./directoryLayout.ts"

const kept = 5

const newestFirst = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
      .filter((name) => /^postgres-.*\.log$/.test(name))
      .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at)
      .map(({ path }) => path)
  } catch {
    return []
  }
}

const endOf = (path: string): string => {
  try {
    const file = openSync(path, "r")
    const size = fstatSync(file).size
    const bytes = Buffer.alloc(Math.min(size, 8_192))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    closeSync(file)
    return bytes.toString("utf8")
  } catch {
    return ""
  }
}

/** The last lines the server wrote, of its start and of its log since `since` (epoch milliseconds). */
export const lastLines = (layout: DirectoryLayout, since: number): ReadonlyArray<string> => {
  const [newest] = newestFirst(layout.log)
  const current = newest !== undefined && statSync(newest).mtimeMs >= since ? endOf(newest) : ""
  return `${endOf(layout.startLog)}\n${current}`
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("HINT:  Future log output"))
    .slice(-12)
}

/** Deletes all but the newest log files; the server begins a new one at a fixed size. */
export const prune = (folder: string): void => {
  for (const path of newestFirst(folder).slice(kept)) rmSync(path, { force: true })
}
