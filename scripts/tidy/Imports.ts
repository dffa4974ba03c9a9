import { posix } from "node:path"
import { mask } from "./Mask.ts"
import { isTypeScript, lineAt, type SourceFile } from "./Rule.ts"

/** An import or re-export of a file. */
export interface Import {
  readonly from: string
  readonly specifier: string
  readonly line: number
  /** Erased when the program runs. */
  readonly typeOnly: boolean
}

const statement = /\b(?:import|export)\b(\s+type\b)?(?:[\s\w$*,{}]*?\bfrom\s*|\s*\(?\s*)"([^"\n]+)"/g

/** Everything a file imports, static and dynamic. */
export const importsOf = ({ path, text }: SourceFile): ReadonlyArray<Import> => {
  const { code, uncommented } = mask(text)
  return [...uncommented.matchAll(statement)]
    .filter((match) => code.startsWith(match[0].slice(0, 6), match.index))
    .map((match) => ({
      from: path,
      specifier: match[2]!,
      line: lineAt(text, match.index),
      typeOnly: match[1] !== undefined
    }))
}

/**
 * `@wattkit/core/time` → `@wattkit/core`, `effect/Schema` → `effect`, `node:fs` and `./x.ts` → themselves.
 */
export const packageNameOf = (specifier: string): string => {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return specifier
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}

/** Finds the file behind a specifier: a neighbour, or the source that another package's `exports` name. */
export const makeResolver = (files: ReadonlyArray<SourceFile>): ((one: Import) => string | undefined) => {
  const known = new Set(files.filter((file) => isTypeScript(file.path)).map((file) => file.path))
  const entries = new Map<string, string>()
  for (const { path, text } of files) {
    if (!/^packages\/[^/]+\/package\.json$/.test(path)) continue
    const manifest = JSON.parse(text)
    for (const [key, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target !== "string") continue
      entries.set(posix.join(manifest.name, key), posix.join(posix.dirname(path), target))
    }
  }
  return ({ from, specifier }) => {
    const target = specifier.startsWith(".")
      ? posix.join(posix.dirname(from), specifier)
      : entries.get(specifier)
    return target !== undefined && known.has(target) ? target : undefined
  }
}
