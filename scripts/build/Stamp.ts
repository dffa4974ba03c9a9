import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** A fingerprint of files and folders: their names and contents, tests left out. */
export const of = (paths: ReadonlyArray<string>, extra: ReadonlyArray<string> = []): string => {
  const hash = createHash("sha256")
  for (const path of paths) add(hash, path)
  for (const text of extra) hash.update(`\n${text}`)
  return hash.digest("hex")
}

const add = (hash: ReturnType<typeof createHash>, path: string): void => {
  if (!existsSync(path)) return
  for (const file of filesUnder(path)) {
    if (!/\.(test|fixture)\.tsx?$/.test(file)) hash.update(`\n${file}\n`).update(readFileSync(file))
  }
}

const filesUnder = (path: string): ReadonlyArray<string> => {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
  } catch {
    return [path]
  }
}

/** What was built last, kept beside the tools and not in what is published. */
export const make = (folder: string) => ({
  isFresh: (name: string, stamp: string): boolean => {
    const file = join(folder, name)
    return existsSync(file) && readFileSync(file, "utf8") === stamp
  },
  write: (name: string, stamp: string): void => {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, stamp)
  },
  forget: (name: string): void => rmSync(join(folder, name), { force: true })
})
