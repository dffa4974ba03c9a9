import { randomBytes, randomUUID } from "node:crypto"
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync
} from "node:fs"
import { dirname } from "node:path"
import { leastBytes } from "./weakness.ts"

/** Makes the file of a secret, for its owner alone; one that is there stays as it is. */
export const make = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true })
  const fresh = `${file}.${randomUUID()}`
  try {
    const opened = openSync(fresh, "wx", 0o600)
    writeSync(opened, `${randomBytes(leastBytes).toString("base64url")}\n`)
    fsyncSync(opened)
    closeSync(opened)
    // Of several that start at once, one links its file; the others find it there, and whole.
    linkSync(fresh, file)
    const folder = openSync(dirname(file), "r")
    fsyncSync(folder)
    closeSync(folder)
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error
  } finally {
    rmSync(fresh, { force: true })
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code

/** What the file says; undefined when there is none. */
export const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8").trim()
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined
    throw error
  }
}

/** Takes rights away that others were given, such as by a copy; true when there were any. */
export const close = (file: string): boolean => {
  if (process.platform === "win32" || (statSync(file).mode & 0o077) === 0) return false
  chmodSync(file, 0o600)
  return true
}
