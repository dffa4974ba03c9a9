import { posix } from "node:path"
import { floors, scope, siblingArrows, standalone, testkit } from "../house.ts"
import { importsOf, packageNameOf } from "../Imports.ts"
import {
  isTest,
  isTypeScript,
  lineAt,
  packageOf,
  type Rule,
  type SourceFile,
  type Violation
} from "../Rule.ts"

/** Why an arrow between two packages is not allowed, or nothing. */
const forbidden = (from: string, to: string, inTest: boolean): string | undefined => {
  if (from === to) return undefined
  if (to === testkit.folder) {
    return inTest || testkit.runtimeUsers.includes(from) ? undefined : "the testkit is for tests only"
  }
  const [upper, lower] = [floors[from], floors[to]]
  if (upper === undefined) return `${from} has no floor in scripts/tidy/house.ts`
  if (lower === undefined) return `${to} has no floor in scripts/tidy/house.ts`
  if (siblingArrows.some((arrow) => arrow.from === from && arrow.to === to)) return undefined
  if (upper === lower) return `${from} and ${to} are siblings, and siblings do not import each other`
  return upper < lower ? `${from} is below ${to}, and an arrow points down` : undefined
}

/** Imports between packages follow the floors of the house. */
export const importFloors: Rule = {
  name: "floor",
  check: (files) => files.filter((file) => isTypeScript(file.path)).flatMap(importsAgainstFloors)
}

const importsAgainstFloors = (file: SourceFile): ReadonlyArray<Violation> => {
  const from = packageOf(file.path)
  if (from === undefined) return []
  return importsOf(file).flatMap(({ line, specifier }): ReadonlyArray<Violation> => {
    const escape = specifier.startsWith("../") && leavesPackage(file.path, specifier)
    if (escape)
      return [{ path: file.path, line, message: `${specifier} leaves the package; import it by name` }]
    if (!specifier.startsWith(scope)) return []
    const to = packageNameOf(specifier).slice(scope.length)
    const reason = forbidden(from, to, isTest(file.path))
    if (reason !== undefined) return [{ path: file.path, line, message: reason }]
    if (to !== testkit.folder || isTest(file.path) || from === to || specifier === testkit.subpath) return []
    return [{ path: file.path, line, message: `outside tests only ${testkit.subpath} is used` }]
  })
}

const leavesPackage = (path: string, specifier: string): boolean => {
  const target = posix.join(posix.dirname(path), specifier)
  if (target.startsWith(`packages/${packageOf(path)}/`)) return false
  // What is not shipped may use the workspace's own tools: settings of the bundler, bench harness,
  // generators.
  return path.includes("/src/") || !target.startsWith("scripts/")
}

/** Manifests follow the floors too, and what is imported at run time is declared where users get it. */
export const manifestFloors: Rule = {
  name: "manifest",
  check: (files) => {
    const manifests = files.filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path))
    return manifests.flatMap((file) => [...arrowsOf(file), ...undeclared(file, files)])
  }
}

const kinds = ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"] as const

const arrowsOf = ({ path, text }: SourceFile): ReadonlyArray<Violation> => {
  const manifest = JSON.parse(text)
  const from = packageOf(path)!
  return kinds.flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}).flatMap((name): ReadonlyArray<Violation> => {
      const line = lineAt(text, text.indexOf(`"${name}"`, text.indexOf(`"${kind}"`)))
      if (kind === "dependencies" && standalone.includes(from)) {
        return [{ path, line, message: `${from} has no runtime dependency, not even ${name}` }]
      }
      if (!name.startsWith(scope)) return []
      const reason = forbidden(from, name.slice(scope.length), kind === "devDependencies")
      return reason === undefined ? [] : [{ path, line, message: reason }]
    })
  )
}

const undeclared = (manifestFile: SourceFile, files: ReadonlyArray<SourceFile>): ReadonlyArray<Violation> => {
  const manifest = JSON.parse(manifestFile.text)
  const folder = packageOf(manifestFile.path)!
  const given = new Set(
    ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {})
    )
  )
  return files
    .filter(({ path }) => path.startsWith(`packages/${folder}/src/`) && isTypeScript(path) && !isTest(path))
    .flatMap((file) => importsOf(file))
    .filter(({ specifier }) => !/^(\.|node:)/.test(specifier))
    .map((one) => ({ ...one, name: packageNameOf(one.specifier) }))
    .filter(({ name }) => name !== manifest.name && !given.has(name))
    .map(({ from, line, name }) => ({
      path: from,
      line,
      message: `${name} is not among the dependencies or peer dependencies of ${folder}`
    }))
}
