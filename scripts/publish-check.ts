import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { inParallel, run } from "./build/run.ts"
import * as Workspace from "./build/Workspace.ts"
import { pack } from "./pack/tarball.ts"

// Usage: node scripts/publish-check.ts [package folder…]
// Packs every public package as npm would get it and asks publint and attw what users would trip over.

const root = dirname(import.meta.dirname)
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter)
}
const asked = process.argv.slice(2)

const check = async (one: Workspace.Package, folder: string): Promise<string | undefined> => {
  const tarball = await pack(one, folder, env)
  const checks = [
    ["publint", "--strict", tarball],
    ["attw", tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji"]
  ]
  for (const command of checks) {
    const { code, output } = await run(command, { cwd: one.path, env })
    if (code !== 0) return `${one.name}: ${command[0]} is not content\n${output}`
  }
  process.stdout.write(`${one.name}: publint and attw are content\n`)
  return undefined
}

const folder = mkdtempSync(join(tmpdir(), "wattkit-publish-"))
try {
  const packages = Workspace.list(root)
    .filter(({ manifest }) => manifest.private !== true)
    .filter((one) => asked.length === 0 || asked.includes(one.folder))
  const problems = await inParallel(packages, 2, (one) => check(one, folder))
  for (const problem of problems.filter((text) => text !== undefined)) {
    process.stderr.write(`${problem}\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
