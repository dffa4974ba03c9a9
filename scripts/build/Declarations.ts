import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import type { Package } from "./Workspace.ts"

/**
 * Declarations of all packages come from one compiler run over the whole workspace, because a package
 * resolves its neighbours to their sources, which lie outside the folder a run of its own would be allowed to
 * emit.
 */
export const copy = (from: string, one: Package): ReadonlyArray<string> => {
  const source = join(from, one.folder, "src")
  const problems: Array<string> = []
  for (const entry of readdirSync(source, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const target = join(one.path, "dist", relative(source, file))
    const text = readFileSync(file, "utf8")
    mkdirSync(dirname(target), { recursive: true })
    if (entry.name.endsWith(".map")) writeFileSync(target, pointToSource(text, one, target))
    else {
      const published = toPublished(text)
      problems.push(...strayImports(published).map((name) => `${relative(one.path, target)} imports ${name}`))
      writeFileSync(target, published)
    }
  }
  return problems
}

const specifier = /((?:\bfrom|\bimport)\s*\(?\s*")(\.[^"]*?)\.(m?)ts(")/g

/** The compiler keeps `.ts` in the specifiers of declarations; what is published has only `.js`. */
export const toPublished = (text: string): string => text.replace(specifier, "$1$2.$3js$4")

/**
 * Imports that would not resolve for someone who installed the package: into sources or other packages' dist.
 */
export const strayImports = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)]
    .map((match) => match[1]!)
    .filter((name) => /\/(src|dist)\//.test(name) || /^\..*\.tsx?$/.test(name) || name.startsWith("/"))

const pointToSource = (map: string, one: Package, target: string): string => {
  const name = relative(join(one.path, "dist"), target).replace(/\.d\.ts\.map$/, ".ts")
  const source = relative(dirname(target), join(one.path, "src", name))
  return JSON.stringify({ ...JSON.parse(map), sources: [source] })
}
