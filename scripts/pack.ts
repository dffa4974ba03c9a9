import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { run } from "./build/run.ts"
import * as Workspace from "./build/Workspace.ts"
import { firstExample } from "./pack/Snippet.ts"
import { pack } from "./pack/tarball.ts"

// Usage: node scripts/pack.ts [package folder…]
// Installs the packages' tarballs into an empty project outside the repository, with npm as a user would, and
// runs the first example of each README there. What only works inside the workspace fails here.

const root = dirname(import.meta.dirname)
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter)
}
const asked = process.argv.slice(2)
const examples = asked.length > 0 ? asked : ["core", "client", "engine"]

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The packages with an example and what they need of the workspace, dependencies first. */
const wanted = (): ReadonlyArray<Workspace.Package> => {
  const all = Workspace.inOrder(Workspace.list(root))
  const names = new Set(all.filter(({ folder }) => examples.includes(folder)).map(({ name }) => name))
  for (const one of all.toReversed()) {
    if (names.has(one.name)) for (const name of Object.keys(one.manifest.dependencies ?? {})) names.add(name)
  }
  return all.filter(({ name }) => names.has(name))
}

const install = async (project: string, packages: ReadonlyArray<Workspace.Package>): Promise<void> => {
  const tarballs: Record<string, string> = {}
  for (const one of packages) tarballs[one.name] = `file:${await pack(one, project, env)}`
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}))
  const needed = Object.fromEntries(peers.filter(([name]) => name === "effect"))
  // Overrides make the tarballs find each other: their versions are not in any registry.
  const manifest = {
    private: true,
    type: "module",
    dependencies: { ...tarballs, ...needed },
    overrides: tarballs
  }
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest, undefined, 2))
  // No `npm_config_cache` is set here: ./scripts/test points it into .toolchain/, a user's own shell does
  // not.
  const command = ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]
  const { code, output } = await run(command, { cwd: project, env })
  if (code !== 0) throw new Error(`npm could not install the tarballs\n${output}`)
}

const tryExample = async (project: string, one: Workspace.Package): Promise<void> => {
  const readme = join(one.path, "README.md")
  const example = existsSync(readme) ? firstExample(readFileSync(readme, "utf8")) : undefined
  if (example === undefined) throw new Error(`${one.name}: README.md has no example in TypeScript`)
  const file = join(project, `${one.folder}.ts`)
  writeFileSync(file, example.code)
  const { code, output } = await run(["node", file], { cwd: project, env })
  if (code !== 0) throw new Error(`${one.name}: the example in README.md:${example.line} fails\n${output}`)
  if (output.trim() === "")
    throw new Error(`${one.name}: the example in README.md:${example.line} prints nothing`)
  say(`${one.name}: the example of the README runs\n${output.trimEnd().replace(/^/gm, "    ")}`)
}

const project = mkdtempSync(join(tmpdir(), "wattkit-pack-"))
try {
  const packages = wanted()
  await install(project, packages)
  say(`installed ${packages.map(({ name }) => name).join(", ")}`)
  for (const one of packages.filter(({ folder }) => examples.includes(folder))) await tryExample(project, one)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  rmSync(project, { recursive: true, force: true })
}
