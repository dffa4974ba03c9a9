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
  readonly ownerSocket: string
}

/** The layout of an embedded directory. */
export const directoryLayout = (directory: string): DirectoryLayout => ({
  directory,
  marker: join(directory, "wattkit.json"),
  data: join(directory, "data"),
  staging: join(directory, "data.new"),
  log: join(directory, "log"),
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
 * The directory for PostgreSQL's socket: inside the embedded directory where its path is short enough, else a
 * private one among the temporary files. A temporary directory that somebody else made under our name is not
 * used.
 */
export const socketDirectory = (layout: DirectoryLayout, port: number, here: boolean): string => {
  const inside = join(layout.directory, "socket")
  if (here && Buffer.byteLength(join(inside, socketFile(port))) <= longestSocketPath) {
    mkdirSync(inside, { recursive: true, mode: 0o700 })
    return inside
  }
  const uid = process.getuid?.() ?? 0
  const outside = join(temporaryDirectory(), `wattkit-${uid}-${shortName(layout.directory)}`)
  try {
    mkdirSync(outside, { mode: 0o700 })
    return outside
  } catch {
    const found = lstatSync(outside)
    // Root hands the directory to the user PostgreSQL runs as, so for root any owner may be right.
    const ours = found.isDirectory() && (found.mode & 0o077) === 0 && (found.uid === uid || uid === 0)
    if (!ours) return mkdtempSync(`${outside}-`)
    chmodSync(outside, 0o700)
    return outside
  }
}
