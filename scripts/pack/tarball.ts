import { readdirSync } from "node:fs"
import { join } from "node:path"
import { run } from "../build/run.ts"
import type { Package } from "../build/Workspace.ts"

/**
 * Packs a package as it would be published and returns the tarball's path. pnpm replaces the `exports` that
 * name the sources by those of `publishConfig`, and `workspace:` by versions.
 */
export const pack = async (one: Package, folder: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const { code, output } = await run(["pnpm", "pack", "--pack-destination", folder], { cwd: one.path, env })
  if (code !== 0) throw new Error(`${one.name}: pnpm pack failed\n${output}`)
  const start = `${one.name.replace("@", "").replace("/", "-")}-`
  const made = readdirSync(folder).find(
    (name) => name.startsWith(start) && /^\d/.test(name.slice(start.length))
  )
  if (made === undefined) throw new Error(`${one.name}: pnpm pack wrote no tarball\n${output}`)
  return join(folder, made)
}
