import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The parts of a package manifest that the scripts read. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace. */
export interface Package {
  readonly name: string
  /** The folder under `packages/`. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
}

/** Every package under `packages/`, by folder name. */
export const list = (root: string): ReadonlyArray<Package> =>
  readdirSync(join(root, "packages"))
    .toSorted()
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map((folder) => {
      const path = join(root, "packages", folder)
      const manifest: Manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"))
      return { name: manifest.name, folder, path, manifest }
    })

/** Dependencies before dependents. Only runtime dependencies count: the others are not in what is built. */
export const inOrder = (packages: ReadonlyArray<Package>): ReadonlyArray<Package> => {
  const byName = new Map(packages.map((one) => [one.name, one]))
  const done = new Set<string>()
  const ordered: Array<Package> = []
  const visit = (one: Package, path: ReadonlyArray<string>): void => {
    if (path.includes(one.name))
      throw new Error(`packages depend on each other: ${[...path, one.name].join(" → ")}`)
    if (done.has(one.name)) return
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const dependency = byName.get(name)
      if (dependency !== undefined) visit(dependency, [...path, one.name])
    }
    done.add(one.name)
    ordered.push(one)
  }
  for (const one of packages) visit(one, [])
  return ordered
}
