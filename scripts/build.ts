import { existsSync, rmSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import * as Declarations from "./build/Declarations.ts"
import { inParallel, run } from "./build/run.ts"
import * as Stamp from "./build/Stamp.ts"
import * as Workspace from "./build/Workspace.ts"

// Usage: node scripts/build.ts [--force] [package folder…]

const root = dirname(import.meta.dirname)
const typesFolder = join(root, ".test-output", "types")
const stamps = Stamp.make(join(root, "node_modules", ".cache", "wattkit-build"))
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter)
}
const words = process.argv.slice(2)
const force = words.includes("--force")
const asked = words.filter((word) => !word.startsWith("-"))

const shared = [
  "pnpm-lock.yaml",
  "tsconfig.base.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "scripts/tsup.ts"
].map((name) => join(root, name))

const inputs = (one: Workspace.Package): ReadonlyArray<string> => [
  ...shared,
  ...["package.json", "tsup.config.ts", "src", "dashboard"].map((name) => join(one.path, name))
]

const isWhole = (one: Workspace.Package): boolean =>
  existsSync(join(one.path, "dist", "index.js")) && existsSync(join(one.path, "dist", "index.d.ts"))

const bundle = async (one: Workspace.Package): Promise<string | undefined> => {
  stamps.forget(one.folder)
  const started = performance.now()
  rmSync(join(one.path, "dist"), { recursive: true, force: true })
  const { code, output } = await run(["tsup", "--silent"], { cwd: one.path, env })
  if (code !== 0) return `${one.name}: tsup failed\n${output}`
  const dashboard = join(one.path, "dashboard", "build.ts")
  if (existsSync(dashboard)) {
    const built = await run(["node", dashboard], { cwd: root, env })
    if (built.code !== 0) return `${one.name}: the dashboard did not build\n${built.output}`
  }
  process.stdout.write(`  ${one.name.padEnd(30)} ${seconds(started)} s\n`)
  return undefined
}

const declare = async (packages: ReadonlyArray<Workspace.Package>): Promise<ReadonlyArray<string>> => {
  const started = performance.now()
  rmSync(typesFolder, { recursive: true, force: true })
  const { code, output } = await run(["tsc", "-p", "tsconfig.build.json"], { cwd: root, env })
  if (code !== 0) return [`declarations: tsc failed\n${output}`]
  const stray = packages.flatMap((one) =>
    Declarations.copy(typesFolder, one).map((problem) => `${one.name}: ${problem}`)
  )
  rmSync(typesFolder, { recursive: true, force: true })
  process.stdout.write(`  ${"declarations".padEnd(30)} ${seconds(started)} s\n`)
  return stray
}

const seconds = (started: number): string => ((performance.now() - started) / 1000).toFixed(1).padStart(5)

const main = async (): Promise<number> => {
  const all = Workspace.inOrder(Workspace.list(root))
  const strange = asked.filter((name) => !all.some((one) => one.folder === name))
  if (strange.length > 0) throw new Error(`no package is called ${strange.join(", ")}`)
  const wanted = all.filter((one) => asked.length === 0 || asked.includes(one.folder))
  // A declaration shows types inferred from other packages, so it depends on the sources of all of them.
  const everything = Stamp.of(all.flatMap(inputs))
  const stampOf = (one: Workspace.Package): string => Stamp.of(inputs(one), [everything])
  const stale = wanted.filter((one) => force || !isWhole(one) || !stamps.isFresh(one.folder, stampOf(one)))
  if (stale.length === 0) {
    process.stdout.write(`${wanted.length} packages are up to date\n`)
    return 0
  }
  const bundled = await inParallel(stale, 2, bundle)
  const failures = bundled.filter((failure) => failure !== undefined)
  const problems = failures.length > 0 ? failures : await declare(stale)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length > 0) return 1
  for (const one of stale) stamps.write(one.folder, stampOf(one))
  process.stdout.write(`${stale.length} packages built, ${wanted.length - stale.length} up to date\n`)
  return 0
}

process.exitCode = await main()
