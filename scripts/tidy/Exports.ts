import { posix } from "node:path"
import { mask } from "./Mask.ts"
import { lineAt, type SourceFile } from "./Rule.ts"

/** A name that a file exports. */
export interface Export {
  readonly name: string
  readonly line: number
}

const modifiers = String.raw`(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?`
const declared = new RegExp(
  String.raw`^export\s+${modifiers}(?:const|let|class|interface|type|function\s*\*?|enum)\s+([\w$]+)`,
  "gm"
)
const listed = /^export\s+(?:type\s+)?\{([^}]*)\}/gm
const namespace = /^export\s+(?:type\s+)?\*\s+as\s+([\w$]+)\s+from/gm
const everything = /^export\s+(?:type\s+)?\*\s+from\s*"(\.[^"]+)"/gm

/** The names a file declares and exports itself. */
export const declaredIn = ({ text }: SourceFile): ReadonlyArray<Export> =>
  [...mask(text).code.matchAll(declared)].map((match) => ({
    name: match[1]!,
    line: lineAt(text, match.index)
  }))

/** Every name that can be imported from a file, `export *` followed. */
export const exportsOf = (
  path: string,
  files: ReadonlyMap<string, string>,
  seen: ReadonlySet<string> = new Set()
): ReadonlyArray<string> => {
  const text = files.get(path)
  if (text === undefined || seen.has(path)) return []
  const { uncommented } = mask(text)
  const followed = [...uncommented.matchAll(everything)].flatMap((match) =>
    exportsOf(posix.join(posix.dirname(path), match[1]!), files, new Set([...seen, path]))
  )
  const names = [
    ...declaredIn({ path, text }).map((one) => one.name),
    ...[...uncommented.matchAll(listed)].flatMap((match) => match[1]!.split(",").map(exportedName)),
    ...[...uncommented.matchAll(namespace)].map((match) => match[1]!),
    ...followed
  ]
  return [...new Set(names.filter((name) => name !== ""))]
}

const exportedName = (entry: string): string =>
  entry
    .replace(/^\s*type\s+/, "")
    .split(/\bas\b/)
    .at(-1)!
    .trim()
