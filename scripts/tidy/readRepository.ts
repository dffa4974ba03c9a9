import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import type { SourceFile } from "./Rule.ts"

// The tree is walked rather than asked from git, which a machine that only runs the checks may not have.
const skippedFolders = new Set([
  ".git",
  "node_modules",
  "dist",
  ".toolchain",
  ".wattkit",
  ".test-output",
  "coverage"
])

const skippedPaths = new Set(["docs/site", "docs/api"])

const textual =
  /(\.(ts|tsx|mts|js|mjs|json|jsonc|md|yml|yaml|sh|css|html|sql|csv|txt|svg)|\/[^./]+|^[^./]+|\/\.[a-z]+)$/

const largest = 1_000_000

/** Every text file of the repository that is, or would be, under version control. */
export const readRepository = (root: string): ReadonlyArray<SourceFile> => {
  const files: Array<SourceFile> = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name) && !skippedPaths.has(path)) walk(path)
      } else if (entry.isFile() && textual.test(path) && statSync(join(root, path)).size <= largest) {
        files.push({ path, text: readFileSync(join(root, path), "utf8") })
      }
    }
  }
  walk("")
  return files.toSorted((one, other) => (one.path < other.path ? -1 : 1))
}
