import { createHash } from "node:crypto"
import { chmodSync, lstatSync, mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The names inside an embedded directory. */
export interface DirectoryLayout {
  readonly directory: string
  /** What makes the directory ours, with the generated passwords; only its owner can read it. */
  readonly marker: string
  readonly data: string
  /** Where a first start builds the data directory, renamed only when it is whole. */
  readonly staging: string
  readonly log: string
  /**
   * What the server writes before its own log is open. It is outside the log folder because we open it, with
   * rights that the user the folder belongs to may not have.
   */
  readonly startLog: string
  readonly ownerSocket: string
}

/** The layout of an embedded directory. */
export const directoryLayout = (directory: string): DirectoryLayout => ({
  directory,
  marker: join(directory, "wattkit.json"),
  data: join(directory, "data"),
  staging: join(directory, "data.new"),
  log: join(directory, "log"),
  startLog: join(directory, "start.log"),
  ownerSocket: join(directory, "owner.sock")
})

/** A short name for a directory that is the same in every process. */
export const shortName = (directory: string): string =>
  createHash("sha256").update(directory).digest("hex").slice(0, 16)

/** The longest path a Unix socket can have (the smallest limit among the systems, less the final zero). */
export const longestSocketPath = process.platform === "linux" ? 107 : 103

/** The file name PostgreSQL gives its socket. */
export const socketFile = (port: number): string => `.s.PGSQL.${port}`

const temporaryDirectory = (): string => {
  const usual = tmpdir()
  return Buffer.byteLength(usual) < 60 || process.platform === "win32" ? usual : "/tmp"
}

/**
 * The directory for PostgreSQL's socket: inside the embedded directory where its path is short enough, else
 * inside a directory of ours among the temporary files. One that somebody else made under our name is not
 * used.
 */
export const socketDirectory = (layout: DirectoryLayout, port: number, here: boolean): string => {
  const inside = join(layout.directory, "socket")
  const fits = Buffer.byteLength(join(inside, socketFile(port))) <= longestSocketPath
  return made(here && fits ? inside : join(temporaryParent(layout), "s"))
}

const made = (directory: string): string => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return directory
}

const temporaryParent = (layout: DirectoryLayout): string => {
  const uid = process.getuid?.() ?? 0
  const usual = join(temporaryDirectory(), `wattkit-${uid}-${shortName(layout.directory)}`)
  const found = lstatSync(usual, { throwIfNoEntry: false })
  const ours = found === undefined || (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0)
  const parent = ours ? usual : mkdtempSync(`${usual}-`)
  mkdirSync(parent, { recursive: true })
  // The user PostgreSQL runs as has to pass through; the directory inside is closed to everybody else.
  chmodSync(parent, 0o711)
  return parent
}
