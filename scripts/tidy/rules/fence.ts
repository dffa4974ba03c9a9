import { fences, unstableModules } from "../house.ts"
import { importsOf, packageNameOf } from "../Imports.ts"
import { mask } from "../Mask.ts"
import { isTest, isTypeScript, lineAt, type Rule, type SourceFile, type Violation } from "../Rule.ts"

/** Modules of effect that may change between minor versions are used only where the house says. */
export const fence: Rule = {
  name: "fence",
  check: (files) =>
    files.flatMap((file) =>
      isTypeScript(file.path) && !isTest(file.path) ? [...unstableImports(file), ...unstableNames(file)] : []
    )
}

const allowedFor = (path: string): ReadonlyArray<string> | undefined =>
  fences
    .filter(({ under }) => path.startsWith(under))
    .toSorted((one, other) => other.under.length - one.under.length)[0]?.allowed

const permits = (allowed: ReadonlyArray<string>, specifier: string): boolean =>
  allowed.some((start) => start === "*" || specifier === start || specifier.startsWith(`${start}/`))

const isUnstable = (specifier: string): boolean => {
  if (/^effect\/[a-z]/.test(specifier)) return true
  if (specifier.startsWith("effect/")) return unstableModules.includes(specifier.split("/")[1]!)
  return packageNameOf(specifier).startsWith("@effect/")
}

const unstableImports = (file: SourceFile): ReadonlyArray<Violation> => {
  const allowed = allowedFor(file.path)
  if (allowed === undefined) return []
  return importsOf(file).flatMap(({ line, specifier }): ReadonlyArray<Violation> => {
    if (specifier === "@effect/platform-node") {
      const message =
        "import @effect/platform-node by module; its root loads modules with dependencies of their own"
      return [{ path: file.path, line, message }]
    }
    if (!isUnstable(specifier) || permits(allowed, specifier)) return []
    return [{ path: file.path, line, message: `${specifier} is not stable and not allowed here` }]
  })
}

const fromRoot = /\bimport\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"effect"/g

/** The root of effect also exports modules that are not stable. */
const unstableNames = ({ path, text }: SourceFile): ReadonlyArray<Violation> => {
  const allowed = allowedFor(path)
  if (allowed === undefined || allowed.includes("*")) return []
  return [...mask(text).uncommented.matchAll(fromRoot)].flatMap((match) =>
    match[1]!
      .split(",")
      .map(
        (entry) =>
          entry
            .trim()
            .replace(/^type\s+/, "")
            .split(/\s+as\s+/)[0]!
      )
      .filter((name) => unstableModules.includes(name))
      .map((name) => ({ path, line: lineAt(text, match.index), message: `effect's ${name} is not stable` }))
  )
}
